"""What this floor itself plans."""

from __future__ import annotations

from partybuild.access import Actor
from partybuild.notices.registry import planner
from partybuild.notices.services.addresses import tell_of_dead_addresses


@planner
def dead_addresses(by: Actor) -> int:
    """Tell of addresses that take no mail."""
    return tell_of_dead_addresses(by=by)
