"""Writing the reminders that have fallen due."""

from __future__ import annotations

from partybuild.access import Actor
from partybuild.notices.registry import planners


def plan_reminders(*, by: Actor) -> int:
    """Let every planner write what has fallen due; returns the number of new notices.

    Any number of planners at once write the same rows: their keys are unique.
    """
    return sum(plan(by) for plan in planners())
