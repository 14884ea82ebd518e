"""The sign-in code of a meeting: short-lived, out of the clock, kept nowhere.

Whoever shows the code has been in the room within the last minute: it changes every half minute and
the one before is still taken, for slow cameras. A screenshot sent on is worth nothing soon after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from meetings.enums import MeetingState
from meetings.models import Meeting
from partybuild.areas.queries import parameters_of
from partybuild.calendar import now

STEP_SECONDS = 30
# The code before the present one is taken too.
TOLERANCE = 1
# How long somebody who has scanned may take to type a name.
PROOF_SECONDS = 600
DIGITS = 6
# White squares around the picture.
QUIET = 4
# However long a meeting lasts, its door is not open the next day.
LONGEST = timedelta(hours=12)
_OPEN = (MeetingState.PLANNED, MeetingState.NOTIFIED)
_PARAMETERS = ("presence.opens_minutes", "presence.late_minutes")


@dataclass(frozen=True)
class Code:
    """What the screen shows: the token in the QR picture, and six digits for those who type."""

    token: str
    digits: str

    @property
    def spelled(self) -> str:
        """482 913."""
        return f"{self.digits[:3]} {self.digits[3:]}"


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code_at(meeting: Meeting, step: int) -> Code:
    digest = salted_hmac("meetings.sign-in-code", f"{meeting.uid}:{step}", algorithm="sha256")
    raw = digest.digest()
    return Code(token=raw[:12].hex(), digits=f"{int.from_bytes(raw[12:20]) % 1_000_000:06d}")


def code_of(meeting: Meeting, moment: datetime | None = None) -> Code:
    """Return the code of a meeting at a moment of the database's clock."""
    return _code_at(meeting, _step(moment or now()))


def _proof_at(meeting: Meeting, speaker: str, at: int) -> str:
    said = f"{meeting.uid}:{speaker}:{at}"
    digest = salted_hmac("meetings.sign-in-proof", said, algorithm="sha256").hexdigest()
    return f"{at}-{digest[:32]}"


def proof_of(meeting: Meeting, speaker: str) -> str:
    """Return what the page of somebody who has just scanned carries, so that they may type in peace.

    It holds for ten minutes, for this meeting and for them alone.
    """
    return _proof_at(meeting, speaker, int(now().timestamp()))


def _proves(meeting: Meeting, said: str, speaker: str) -> bool:
    at = said.split("-", maxsplit=1)[0]
    if not speaker or not at.isdecimal() or len(at) > 12:
        return False
    fresh = 0 <= int(now().timestamp()) - int(at) <= PROOF_SECONDS
    return fresh and constant_time_compare(said, _proof_at(meeting, speaker, int(at)))


def is_typed(said: str) -> bool:
    """Tell whether somebody typed the digits: tries of these are counted."""
    said = said.replace(" ", "")
    return len(said) <= DIGITS


def accepts(meeting: Meeting, said: str, *, speaker: str = "") -> bool:
    """Tell whether a token or six digits stand on the meeting's screen, or stood there just before.

    Or whether it is the proof that the speaker has scanned one of these a few minutes ago.
    """
    said = said.strip().replace(" ", "")
    if "-" in said:
        return _proves(meeting, said, speaker)
    here = _step(now())
    matches = False
    for step in range(here - TOLERANCE, here + 1):
        code = _code_at(meeting, step)
        # Both are always compared: the time taken tells nothing.
        matches |= constant_time_compare(said, code.token)
        matches |= constant_time_compare(said, code.digits)
    return matches


def code_url(meeting: Meeting, code: Code) -> str:
    """Return the address in the QR picture."""
    return settings.BASE_URL + reverse("meetings:sign-in-scan", args=(meeting.uid, code.token))


@dataclass(frozen=True)
class Drawing:
    """A QR picture as one path of unit squares, quiet zone included."""

    size: int
    path: str


def drawing_of(address: str) -> Drawing:
    """Return the QR picture of an address."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    squares = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return Drawing(size=len(rows) + 2 * QUIET, path="".join(squares))


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
