"""会议通知 with its receipt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetings.documents.shared import OfMeeting, agenda_lines, ordinal
from meetings.enums import MeetingState
from meetings.models import Meeting
from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.documents.composition import Block, Break, Composition, Table, Text, paragraphs
from partybuild.documents.registry import Issue, Part, Style, filled, register
from partybuild.organizations.models import Organization
from partybuild.ui.filters import date_cn, datetime_cn, short_date_cn

SECTIONS, RECEIPT = _("通知的内容"), _("回执的栏目")
_WIDE = {
    "r_unit": "",
    "r_answer": "□参加　□委派他人参加　□请假",
    "r_reason": "",
    "r_meal": "□用餐　□不用餐",
    "r_seal": "",
}


@register
class MeetingNotice(OfMeeting):
    """会议通知 with the agenda and the receipt as annexes."""

    key = "meeting.notice"
    # The receipt (回执) signs for it.
    asks_signature = False
    name = _("会议通知")
    is_numbered = True
    issue_key = "meeting.notify"
    style = Style(
        opening="经研究，定于{时间}召开{会议}。现将有关事项通知如下：",
        closing="请各单位安排负责同志准时参加，并于{回执截止}前反馈回执。",
    )
    words = {"时间": _("会议日期"), "会议": _("会议名称"), "回执截止": _("回执截止日期")}
    parts = (
        Part("time", _("会议时间"), SECTIONS, is_required=True),
        Part("place", _("会议地点"), SECTIONS, is_required=True),
        Part("theme", _("会议主题"), SECTIONS),
        Part("agenda", _("会议议程"), SECTIONS),
        Part("asked", _("有关要求"), SECTIONS, is_required=True),
        Part("r_unit", _("单位名称"), RECEIPT, is_required=True),
        Part("r_answer", _("是否参加"), RECEIPT, is_required=True),
        Part("r_attendee", _("参会人员"), RECEIPT),
        Part("r_post", _("职务"), RECEIPT),
        Part("r_phone", _("联系电话"), RECEIPT),
        Part("r_count", _("人数"), RECEIPT),
        Part("r_car", _("车牌号"), RECEIPT, is_default=False),
        Part("r_meal", _("是否用餐"), RECEIPT, is_default=False),
        Part("r_reason", _("请假原因"), RECEIPT),
        Part("r_seal", _("单位盖章"), RECEIPT, is_default=False),
    )

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A meeting still to come, or one of which a notice went out."""
        return subject.state == MeetingState.PLANNED or subject.notified_at is not None

    def waits_for(self, subject: Meeting) -> str:
        """The notice itself."""
        return "" if subject.notified_at else str(_("发出会议通知后才能生成正式文书。"))

    def receivers(self, subject: Meeting) -> Iterable[Organization]:
        """Everybody invited by the notice that stands."""
        return [
            row.organization
            for row in subject.receipts.of_this_round().select_related("organization")
        ]

    def answered(self, subject: Meeting) -> dict[int, datetime]:
        """Whose receipt (回执) to the notice that stands is in."""
        rows = subject.receipts.of_this_round().answered()
        return dict(rows.values_list("organization", "answered_at"))

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """Time, place, agenda, who comes, what is asked for."""
        council = subject.council
        values = {
            "时间": date_cn(subject.starts_at),
            "会议": f"{council.name}{subject.period_label}会议",
            "回执截止": short_date_cn(subject.receipt_due_on) or "会前",
        }
        blocks: list[Block] = [Text(filled(style.opening, values))]
        sections = self._sections(subject, filled(style.closing, values))
        shown = [key for key in self.chosen(style, SECTIONS) if sections[key]]
        names = {part.key: str(part.name) for part in self.parts}
        for number, key in enumerate(shown, start=1):
            blocks += [Text(f"{ordinal(number)}、{names[key]}", level=1), *sections[key]]
        contact = council.convener
        note = style.note or (
            f"联系人：{contact.contact_name}，联系电话：{contact.contact_phone}"
            if contact.contact_name and contact.contact_phone
            else ""
        )
        return Composition(
            title=f"关于召开{council.name}\n{subject.period_label}会议的通知",
            mark=style.mark,
            number=issue.number,
            addressee="各成员单位",
            blocks=tuple(blocks),
            attached=("会议回执",),
            issuer=council.convener.name,
            issued_on=issue.day or today(),
            sealed=style.is_sealed,
            note=note,
            copies_to=style.copies_to,
            printed_by=council.convener.name,
            printed_on=issue.day or today(),
            annexes=(Break("附件", "会议回执"), self._receipt(style)),
            is_draft=issue.is_draft,
        )

    @staticmethod
    def _sections(meeting: Meeting, closing: str) -> dict[str, list[Text]]:
        agenda = agenda_lines(meeting)
        return {
            "time": [Text(f"{datetime_cn(meeting.starts_at)}。")],
            "place": [Text(f"{meeting.place or '另行通知'}。")],
            "theme": [Text(f"{meeting.theme}。")] if meeting.theme else [],
            "agenda": [Text(f"{number}. {text}") for number, text in enumerate(agenda, start=1)],
            "asked": [*paragraphs(meeting.note), Text(closing)],
        }

    def _receipt(self, style: Style) -> Table:
        """Return the form: what is long has a line of its own, of the rest two stand beside each other."""
        names = {part.key: str(part.name) for part in self.parts}
        rows: list[tuple[str, str, str, str]] = []
        spans: dict[str, int] = {}
        half: list[str] = []

        def put_down() -> None:
            if half:
                first, *rest = half
                rows.append((names[first], "", names[rest[0]] if rest else "", ""))
                if not rest:
                    spans[f"{len(rows) - 1},1"] = 3
                half.clear()

        for key in self.chosen(style, RECEIPT):
            if key in _WIDE:
                put_down()
                rows.append((names[key], _WIDE[key], "", ""))
                spans[f"{len(rows) - 1},1"] = 3
                continue
            half.append(key)
            if len(half) == 2:
                put_down()
        put_down()
        return Table(
            rows=tuple(rows), widths=(2, 3, 2, 3), spans=spans, is_form=True, row_height_mm=13
        )
