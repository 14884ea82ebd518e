"""Codes that change with the clock: who shows one has stood before the screen just now.

A code is an HMAC of what it opens and of a half minute of the database's clock; nothing is kept. The
present one and the one before are taken, for slow cameras: a screenshot sent on is worth nothing soon
after. Each code says of itself when it stood on the screen, so that a phone without a network may keep
one and hand it in some minutes later without being believed about the time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import segno
from django.utils.crypto import constant_time_compare, salted_hmac

from partybuild.calendar import now

STEP_SECONDS = 30
# The code before the present one is taken too.
TOLERANCE = 1
# How long somebody who has scanned may take to type a name.
PROOF_SECONDS = 600
DIGITS = 6
# A code that a phone kept was read up to so many half minutes before it says; its clock is behind by so many.
_READ_BEFORE, _CLOCK_BEHIND = 2, 1
# White squares around the picture.
QUIET = 4


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


def _begin(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP_SECONDS, UTC)


def _code_at(purpose: str, uid: UUID, step: int) -> Code:
    raw = salted_hmac(f"{purpose}-code", f"{uid}:{step}", algorithm="sha256").digest()
    return Code(token=raw[:12].hex(), digits=f"{int.from_bytes(raw[12:20]) % 1_000_000:06d}")


def code_of(purpose: str, uid: UUID, moment: datetime | None = None) -> Code:
    """Return the code of one thing at a moment of the database's clock."""
    return _code_at(purpose, uid, _step(moment or now()))


def plain(said: str) -> str:
    """Return a code as it is compared: without the gap in its middle."""
    return said.strip().replace(" ", "")


def is_typed(said: str) -> bool:
    """Tell whether somebody typed the digits: tries of these are counted."""
    return len(plain(said)) <= DIGITS


def _is_code(said: str, code: Code) -> bool:
    # Both are always compared: the time taken tells nothing.
    by_token = constant_time_compare(said, code.token)
    return constant_time_compare(said, code.digits) or by_token


def _stood(purpose: str, uid: UUID, said: str, steps: range) -> int | None:
    found = None
    for step in steps:
        if _is_code(said, _code_at(purpose, uid, step)):
            found = step
    return found


# -- A proof for who has just scanned ---------------------------------------------------------------
def _signed(kind: str, purpose: str, uid: UUID, speaker: str, at: int) -> str:
    said = f"{uid}:{speaker}:{at}"
    return f"{at}-{salted_hmac(f'{purpose}-{kind}', said, algorithm='sha256').hexdigest()[:32]}"


def _read(kind: str, purpose: str, uid: UUID, said: str, speaker: str) -> datetime | None:
    """Return when a proof or pass was given to this speaker for this thing; None if it was not."""
    at = said.split("-", maxsplit=1)[0]
    if not speaker or not (at.isascii() and at.isdecimal()) or len(at) > 12:
        return None
    if not constant_time_compare(said, _signed(kind, purpose, uid, speaker, int(at))):
        return None
    return datetime.fromtimestamp(int(at), UTC)


def proof_of(purpose: str, uid: UUID, speaker: str) -> str:
    """Return what the page of somebody who has just scanned carries, so that they may type in peace.

    It holds for ten minutes, for this thing and for them alone.
    """
    return _signed("proof", purpose, uid, speaker, int(now().timestamp()))


def accepted_at(purpose: str, uid: UUID, said: str, *, speaker: str = "") -> datetime | None:
    """Return when what is said stood on the screen, if that is now or just before; else None.

    A proof that the speaker has scanned a few minutes ago counts from then.
    """
    said = plain(said)
    if "-" in said:
        given = _read("proof", purpose, uid, said, speaker)
        is_fresh = given is not None and timedelta() <= now() - given < timedelta(
            seconds=PROOF_SECONDS + 1
        )
        return given if is_fresh else None
    here = _step(now())
    step = _stood(purpose, uid, said, range(here - TOLERANCE, here + 1))
    return None if step is None else _begin(step)


def accepts(purpose: str, uid: UUID, said: str, *, speaker: str = "") -> bool:
    """Tell whether a token or six digits stand on the screen, or stood there just before.

    Or whether it is the proof that the speaker has scanned one of these a few minutes ago.
    """
    return accepted_at(purpose, uid, said, speaker=speaker) is not None


# -- A code that a phone kept while it had no network -------------------------------------------------
def pass_of(purpose: str, uid: UUID, speaker: str) -> str:
    """Return what a phone is given while it is online, to be able to keep a code afterwards.

    It names one person and one thing, and is good for codes that stood on the screen after it.
    """
    return _signed("pass", purpose, uid, speaker, int(now().timestamp()))


def kept_at(
    purpose: str,
    uid: UUID,
    said: str,
    *,
    held: str,
    speaker: str,
    minutes: int,
    around: datetime | None = None,
) -> datetime | None:
    """Return the moment that a kept code proves: when it stood on the screen, by our clock alone.

    None where it never stood there in the last minutes, or where the phone was given no pass (`held`)
    before. The phone says around when it saw the code, and only that half minute and its neighbors are
    looked at: an older picture that came by another way is refused, and guessing six digits is no
    easier than at once. What the phone says is compared, never written down.
    """
    given = _read("pass", purpose, uid, held, speaker)
    if given is None or around is None or minutes <= 0:
        return None
    here, middle = _step(now()), _step(around)
    # What the screen had shown just before would have been taken at the moment of the pass as well.
    first = max(_step(now() - timedelta(minutes=minutes)), _step(given) - TOLERANCE)
    steps = range(max(first, middle - _READ_BEFORE), min(here, middle + _CLOCK_BEHIND) + 1)
    step = _stood(purpose, uid, plain(said), steps)
    return None if step is None else _begin(step)


# -- The picture --------------------------------------------------------------------------------------
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
