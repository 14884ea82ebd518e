"""Seen and read."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.calendar.clock import Now
from partybuild.notices.models import Notice


@transaction.atomic
def mark_read(notice: Notice, *, by: Actor) -> None:
    """Note that a notice was opened; only the first time counts, so no event is written."""
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=Now())


@transaction.atomic
def mark_all_read(*, by: Actor) -> int:
    """Note that everything in the reader's inbox was seen."""
    return Notice.objects.visible_to(by.scope).received_by(by.scope).unread().update(read_at=Now())
