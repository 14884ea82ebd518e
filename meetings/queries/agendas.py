"""When each item of an agenda begins, and what the first one has to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from meetings.enums import OPEN_RESOLUTION
from meetings.models import AgendaItem, Meeting, Resolution
from partybuild.ui.filters import time_cn


@dataclass(frozen=True)
class TimedItem:
    """An item with its start and end, None from where on a duration is not known."""

    item: AgendaItem
    starts: datetime | None
    ends: datetime | None

    @property
    def times(self) -> str:
        """14:30–14:40, or only the start, or nothing."""
        if self.starts is None:
            return ""
        return "–".join(time_cn(at) for at in (self.starts, self.ends) if at is not None)


def timed(meeting: Meeting, items: Iterable[AgendaItem]) -> list[TimedItem]:
    """Return the items in their order with their times; nothing is guessed behind an unknown one."""
    at: datetime | None = None if meeting.is_entered_afterwards else meeting.starts_at
    found = []
    for item in items:
        ends = (
            at + timedelta(minutes=item.minutes_planned)
            if at is not None and item.minutes_planned
            else None
        )
        found.append(TimedItem(item, at, ends))
        at = ends
    return found


def overrun(meeting: Meeting, items: Iterable[AgendaItem]) -> str:
    """Return the sentence that warns when the items take longer than the meeting; "" otherwise."""
    if meeting.ends_at is None:
        return ""
    total = sum(item.minutes_planned or 0 for item in items)
    room = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    if total <= room:
        return ""
    return _(
        "议程合计%(total)d分钟，会议安排%(room)d分钟，超出%(over)d分钟。请缩短时长，或延后结束时间。"
    ) % {"total": total, "room": room, "over": total - room}


def followed_up(meeting: Meeting) -> list[Resolution]:
    """Return what the first item reports on, live: the last meeting's resolutions, all of them, and older ones still open.

    What was closed since the last meeting is part of the report.
    """
    earlier = meeting.council.meetings.held().exclude(pk=meeting.pk)
    if meeting.held_on is not None:
        earlier = earlier.filter(held_on__lte=meeting.held_on)
    last = earlier.order_by("-held_on", "-pk").first()
    rows = meeting.council.resolutions.exclude(meeting=meeting)
    wanted = Q(state__in=OPEN_RESOLUTION)
    if last is not None:
        wanted |= Q(meeting=last) | Q(closed_on__gte=last.held_on)
    return list(
        rows.filter(wanted)
        .select_related("meeting")
        .prefetch_related("parties__organization")
        .order_by("meeting__held_on", "number")
    )
