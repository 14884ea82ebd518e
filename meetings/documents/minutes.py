"""会议纪要."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from meetings.enums import PresenceState
from meetings.models import Meeting, Minutes
from meetings.queries.minutes import resolved_sentences
from partybuild.areas.models import Area
from partybuild.documents.composition import (
    Block,
    Composition,
    Roll,
    Text,
    paragraphs,
)
from partybuild.documents.registry import DocumentKind, Issue, Style, register
from partybuild.organizations.models import Organization


@register
class MeetingMinutes(DocumentKind):
    """会议纪要 in 纪要格式: only conclusions, then 出席, 请假, 列席."""

    key = "meeting.minutes"
    name = _("会议纪要")
    subject = "meetings.Minutes"
    issue_key = "minutes.issue"
    style = Style(is_sealed=False)
    fields = ("has_head", "mark", "copies_to")
    select_related = ("meeting__council__area", "meeting__council__convener__area")

    def issuer(self, subject: Minutes) -> Organization:
        """The convening committee."""
        return subject.meeting.council.convener

    def area(self, subject: Minutes) -> Area:
        """The council's."""
        return subject.meeting.council.area

    def waits_for(self, subject: Minutes) -> str:
        """The signature."""
        return "" if subject.is_issued else str(_("纪要签发后才能生成正式文书。"))

    def own_number(self, subject: Minutes) -> str:
        """The council's number of the year, given with the signature."""
        return subject.number_label

    def receivers(self, subject: Minutes) -> Iterable[Organization]:
        """Everybody who was invited."""
        receipts = subject.meeting.receipts.of_this_round().select_related("organization")
        return [row.organization for row in receipts]

    def compose(self, subject: Minutes, *, style: Style, issue: Issue) -> Composition:
        """The text, what was resolved, and who was there."""
        meeting = subject.meeting
        council = meeting.council
        blocks: list[Block] = list(paragraphs(subject.text))
        if sentences := resolved_sentences(meeting, subject.text):
            blocks.append(Text("会议议定以下事项："))
            blocks += [Text(f"{number}. {each}") for number, each in enumerate(sentences, start=1)]
        blocks += [Text(""), *_rolls(meeting)]
        day = subject.issued_on or issue.day
        return Composition(
            title=f"{council.name}\n{meeting.period_label}会议纪要",
            mark=style.mark or (f"{council.name}会议纪要" if style.has_head else ""),
            number=issue.number or subject.number_label,
            blocks=tuple(blocks),
            copies_to=subject.copies_to or style.copies_to,
            printed_by=council.convener.name,
            printed_on=day,
            issued_on=None,
            note=f"签发：{subject.signer_name}" if subject.signer_name else "",
            is_draft=issue.is_draft,
        )


def _rolls(meeting: Meeting) -> Iterable[Roll]:
    lists: dict[str, list[str]] = {"出席": [], "请假": [], "列席": []}
    for row in meeting.presences.select_related("organization"):
        body = row.organization.name if row.organization else ""
        inside = f"{body}{row.post}" if not row.post.startswith(body) else row.post
        named = f"{row.person_name}（{inside}）" if row.person_name and inside else ""
        text = named or row.person_name or inside
        if not text:
            continue
        if row.is_guest:
            lists["列席"].append(text)
        elif row.state in {PresenceState.PRESENT, PresenceState.LATE}:
            lists["出席"].append(text)
        elif row.state == PresenceState.LEAVE:
            lists["请假"].append(text)
    return [Roll(label, tuple(names)) for label, names in lists.items() if names]
