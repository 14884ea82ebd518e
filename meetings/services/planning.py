"""Planning a meeting and its agenda."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from meetings.enums import EventKind
from meetings.exceptions import (
    CouncilHasEnded,
    RoomIsTaken,
    TimeIsPast,
)
from meetings.models import Council, Meeting
from meetings.queries.charter import period_of
from meetings.queries.clashes import room_taken
from meetings.queries.rotation import on_turn
from meetings.services.agenda import AgendaLine, write_agenda
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.calendar import SHANGHAI, Period, now

CHANGEABLE = (
    "theme",
    "starts_at",
    "ends_at",
    "place",
    "chair_name",
    "convener_name",
    "recorder_name",
    "note",
    "is_extraordinary",
    "proposer",
    "proposal_reason",
    "clash_reason",
    "turn_unit",
)
# What everybody was told: a change of it is told too.
TOLD = ("place", "ends_at", "note")


@transaction.atomic
def plan_meeting(
    council: Council,
    *,
    theme: str,
    starts_at: datetime,
    by: Actor,
    period: Period | None = None,
    agenda: Iterable[AgendaLine] = (),
    **values: Any,
) -> Meeting:
    """Put the council's meeting on the calendar; its agenda opens with the last resolutions."""
    if council.ended_on is not None:
        raise CouncilHasEnded
    if starts_at <= now():
        raise TimeIsPast
    if set(values) - set(CHANGEABLE):
        raise TypeError(f"{set(values) - set(CHANGEABLE)} is not planned here")
    day = starts_at.astimezone(SHANGHAI).date()
    values.setdefault("turn_unit", on_turn(council, day))
    meeting = Meeting(
        council=council,
        theme=theme,
        starts_at=starts_at,
        period=str(period or period_of(council, day)),
        **values,
    )
    meeting.full_clean()
    keep_room(meeting)
    meeting.save()
    write_agenda(meeting, agenda)
    record_event(EventKind.MEETING_PLANNED, target=meeting, by=by, reason=meeting.proposal_reason)
    return meeting


def keep_room(meeting: Meeting) -> None:
    """Refuse a room that is taken at the time, unless it was written down why that is right.

    The area's row is the lock: of two planning the same room at once, the second sees the first.
    """
    Area.objects.select_for_update(no_key=True).get(pk=meeting.council.area_id)
    taken = room_taken(meeting)
    if taken is not None and not meeting.clash_reason.strip():
        raise RoomIsTaken(taken.theme)


def period_moved(meeting: Meeting, day: date) -> str:
    """Return the period of a meeting that moves to a day: the day's own, unless another was chosen."""
    before = meeting.starts_at.astimezone(SHANGHAI).date()
    if meeting.period != str(period_of(meeting.council, before)):
        return meeting.period
    return str(period_of(meeting.council, day))
