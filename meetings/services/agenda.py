"""The agenda: its items in their order, who presents them, how long they take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import NOT_YET_HELD, EventKind, TopicState
from meetings.exceptions import (
    AgendaItemIsGone,
    MeetingAlreadyClosed,
    TextChangedMeanwhile,
    TopicIsOnAnAgenda,
)
from meetings.models import AgendaItem, Meeting, Topic
from partybuild.access import Actor
from partybuild.audit.services import record_event

FOLLOW_UP = "上次会议议定事项落实情况"
FOLLOW_UP_MINUTES = 10


@dataclass(frozen=True)
class AgendaLine:
    """One wished item: a topic or a text; `item` is the one that it was, where it stood already."""

    text: str = ""
    topic: Topic | None = None
    minutes_planned: int | None = None
    presenter: str = ""
    item: AgendaItem | None = None


@transaction.atomic
def arrange_agenda(
    meeting: Meeting,
    *,
    version: int,
    lines: Iterable[AgendaLine],
    by: Actor,
    follow_up_minutes: int | None = None,
    follow_up_presenter: str = "",
) -> Meeting:
    """Put the agenda of a meeting still to be held in order, from the version that was read.

    The state of earlier resolutions stays the first item whatever is wished.
    """
    # The meeting's row is the lock: of two arranging at once, the second is told.
    locked = Meeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
    if locked.state not in NOT_YET_HELD:
        raise MeetingAlreadyClosed
    if locked.version != version:
        raise TextChangedMeanwhile
    before = _outline(meeting)
    changed = write_agenda(meeting, lines)
    first = AgendaItem.objects.filter(meeting=meeting, is_current=True, is_follow_up=True)
    changed |= bool(
        first.exclude(minutes_planned=follow_up_minutes, presenter=follow_up_presenter).update(
            minutes_planned=follow_up_minutes, presenter=follow_up_presenter
        )
    )
    if changed:
        Meeting.objects.filter(pk=meeting.pk).update(version=F("version") + 1)
        after = _outline(meeting)
        record_event(
            EventKind.AGENDA_CHANGED,
            target=meeting,
            by=by,
            changes={"agenda": [before, after]} if before != after else {},
        )
    meeting.refresh_from_db()
    return meeting


def _outline(meeting: Meeting) -> str:
    items = AgendaItem.objects.filter(meeting=meeting, is_current=True)
    return "；".join(items.order_by("position", "id").values_list("text", flat=True))


def write_agenda(meeting: Meeting, lines: Iterable[AgendaLine]) -> bool:
    """Make the agenda these lines, behind the state of earlier resolutions; True if it changed."""
    standing = list(meeting.agenda_items.filter(is_current=True, is_follow_up=False))
    kept: set[int] = set()
    changed = follow_up(meeting)
    for position, line in enumerate(lines, 1):
        text = line.topic.title if line.topic else line.text
        item = _standing_item(line, text, [each for each in standing if each.pk not in kept])
        if item is None:
            item = _add_item(meeting, line, text, position)
            changed = True
        else:
            wished: dict[str, object] = {
                "position": position,
                "minutes_planned": line.minutes_planned,
            }
            # A line that names its item says everything; another only where the item stands.
            if line.item is not None:
                wished |= {
                    "text": item.text if item.topic_id else text,
                    "presenter": line.presenter,
                }
            names = [name for name, value in wished.items() if getattr(item, name) != value]
            for name in names:
                setattr(item, name, wished[name])
            if names:
                item.save(update_fields=names)
                changed = True
        kept.add(item.pk)
    dropped = [item.pk for item in standing if item.pk not in kept]
    if dropped:
        AgendaItem.objects.filter(pk__in=dropped).update(is_current=False)
    return changed or bool(dropped)


def _standing_item(line: AgendaLine, text: str, standing: list[AgendaItem]) -> AgendaItem | None:
    if line.item is not None:
        found = next((each for each in standing if each.pk == line.item.pk), None)
        if found is None:
            raise AgendaItemIsGone
        return found
    topic_id = line.topic.pk if line.topic else None
    return next(
        (each for each in standing if each.topic_id == topic_id and each.text == text), None
    )


def _add_item(meeting: Meeting, line: AgendaLine, text: str, position: int) -> AgendaItem:
    if line.topic is not None and (
        line.topic.state != TopicState.ACCEPTED
        or line.topic.council_id != meeting.council_id
        or line.topic.result
    ):
        raise TopicIsOnAnAgenda
    presenter = line.presenter
    if not presenter and line.topic is not None:
        presenter = line.topic.organization.called
    try:
        with transaction.atomic():
            return AgendaItem.objects.create(
                meeting=meeting,
                position=position,
                topic=line.topic,
                text=text,
                minutes_planned=line.minutes_planned,
                presenter=presenter[:100],
            )
    except IntegrityError:
        # Two agendas took the same topic at once; the constraint let one.
        raise TopicIsOnAnAgenda from None


def follow_up(meeting: Meeting) -> bool:
    """Open the agenda with the last meetings' resolutions where there are any; True if it is new."""
    earlier = meeting.council.resolutions.exclude(meeting=meeting)
    if not earlier.exists() and not meeting.council.meetings.held().exclude(pk=meeting.pk).exists():
        return False
    _item, created = AgendaItem.objects.get_or_create(
        meeting=meeting,
        is_current=True,
        is_follow_up=True,
        defaults={
            "position": 0,
            "text": FOLLOW_UP,
            "presenter": meeting.council.convener.called[:100],
            "minutes_planned": None if meeting.is_entered_afterwards else FOLLOW_UP_MINUTES,
        },
    )
    return created
