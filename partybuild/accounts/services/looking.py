"""Writing down that somebody looked at what a post sees."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import Appointment
from partybuild.audit.services import record_event


@transaction.atomic
def note_preview(appointment: Appointment, *, by: Actor) -> None:
    """Write down whose view was looked at."""
    record_event(EventKind.PREVIEWED, target=appointment, by=by)
