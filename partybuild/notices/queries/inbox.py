"""What waits to be read."""

from __future__ import annotations

from partybuild.access import Actor
from partybuild.notices.models import Notice


def unread_count(actor: Actor) -> int:
    """Return how many notices of an actor nobody has opened: one query on a partial index."""
    if actor.person_id is None:
        return 0
    return Notice.objects.received_by(actor.scope).unread().count()
