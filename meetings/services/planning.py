"""Planning a meeting and its agenda."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import NOT_YET_HELD, EventKind, MeetingState, TopicState
from meetings.exceptions import (
    CouncilHasEnded,
    MeetingAlreadyClosed,
    TextChangedMeanwhile,
    TimeIsPast,
    TopicIsOnAnAgenda,
)
from meetings.models import AgendaItem, Council, Meeting, Topic
from meetings.queries.charter import period_of
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
FOLLOW_UP = "上次会议议定事项落实情况"


@dataclass(frozen=True)
class AgendaLine:
    """One wished item: a topic, or a text."""

    text: str = ""
    topic: Topic | None = None
    minutes_planned: int | None = None


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


def write_agenda(meeting: Meeting, lines: Iterable[AgendaLine]) -> bool:
    """Make the agenda these lines, behind the state of earlier resolutions; True if it changed."""
    standing = list(meeting.agenda_items.filter(is_current=True, is_follow_up=False))
    kept: set[int] = set()
    changed = follow_up(meeting)
    for position, line in enumerate(lines, 1):
        text = line.topic.title if line.topic else line.text
        item = next(
            (
                each
                for each in standing
                if each.pk not in kept
                and each.topic_id == (line.topic.pk if line.topic else None)
                and each.text == text
            ),
            None,
        )
        if item is None:
            item = _add_item(meeting, line, text, position)
            changed = True
        elif (item.position, item.minutes_planned) != (position, line.minutes_planned):
            item.position, item.minutes_planned = position, line.minutes_planned
            item.save(update_fields=("position", "minutes_planned"))
            changed = True
        kept.add(item.pk)
    dropped = [item.pk for item in standing if item.pk not in kept]
    if dropped:
        AgendaItem.objects.filter(pk__in=dropped).update(is_current=False)
    return changed or bool(dropped)


def _add_item(meeting: Meeting, line: AgendaLine, text: str, position: int) -> AgendaItem:
    if line.topic is not None and (
        line.topic.state != TopicState.ACCEPTED or line.topic.council_id != meeting.council_id
    ):
        raise TopicIsOnAnAgenda
    try:
        with transaction.atomic():
            return AgendaItem.objects.create(
                meeting=meeting,
                position=position,
                topic=line.topic,
                text=text,
                minutes_planned=line.minutes_planned,
            )
    except IntegrityError:
        # Two agendas took the same topic at once; the constraint let one.
        raise TopicIsOnAnAgenda from None


def follow_up(meeting: Meeting) -> bool:
    """Open the agenda with the last meetings' resolutions where there are any; True if it is new."""
    earlier = meeting.council.resolutions.exclude(meeting=meeting)
    if not earlier.exists() and not meeting.council.meetings.held().exists():
        return False
    _item, created = AgendaItem.objects.get_or_create(
        meeting=meeting,
        is_current=True,
        is_follow_up=True,
        defaults={"position": 0, "text": FOLLOW_UP},
    )
    return created
