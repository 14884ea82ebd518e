"""Lists of this app that may be taken away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import (
    Case,
    CharField,
    Count,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from meetings.enums import (
    CardColor,
    Closing,
    ExtensionState,
    MeetingState,
    MemberState,
    PartyRole,
    PartyState,
    ResolutionState,
)
from meetings.forms.meetings import MeetingFilterForm
from meetings.forms.resolutions import ResolutionFilterForm
from meetings.models import (
    Council,
    CouncilMember,
    CouncilRotation,
    CouncilTurn,
    Extension,
    Meeting,
    Resolution,
    ResolutionParty,
    Topic,
)
from meetings.queries.cards import with_cards
from meetings.queries.registers import narrowed
from meetings.queries.rotation import turns_of
from meetings.queries.topics import standing_words
from meetings.views.meetings import narrowed_meetings
from meetings.views.rights import own_area
from meetings.views.topics import narrowed_topics, topic_filter
from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from partybuild.calendar.words import datetime_cn
from partybuild.exchange.lists import ListColumn, ListExport, register_list


@register_list
class MeetingExport(ListExport):
    """联席会议."""

    key = "meetings"
    name = _("联席会议")
    line = "meeting.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        councils = Council.objects.visible_to(by.scope).current()
        form = MeetingFilterForm(query or None, councils=councils)
        rows = narrowed_meetings(Meeting.objects.visible_to(by.scope), form)
        return rows.order_by("-starts_at", "-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Which, when, where, how far."""
        states = {key: str(label) for key, label in MeetingState.choices}
        return [
            ListColumn(_("联席会"), ("council__name",), width=32),
            ListColumn(_("年度"), ("year",), width=8),
            ListColumn(_("第几次"), ("number",), width=8),
            ListColumn(_("会议主题"), ("theme",), width=40),
            ListColumn(_("时间"), ("starts_at",), lambda at: datetime_cn(at) if at else "", 26),
            ListColumn(_("地点"), ("place",), width=24),
            ListColumn(_("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(_("召开日期"), ("held_on",)),
        ]


def _bodies(by: Actor, role: str) -> Subquery:
    parties = (
        ResolutionParty.objects.visible_to(by.scope)
        .filter(resolution=OuterRef("pk"), role=role)
        .exclude(state=PartyState.RELEASED)
        .order_by()
        .values("resolution")
    )
    return Subquery(parties.annotate(names=StringAgg("organization__name", "、")).values("names"))


@register_list
class ResolutionExport(ListExport):
    """议定事项."""

    key = "resolutions"
    name = _("议定事项")
    line = "resolution.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        form = ResolutionFilterForm(query or None, by=by)
        rows = with_cards(Resolution.objects.visible_to(by.scope))
        rows = narrowed(rows, form.cleaned_data if form.is_valid() else {})
        granted = (
            Extension.objects.visible_to(by.scope)
            .filter(resolution=OuterRef("pk"), state=ExtensionState.GRANTED)
            .order_by()
            .values("resolution")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return rows.annotate(
            lead_name=_bodies(by, PartyRole.LEAD),
            helper_names=_bodies(by, PartyRole.HELPER),
            extended=Coalesce(Subquery(granted), 0),
        ).order_by("-meeting_id", "number", "id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """What was decided, who answers, by when, what became of it."""
        states = {key: str(label) for key, label in ResolutionState.choices}
        colors = {key: str(label) for key, label in CardColor.choices}
        closings = {key: str(label) for key, label in Closing.choices}
        this = today().year
        return [
            ListColumn(_("联席会"), ("council__name",), width=32),
            ListColumn(_("会议"), ("meeting__theme",), width=32),
            ListColumn(_("议定日期"), ("meeting__held_on",)),
            ListColumn(_("序号"), ("number",), width=8),
            ListColumn(_("议定事项"), ("text",), width=48),
            ListColumn(_("主办单位"), ("lead_name",), width=28),
            ListColumn(_("协办单位"), ("helper_names",), width=28),
            ListColumn(_("办理期限"), ("due_on",)),
            ListColumn(_("延期次数"), ("extended",), width=10),
            ListColumn(_("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(_("黄牌红牌"), ("card",), lambda card: colors.get(card, "")),
            ListColumn(
                _("上年接转"),
                ("meeting__held_on", "closed_on"),
                lambda held, closed: (
                    str(_("是"))
                    if held and held.year < this and (closed is None or closed.year >= this)
                    else ""
                ),
            ),
            ListColumn(_("办结类型"), ("closing",), lambda kind: closings.get(kind, "")),
            ListColumn(_("办结日期"), ("closed_on",)),
            ListColumn(_("办理结果"), ("result",), width=40),
        ]


@register_list
class CouncilMemberExport(ListExport):
    """联席会成员单位."""

    key = "council-members"
    name = _("联席会成员单位")
    line = "council.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """The members of one council, or of every council in sight, in the order of protocol."""
        councils = Council.objects.visible_to(by.scope).current()
        rows = CouncilMember.objects.visible_to(by.scope).standing().filter(council__in=councils)
        try:
            wanted = UUID(query.get("council", ""))
        except ValueError:
            return rows.order_by(*_PROTOCOL)
        return rows.filter(council__uid=wanted).order_by(*_PROTOCOL)

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who sits for which unit; whom to call, for those who call."""
        states = {key: str(label) for key, label in MemberState.choices}
        columns = [
            ListColumn(_("联席会"), ("council__name",), width=32),
            ListColumn(_("成员单位"), ("organization__name",), width=32),
            ListColumn(_("代表"), ("representative_name",), width=12),
            ListColumn(_("代表职务"), ("representative_post",), width=24),
        ]
        if by.scope.is_area:
            columns += [
                ListColumn(_("联络员"), ("liaison_name",), width=12),
                ListColumn(_("联络员电话"), ("liaison_phone",), width=18),
            ]
        return [
            *columns,
            ListColumn(_("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(_("加入日期"), ("valid_from",)),
        ]


@register_list
class RotationExport(ListExport):
    """轮值次序."""

    key = "council-rotation"
    name = _("轮值次序")
    line = "council.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """The order of one council with whose turn it is, or of every council in sight."""
        councils = Council.objects.visible_to(by.scope).current()
        rows = CouncilRotation.objects.visible_to(by.scope).filter(
            council__in=councils, ended_on=None
        )
        seat = CouncilMember.objects.visible_to(by.scope).filter(
            council=OuterRef("council"), organization=OuterRef("organization")
        )
        chaired = (
            CouncilTurn.objects.visible_to(by.scope)
            .filter(council=OuterRef("council"), organization=OuterRef("organization"))
            .order_by("-began_on", "-id")
        )
        rows = rows.annotate(
            who=Subquery(seat.standing().values("representative_name")[:1]),
            last_on=Subquery(chaired.values("began_on")[:1]),
            due=Value(""),
        ).order_by("council__area__path", "council_id", "position")
        try:
            council = councils.filter(uid=UUID(query.get("council", ""))).first()
        except ValueError:
            return rows
        return rows.none() if council is None else _with_turns(rows, council)

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """In which order, who speaks for the unit, when it was last on turn."""
        return [
            ListColumn(_("联席会"), ("council__name",), width=32),
            ListColumn(_("次序"), ("position",), width=8),
            ListColumn(_("轮值单位"), ("organization__name",), width=32),
            ListColumn(_("代表"), ("who",), width=12),
            ListColumn(_("最近一次轮值"), ("last_on",)),
            ListColumn(_("轮值"), ("due",), width=10),
        ]


def _with_turns(rows: QuerySet[Any], council: Council) -> QuerySet[Any]:
    turns = turns_of(council)
    due = turns.on(today())
    words = []
    if due is not None:
        words.append(When(organization=due.pk, then=Value(str(_("轮到")))))
        follower = turns.after(due)
        if follower is not None:
            words.append(When(organization=follower.pk, then=Value(str(_("下一家")))))
    return rows.filter(council=council).annotate(
        due=Case(*words, default=Value(""), output_field=CharField())
    )


_PROTOCOL = ("council__area__path", "council_id", "sort", "organization__sort", "organization_id")


@register_list
class TopicExport(ListExport):
    """议题."""

    key = "topics"
    name = _("议题")
    line = "topic.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        topics = Topic.objects.visible_to(by.scope)
        return narrowed_topics(topics, topic_filter(by, query)).order_by("-id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """The form's fields without its people, and what became of it."""
        words = dict(dictionary(own_area(by), "topic.category"))
        return [
            ListColumn(_("联席会"), ("council__name",), width=32),
            ListColumn(_("议题名称"), ("title",), width=40),
            ListColumn(_("提出单位"), ("organization__name",), width=28),
            ListColumn(_("提出日期"), ("proposed_on",)),
            ListColumn(_("类别"), ("category",), lambda code: words.get(code, code)),
            ListColumn(_("事由及现状"), ("situation",), width=48),
            ListColumn(_("建议方案或初步意见"), ("proposal",), width=48),
            ListColumn(_("涉及单位"), ("concerned",), width=28),
            ListColumn(
                _("是否已协调"), ("is_coordinated",), lambda done: str(_("是") if done else _("否"))
            ),
            ListColumn(
                _("状态"), ("state", "result", "on_agenda", "was_met"), standing_words, width=20
            ),
            ListColumn(_("审核意见"), ("decision_reason",), width=32),
            ListColumn(_("转办给"), ("referred_to",), width=20),
            ListColumn(_("主任审定意见"), ("chair_opinion",), width=24),
            ListColumn(_("讨论日期"), ("result_on",)),
            ListColumn(_("赞成"), ("votes_for",), width=8),
            ListColumn(_("反对"), ("votes_against",), width=8),
            ListColumn(_("弃权"), ("votes_abstained",), width=8),
        ]
