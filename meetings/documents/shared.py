"""What the papers of meetings and resolutions share."""

from __future__ import annotations

from meetings.enums import MeetingState, PartyRole, PartyState
from meetings.models import Meeting, Resolution
from partybuild.areas.models import Area
from partybuild.documents.registry import DocumentKind
from partybuild.organizations.models import Organization

_NUMERALS = "一二三四五六七八九十"
TAKEN_PLACE = (
    MeetingState.HELD,
    MeetingState.MINUTED,
    MeetingState.ISSUED,
    MeetingState.ARCHIVED,
)


def ordinal(number: int) -> str:
    """Return 一 … 十, 十一 … 九十九."""
    if number <= 10:
        return _NUMERALS[number - 1]
    tens, ones = divmod(number, 10)
    head = "" if tens == 1 else _NUMERALS[tens - 1]
    return f"{head}十{_NUMERALS[ones - 1] if ones else ''}"


def agenda_lines(meeting: Meeting) -> list[str]:
    """Return the items of the agenda with their time."""
    items = meeting.agenda_items.filter(is_current=True).order_by("position", "id")
    return [
        item.text + (f"（{item.minutes_planned}分钟）" if item.minutes_planned else "")
        for item in items
    ]


class OfMeeting(DocumentKind):
    """A paper about a meeting, issued by the body that convenes it."""

    subject = "meetings.Meeting"
    select_related = ("council__area", "council__convener__area")

    def issuer(self, subject: Meeting) -> Organization:
        """The convening committee."""
        return subject.council.convener

    def area(self, subject: Meeting) -> Area:
        """The council's."""
        return subject.council.area


def parties(resolution: Resolution) -> tuple[str, str]:
    """Return the names of the leading and of the helping units that answer for it."""
    standing = [party for party in resolution.parties.all() if party.state != PartyState.RELEASED]
    lead = "、".join(p.organization.name for p in standing if p.role == PartyRole.LEAD)
    helpers = "、".join(p.organization.name for p in standing if p.role == PartyRole.HELPER)
    return lead or "—", helpers or "—"
