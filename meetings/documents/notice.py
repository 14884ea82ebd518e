"""会议通知 with its receipt."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from meetings.documents.shared import OfMeeting, agenda_lines, ordinal
from meetings.enums import MeetingState
from meetings.models import Meeting
from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.documents.composition import Block, Break, Composition, Table, Text, paragraphs
from partybuild.documents.registry import Issue, Style, filled, register
from partybuild.ui.filters import date_cn, datetime_cn, short_date_cn


@register
class MeetingNotice(OfMeeting):
    """会议通知 with the agenda and the receipt as annexes."""

    key = "meeting.notice"
    name = _("会议通知")
    is_numbered = True
    issue_key = "meeting.notify"
    style = Style(
        opening="经研究，定于{时间}召开{会议}。现将有关事项通知如下：",
        closing="请各单位安排负责同志准时参加，并于{回执截止}前反馈回执。",
    )
    words = {"时间": _("会议日期"), "会议": _("会议名称"), "回执截止": _("回执截止日期")}

    def is_for(self, subject: Meeting, by: Actor) -> bool:
        """A meeting still to come, or one of which a notice went out."""
        return subject.state == MeetingState.PLANNED or subject.notified_at is not None

    def waits_for(self, subject: Meeting) -> str:
        """The notice itself."""
        return "" if subject.notified_at else str(_("发出会议通知后才能生成正式文书。"))

    def compose(self, subject: Meeting, *, style: Style, issue: Issue) -> Composition:
        """Time, place, agenda, who comes, what is asked for."""
        council = subject.council
        values = {
            "时间": date_cn(subject.starts_at),
            "会议": f"{council.name}{subject.period_label}会议",
            "回执截止": short_date_cn(subject.receipt_due_on) or "会前",
        }
        blocks: list[Block] = [
            Text(filled(style.opening, values)),
            Text("一、会议时间", level=1),
            Text(f"{datetime_cn(subject.starts_at)}。"),
            Text("二、会议地点", level=1),
            Text(f"{subject.place or '另行通知'}。"),
            Text("三、会议主题", level=1),
            Text(f"{subject.theme}。"),
        ]
        agenda = agenda_lines(subject)
        if agenda:
            blocks.append(Text("四、会议议程", level=1))
            blocks += [Text(f"{number}. {text}") for number, text in enumerate(agenda, start=1)]
        blocks.append(Text(f"{ordinal(5 if agenda else 4)}、有关要求", level=1))
        blocks += [*paragraphs(subject.note), Text(filled(style.closing, values))]
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
            annexes=(
                Break("附件", "会议回执"),
                Table(
                    rows=(
                        ("单位名称", "", "", ""),
                        ("是否参加", "□参加　□委派他人参加　□请假", "", ""),
                        ("参会人员", "", "职务", ""),
                        ("联系电话", "", "人数", ""),
                        ("请假原因", "", "", ""),
                    ),
                    widths=(2, 3, 2, 3),
                    spans={"0,1": 3, "1,1": 3, "4,1": 3},
                    is_form=True,
                    row_height_mm=13,
                ),
            ),
            is_draft=issue.is_draft,
        )
