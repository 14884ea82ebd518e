"""Writing down that somebody took a copy of their own data."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.people.enums import EventKind
from partybuild.people.models import Person


@transaction.atomic
def note_copy_taken(person: Person, *, form: str, by: Actor) -> None:
    """Keep that a copy left the platform, and in which form."""
    record_event(
        EventKind.COPY_TAKEN, target=person, by=by, changes={"form": [None, form]}, about=[person]
    )
