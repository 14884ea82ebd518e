"""Taking away what has been kept long enough."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.models import Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.audit.services import record_event
from partybuild.people.enums import EventKind
from partybuild.people.retention import retentions


def days_of(key: str) -> int:
    """Return how long something is kept here: the longest that any area has set, else the default.

    What lies in the tables of the whole installation goes when nobody needs it any more.
    """
    said = [
        int(value) for value in Parameter.objects.filter(key=key).values_list("value", flat=True)
    ]
    return max(said, default=PARAMETERS[key].default)


@transaction.atomic
def sweep_retention(*, by: Actor) -> dict[str, int]:
    """Take away what is older than its parameter says; one event tells of what went, if anything did."""
    gone = {each.parameter: each.sweep(days_of(each.parameter), by) for each in retentions()}
    gone = {key: count for key, count in gone.items() if count}
    if gone:
        record_event(EventKind.SWEPT, target=None, by=by, changes=dict(gone))
    return gone
