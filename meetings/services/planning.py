"""Planning a meeting and its agenda."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from meetings.enums import NOT_YET_HELD, EventKind, MeetingState
from meetings.exceptions import (
    CouncilHasEnded,
    MeetingAlreadyClosed,
    TextChangedMeanwhile,
    TimeIsPast,
)
from meetings.models import Council, Meeting
from meetings.queries.charter import period_of
from meetings.services.agenda import AgendaLine, write_agenda
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
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
)


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
    meeting = Meeting(
        council=council,
        theme=theme,
        starts_at=starts_at,
        period=str(period or period_of(council, day)),
        **values,
    )
    meeting.full_clean()
    meeting.save()
    write_agenda(meeting, agenda)
    record_event(EventKind.MEETING_PLANNED, target=meeting, by=by)
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting,
    *,
    version: int,
    by: Actor,
    agenda: Iterable[AgendaLine] | None = None,
    **values: Any,
) -> Meeting:
    """Change a meeting that is still to be held, from the version that was read.

    Once the notice is out its time moves only by postponing, which tells everybody.
    """
    if set(values) - set(CHANGEABLE):
        raise TypeError(f"{set(values) - set(CHANGEABLE)} is not changed here")
    before = Meeting.objects.get(pk=meeting.pk)
    if before.state == MeetingState.NOTIFIED:
        values.pop("starts_at", None)
    elif "starts_at" in values and values["starts_at"] <= now():
        raise TimeIsPast
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.full_clean()
    standing = Meeting.objects.filter(pk=meeting.pk, version=version, state__in=NOT_YET_HELD)
    if before.state == MeetingState.POSTPONED and "starts_at" in values:
        values["state"] = MeetingState.PLANNED
    if not standing.update(version=F("version") + 1, **values):
        if not Meeting.objects.filter(pk=meeting.pk, state__in=NOT_YET_HELD).exists():
            raise MeetingAlreadyClosed
        raise TextChangedMeanwhile
    meeting.refresh_from_db()
    changes = differences(before, meeting, tuple(values))
    if agenda is not None and write_agenda(meeting, agenda):
        record_event(EventKind.AGENDA_CHANGED, target=meeting, by=by)
    if changes:
        record_event(EventKind.MEETING_CHANGED, target=meeting, by=by, changes=changes)
    return meeting
