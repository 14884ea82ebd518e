"""What is filed together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from meetings.models import Meeting, Minutes, Progress, Resolution, Topic
from partybuild.access import Actor
from partybuild.documents.models import Attachment

# The files that go with a line of progress.
PROOF = "progress.proof"


def files_of_progress(lines: Iterable[Progress], by: Actor) -> dict[Any, list[Attachment]]:
    """Return {uid of a line: its files}, as far as a post sees them."""
    rows: QuerySet[Attachment] = Attachment.objects.visible_to(by.scope).filter(
        kind=PROOF, subject_uid__in=[line.uid for line in lines], ended_at=None
    )
    found: dict[Any, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.subject_uid, []).append(row)
    return found


def records_of_meeting(meeting: Meeting) -> Iterable[Any]:
    """Yield a meeting with its minutes, resolutions and the topics of its agenda; who asks sees part of them."""
    yield meeting
    yield from Minutes.objects.filter(meeting=meeting)
    yield from Resolution.objects.filter(meeting=meeting).order_by("number")
    yield from Progress.objects.filter(resolution__meeting=meeting).order_by("pk")
    yield from Topic.objects.filter(
        agenda_items__meeting=meeting, agenda_items__is_current=True
    ).distinct()
