"""What is filed together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from meetings.models import Meeting, Minutes, Resolution, Topic


def records_of_meeting(meeting: Meeting) -> Iterable[Any]:
    """Yield a meeting with its minutes, resolutions and the topics of its agenda; who asks sees part of them."""
    yield meeting
    yield from Minutes.objects.filter(meeting=meeting)
    yield from Resolution.objects.filter(meeting=meeting).order_by("number")
    yield from Topic.objects.filter(
        agenda_items__meeting=meeting, agenda_items__is_current=True
    ).distinct()
