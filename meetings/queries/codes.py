"""The sign-in code of a meeting, and when its door is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from meetings.enums import MeetingState
from meetings.models import Meeting
from partybuild.access import rotating
from partybuild.access.rotating import Code
from partybuild.areas.queries import parameters_of
from partybuild.calendar import now

PURPOSE = "meetings.sign-in"
# However long a meeting lasts, its door is not open the next day.
LONGEST = timedelta(hours=12)
_OPEN = (MeetingState.PLANNED, MeetingState.NOTIFIED)
_PARAMETERS = ("presence.opens_minutes", "presence.late_minutes")


def code_of(meeting: Meeting, moment: datetime | None = None) -> Code:
    """Return the code of a meeting at a moment of the database's clock."""
    return rotating.code_of(PURPOSE, meeting.uid, moment)


def proof_of(meeting: Meeting, speaker: str) -> str:
    """Return what the page of somebody who has just scanned carries, so that they may type in peace."""
    return rotating.proof_of(PURPOSE, meeting.uid, speaker)


def accepts(meeting: Meeting, said: str, *, speaker: str = "") -> bool:
    """Tell whether a code stands on the meeting's screen, or is the speaker's proof of one."""
    return rotating.accepts(PURPOSE, meeting.uid, said, speaker=speaker)


def code_url(meeting: Meeting, code: Code) -> str:
    """Return the address in the QR picture."""
    return settings.BASE_URL + reverse("meetings:sign-in-scan", args=(meeting.uid, code.token))


def opens_at(meeting: Meeting) -> datetime:
    """Return from when the code is shown and taken."""
    rules = parameters_of(meeting.council.area, _PARAMETERS)
    return meeting.starts_at - timedelta(minutes=rules["presence.opens_minutes"])


def late_from(meeting: Meeting) -> datetime:
    """Return from when somebody who signs in is late."""
    rules = parameters_of(meeting.council.area, _PARAMETERS)
    return meeting.starts_at + timedelta(minutes=rules["presence.late_minutes"])


def is_sign_in_open(meeting: Meeting) -> bool:
    """Tell whether the meeting's door is open: from before it starts until it is recorded as held."""
    if meeting.state not in _OPEN:
        return False
    return opens_at(meeting) <= now() <= meeting.starts_at + LONGEST
