"""What is counted of joint meetings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from meetings.enums import OPEN_RESOLUTION, Closing, PartyRole, ResolutionState, TopicState
from meetings.models import Resolution, ResolutionParty, Topic
from meetings.queries.bodies_of_rows import bodies_of_resolutions
from meetings.queries.topics import standing_of
from partybuild.calendar import Period, today
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.keys import Frozen
from partybuild.indicators.ledger import LedgerCount, LedgerIndicator
from partybuild.indicators.registry import Column, Indicator, register
from partybuild.organizations.models import Organization


@register
class MeetingsHeld(LedgerIndicator):
    """Councils that met."""

    key = "meeting.held"
    name = lazy("联席会议召开")
    unit = lazy("场")
    definition = lazy(
        "本期应召开联席会议的联席会中，会议已召开并登记了出席名单的；免除的不计入应召开。"
    )
    group = Group.MEETING
    duties = ("meeting.hold",)
    body = None
    words = {
        Part.NUMERATOR: lazy("已召开"),
        Part.DENOMINATOR: lazy("应召开"),
        Part.MISSING: lazy("未召开"),
    }
    attention = lazy("%(count)d个联席会尚未召开本期会议")


@register
class MeetingsOnTime(LedgerCount):
    """Councils that met by the last working day of the period."""

    key = "meeting.on_time"
    name = lazy("联席会议按期召开")
    unit = lazy("场")
    definition = lazy("已召开的联席会议中，召开日期不晚于本期最后一个工作日的。")
    group = Group.MEETING
    duties = ("meeting.hold",)
    body = None
    words = {Part.NUMERATOR: lazy("按期")}

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return what was held by its date."""
        return self.debts(period).on_time()


@register
class ReceiptsAnswered(LedgerIndicator):
    """Invited bodies that answered."""

    key = "receipt.answered"
    name = lazy("会议回执")
    unit = lazy("份")
    definition = lazy(
        "本期会议通知发出后应回执的单位中，已答复参加、委派或请假的，含电话等方式代录的；会议取消的不计。"
    )
    group = Group.RECEIPT
    duties = ("meeting.answer",)
    words = {
        Part.NUMERATOR: lazy("已回执"),
        Part.DENOMINATOR: lazy("应回执"),
        Part.MISSING: lazy("未回执"),
    }
    attention = lazy("%(count)d份会议通知还没有回执")


@register
class TopicsAdopted(Indicator):
    """Proposed topics that came on an agenda."""

    key = "topic.adopted"
    name = lazy("议题采纳率")
    unit = lazy("件")
    definition = lazy(
        "提出日期在本期内的议题中，审核意见为列入的；草稿不计。缓议后再次提出的，按再次提出的日期另计一件；"
        "会上未议成而自动结转的不重复计。"
    )
    group = Group.MEETING
    keys = Frozen("council__area")
    body = "organization"
    words = {
        Part.NUMERATOR: lazy("列入"),
        Part.DENOMINATOR: lazy("提出"),
        Part.MISSING: lazy("未列入"),
    }
    related = ("council__area", "organization")
    columns = (
        Column(lazy("议题"), lambda row: row.title),
        Column(lazy("联席会"), lambda row: row.council.name),
        Column(lazy("提出单位"), lambda row: row.organization.called),
        Column(lazy("提出日期"), lambda row: row.proposed_on, "date"),
        Column(lazy("状态"), standing_of, "status"),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the topics handed in in the period; what a meeting left open is not proposed twice."""
        return (
            Topic.objects.filter(proposed_on__range=(period.start, period.end))
            .exclude(state=TopicState.DRAFT)
            .exclude(carried_from__state=TopicState.ACCEPTED)
        )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those admitted."""
        return self.denominator(period).filter(state=TopicState.ACCEPTED)

    def mine(self, rows: QuerySet[Any], body: Organization) -> QuerySet[Any]:
        """Keep those that a body proposed."""
        return rows.filter(organization=body)


def _standing(row: Any) -> tuple[str, str]:
    if row.is_overdue(row.listed_on):
        return _("已超期限"), "bad"
    tone = "good" if row.state == ResolutionState.CLOSED else "plain"
    return str(row.get_state_display()), tone


@register
class ResolutionsClosed(Indicator):
    """Resolutions due in the period that are closed, in whichever of the three ways."""

    key = "resolution.closed"
    name = lazy("议定事项办结")
    unit = lazy("件")
    definition = lazy(
        "办理期限在本期内的议定事项中，已经召集单位验收销号的，实质性、程序性、阶段性办结分别列出；"
        "中止的和尚未下达的不计。"
    )
    group = Group.RESOLUTION
    keys = Frozen("council__area")
    body = "parties__organization"
    words = {
        Part.NUMERATOR: lazy("已办结"),
        Part.DENOMINATOR: lazy("到期"),
        Part.MISSING: lazy("未办结"),
    }
    due = "due_on"
    related = ("council__area",)
    columns = (
        Column(lazy("议定内容"), lambda row: row.text),
        Column(lazy("联席会"), lambda row: row.council.name),
        Column(lazy("主办单位"), lambda row: row.lead_name),
        Column(lazy("办理期限"), lambda row: row.due_on, "date"),
        Column(lazy("申报办结"), lambda row: row.reported_on, "date"),
        Column(lazy("销号"), lambda row: row.closed_on, "date"),
        Column(lazy("状态"), _standing, "status"),
        Column(lazy("办结类型"), lambda row: str(row.get_closing_display())),
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the resolutions whose deadline lies in the period."""
        return Resolution.objects.filter(due_on__range=(period.start, period.end)).exclude(
            state__in=(ResolutionState.STOPPED, ResolutionState.PENDING)
        )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those closed."""
        due = ResolutionsClosed.denominator(self, period)
        return due.filter(state=ResolutionState.CLOSED)

    def mine(self, rows: QuerySet[Any], body: Organization) -> QuerySet[Any]:
        """Keep those that a body leads or helps."""
        return rows.filter(
            pk__in=ResolutionParty.objects.standing()
            .filter(organization=body)
            .order_by()
            .values("resolution")
        )

    def bodies(self, rows: QuerySet[Any]) -> Iterable[tuple[int, int]]:
        """Return each standing party with its resolution."""
        found: Iterable[tuple[int, int]] = (
            ResolutionParty.objects.standing()
            .filter(resolution__in=rows.values("pk"))
            .order_by()
            .values_list("organization", "resolution")
        )
        return found

    def prepare(self, rows: list[Any]) -> None:
        """Name the leading bodies of a page."""
        links = dict(bodies_of_resolutions([row.pk for row in rows], PartyRole.LEAD))
        names = {
            body.pk: body.called for body in Organization.objects.filter(pk__in=links.values())
        }
        day = today()
        for row in rows:
            row.listed_on = day
            row.lead_name = names.get(links.get(row.pk), "")


class _ClosedAs(ResolutionsClosed):
    """Those closed in one of the three ways: a plain count below the rate."""

    is_detail = True
    closing: Closing

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those closed in this way."""
        return ResolutionsClosed.denominator(self, period).filter(
            state=ResolutionState.CLOSED, closing=self.closing
        )

    # A plain count.
    denominator = Indicator.denominator  # type: ignore[assignment]


@register
class ResolutionsClosedInSubstance(_ClosedAs):
    """实质性办结."""

    key = "resolution.closed_substantial"
    name = lazy("实质性办结")
    definition = lazy("办理期限在本期内、问题已经解决而销号的议定事项。")
    words = {Part.NUMERATOR: lazy("实质性办结")}
    closing = Closing.SUBSTANTIAL


@register
class ResolutionsClosedByProcedure(_ClosedAs):
    """程序性办结."""

    key = "resolution.closed_procedural"
    name = lazy("程序性办结")
    definition = lazy("办理期限在本期内、程序已走完而销号的议定事项，结果由别处决定。")
    words = {Part.NUMERATOR: lazy("程序性办结")}
    closing = Closing.PROCEDURAL


@register
class ResolutionsClosedForAStage(_ClosedAs):
    """阶段性办结."""

    key = "resolution.closed_stage"
    name = lazy("阶段性办结")
    definition = lazy("办理期限在本期内、这一阶段已做完而销号的议定事项，到期复查。")
    words = {Part.NUMERATOR: lazy("阶段性办结")}
    closing = Closing.STAGE


@register
class ResolutionsOnTime(ResolutionsClosed):
    """Of those closed, the ones done by their deadline."""

    key = "resolution.on_time"
    name = lazy("议定事项按期办结")
    definition = lazy(
        "办理期限在本期内、已销号的议定事项中，申报办结（未申报的按销号）日期不晚于期限的；"
        "获准延期的按延期后的期限。"
    )
    is_detail = True
    words = {
        Part.NUMERATOR: lazy("按期办结"),
        Part.DENOMINATOR: lazy("已办结"),
        Part.MISSING: lazy("超期办结"),
    }

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return those closed."""
        return ResolutionsClosed.numerator(self, period)

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return those done by then."""
        return self.denominator(period).filter(
            due_on__gte=Coalesce(F("reported_on"), F("closed_on"))
        )


@register
class ResolutionsOverdue(ResolutionsClosed):
    """Resolutions due in the period that nobody has reported done although the deadline has passed."""

    key = "resolution.overdue"
    name = lazy("议定事项超期")
    definition = lazy("办理期限在本期内、期限已过而尚未申报办结的议定事项。")
    is_detail = True
    is_bad = True
    words = {Part.NUMERATOR: lazy("已超期限")}
    attention = lazy("%(count)d件议定事项已超过办理期限")

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return what is late and open."""
        return (
            ResolutionsClosed.denominator(self, period)
            .filter(due_on__lt=today(), state__in=OPEN_RESOLUTION)
            .exclude(state=ResolutionState.REPORTED)
        )

    # A plain count.
    denominator = Indicator.denominator  # type: ignore[assignment]
