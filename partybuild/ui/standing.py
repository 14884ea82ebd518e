"""The two counts that stand on every page."""

from collections.abc import Iterable

from partybuild.access import Actor
from partybuild.accounts.models import Appointment


def todo_counts(appointments: Iterable[Appointment]) -> dict[int, int]:
    """Return how many debts wait in each of a person's posts, by the appointment's id."""
    return {}


def unread_notices(actor: Actor) -> int:
    """Return how many notices an actor has not opened."""
    return 0
