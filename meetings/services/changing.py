"""Changing a meeting that stands on the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F

from meetings.enums import NOT_YET_HELD, EventKind, MeetingState
from meetings.exceptions import MeetingAlreadyClosed, TextChangedMeanwhile, TimeIsPast
from meetings.models import Meeting
from meetings.services.agenda import AgendaLine, write_agenda
from meetings.services.notifying import tell_change
from meetings.services.planning import (
    CHANGEABLE,
    TOLD,
    keep_room,
    period_moved,
)
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import SHANGHAI, now


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

    Once the notice is out its time moves only by postponing, which asks everybody anew; another place
    is told to everybody once (变更通知), and the answers stand.
    """
    if set(values) - set(CHANGEABLE):
        raise TypeError(f"{set(values) - set(CHANGEABLE)} is not changed here")
    before = Meeting.objects.get(pk=meeting.pk)
    if before.state == MeetingState.NOTIFIED:
        values.pop("starts_at", None)
    elif "starts_at" in values and values["starts_at"] <= now():
        raise TimeIsPast
    if "starts_at" in values:
        day = values["starts_at"].astimezone(SHANGHAI).date()
        values["period"] = period_moved(before, day)
    for name, value in values.items():
        setattr(meeting, name, value)
    meeting.full_clean()
    if {"starts_at", "ends_at", "place"} & set(values):
        keep_room(meeting)
    standing = Meeting.objects.filter(pk=meeting.pk, version=version, state__in=NOT_YET_HELD)
    if before.state == MeetingState.POSTPONED and "starts_at" in values:
        values["state"] = MeetingState.PLANNED
    if not standing.update(version=F("version") + 1, **values):
        raise _why_not(meeting)
    meeting.refresh_from_db()
    changes = differences(before, meeting, tuple(values))
    if agenda is not None and write_agenda(meeting, agenda):
        record_event(EventKind.AGENDA_CHANGED, target=meeting, by=by)
    if changes:
        record_event(EventKind.MEETING_CHANGED, target=meeting, by=by, changes=changes)
    if meeting.state == MeetingState.NOTIFIED and set(changes) & set(TOLD):
        tell_change(before, meeting, by=by)
    return meeting


def _why_not(meeting: Meeting) -> Exception:
    """Somebody closed the meeting meanwhile, or saved it from the same version."""
    if not Meeting.objects.filter(pk=meeting.pk, state__in=NOT_YET_HELD).exists():
        return MeetingAlreadyClosed()
    return TextChangedMeanwhile()
