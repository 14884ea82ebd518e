"""The sheets of a meeting: agenda, sign-in, list of resolutions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.documents.shared import TAKEN_PLACE, OfMeeting, parties
from meetings.models import AgendaItem, Meeting, Minutes
from meetings.queries.agendas import followed_up, timed
from partybuild.access import Actor, may
from partybuild.calendar import today
from partybuild.documents.composition import Composition, Table, Text
from partybuild.documents.registry import Issue, Part, Style, register
from partybuild.ui.filters import datetime_cn, short_date_cn


@register
class MeetingAgenda(OfMeeting):
    """会议议程."""

    key = "meeting.agenda"
    name = _("会议议程")
    is_form = True

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A planned agenda is the convener's until the notice is out."""
        return subject.notified_at is not None or may(by, "meeting.plan", subject)

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """The items in their order, with their time."""
        items = list(subject.agenda_items.filter(is_current=True).order_by("position", "id"))
        rows = tuple(
            (
                str(number),
                each.times or "—",
                each.item.text,
                each.item.presenter,
                f"{each.item.minutes_planned}分钟" if each.item.minutes_planned else "",
            )
            for number, each in enumerate(timed(subject, items), start=1)
        )
        return Composition(
            title=f"{subject.council.name}{subject.period_label}会议议程",
            blocks=(
                *place_and_time(subject),
                Table(
                    head=("序号", "时间", "议程", "汇报单位、汇报人", "时长"),
                    rows=rows,
                    widths=(1, 2.6, 6, 3, 1.6),
                    row_height_mm=12,
                    centered=(0, 1, 4),
                ),
                *_to_report(subject, items),
            ),
            is_form=True,
        )


def _to_report(meeting: Meeting, items: list[AgendaItem]) -> tuple[Text | Table, ...]:
    """Return what the first item reports on, as it stands today."""
    if not any(item.is_follow_up for item in items) or not meeting.is_open:
        return ()
    rows = tuple(
        (row.text, parties(row)[0], short_date_cn(row.due_on) or "—", row.get_state_display())
        for row in followed_up(meeting)
    )
    if not rows:
        return ()
    return (
        Text(""),
        Text(f"第一项通报的议定事项（截至{short_date_cn(today())}）", indent=False),
        Table(
            head=("议定事项", "主办单位", "办理期限", "状态"),
            rows=rows,
            widths=(6, 3, 2.6, 1.8),
            centered=(2, 3),
        ),
    )


def place_and_time(meeting: Meeting) -> tuple[Text, ...]:
    """Return the lines above a sheet."""
    lines = [
        Text(f"时间：{datetime_cn(meeting.starts_at)}", indent=False),
        Text(f"地点：{meeting.place or '—'}", indent=False),
    ]
    if meeting.chair_name:
        lines.append(Text(f"主持：{meeting.chair_name}", indent=False))
    return tuple(lines)


@register
class SignInSheet(OfMeeting):
    """会议签到表, with empty lines for guests."""

    key = "meeting.sign_in"
    name = _("会议签到表")
    is_form = True
    fields = ()
    parts = (
        Part("number", _("序号")),
        Part("unit", _("单位"), is_required=True),
        Part("name", _("姓名")),
        Part("post", _("职务")),
        Part("phone", _("联系电话")),
        Part("arrived", _("到会时间"), is_default=False),
        Part("remark", _("备注"), is_default=False),
        Part("signature", _("签到"), is_required=True),
    )
    _WIDTHS = {"number": 1, "unit": 5, "name": 2, "remark": 3}

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """For those who record presence."""
        return may(by, "meeting.presence", subject)

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """One line for each invited body with whom it announced."""
        receipts = (
            subject.receipts.of_this_round()
            .select_related("organization")
            .order_by("organization__sort", "organization_id")
        )
        bodies: list[tuple[str, str, str, str]] = [
            (
                receipt.organization.name,
                receipt.attendee_name,
                receipt.attendee_post,
                receipt.attendee_phone,
            )
            for receipt in receipts
        ]
        if not bodies:
            members = subject.council.members.members().select_related("organization")
            bodies = [
                (
                    member.organization.name,
                    member.representative_name,
                    member.representative_post,
                    "",
                )
                for member in members
            ]
        bodies += [("", "", "", "")] * 6
        return Composition(
            title=f"{subject.council.name}{subject.period_label}会议签到表",
            blocks=(
                Text(
                    f"时间：{datetime_cn(subject.starts_at)}　地点：{subject.place or '—'}",
                    indent=False,
                ),
                self._table(style, bodies),
            ),
            is_form=True,
            landscape=True,
        )

    def _table(self, style: Style, bodies: list[tuple[str, str, str, str]]) -> Table:
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        rows = [
            {
                "number": str(number),
                **dict(zip(("unit", "name", "post", "phone"), body, strict=True)),
            }
            for number, body in enumerate(bodies, start=1)
        ]
        return Table(
            head=tuple(names[key] for key in keys),
            rows=tuple(tuple(row.get(key, "") for key in keys) for row in rows),
            widths=tuple(self._WIDTHS.get(key, 3) for key in keys),
            centered=tuple(place for place, key in enumerate(keys) if key in {"number", "name"}),
            row_height_mm=10,
        )


@register
class ResolutionList(OfMeeting):
    """议定事项清单."""

    key = "meeting.resolutions"
    name = _("议定事项清单")
    is_form = True
    fields = ()
    parts = (
        Part("number", _("序号")),
        Part("text", _("议定事项"), is_required=True),
        Part("lead", _("主办单位"), is_required=True),
        Part("helpers", _("协办单位")),
        Part("due", _("办理期限")),
        Part("state", _("状态")),
        Part("remark", _("备注"), is_default=False),
    )
    _WIDTHS = {"number": 1, "text": 7, "state": 2}

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A meeting that took place; units read it with the issued minutes."""
        if subject.state not in TAKEN_PLACE:
            return False
        return may(by, "minutes.draft", subject) or (
            Minutes.objects.visible_to(by.scope).filter(meeting=subject).exists()
        )

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """Each resolution with its units, deadline and state of today."""
        rows = []
        resolutions = subject.resolutions.order_by("number").prefetch_related(
            "parties__organization"
        )
        for resolution in resolutions:
            lead, helpers = parties(resolution)
            rows.append(
                {
                    "number": str(resolution.number),
                    "text": resolution.text,
                    "lead": lead,
                    "helpers": helpers,
                    "due": short_date_cn(resolution.due_on) or "—",
                    "state": str(resolution.get_state_display()),
                }
            )
        keys = self.chosen(style)
        names = {part.key: str(part.name) for part in self.parts}
        return Composition(
            title=f"{subject.council.name}{subject.period_label}会议议定事项清单",
            blocks=(
                Text(f"截至{short_date_cn(today())}", align="right"),
                Table(
                    head=tuple(names[key] for key in keys),
                    rows=tuple(tuple(row.get(key, "") for key in keys) for row in rows),
                    widths=tuple(self._WIDTHS.get(key, 3) for key in keys),
                    centered=tuple(
                        place for place, key in enumerate(keys) if key in {"number", "due", "state"}
                    ),
                ),
            ),
            is_form=True,
            landscape=True,
        )
