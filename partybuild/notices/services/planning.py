"""Writing the reminders that have fallen due."""

from __future__ import annotations

import logging

from partybuild.access import Actor
from partybuild.notices.faults import is_database_away
from partybuild.notices.registry import planners

log = logging.getLogger(__name__)


def plan_reminders(*, by: Actor) -> int:
    """Let every planner write what has fallen due; returns the number of new notices.

    Any number of planners at once write the same rows: their keys are unique.
    """
    written, failed = 0, None
    for plan in planners():
        try:
            written += plan(by)
        except Exception as error:  # one app's fault must not keep the reminders of the others
            if is_database_away(error):
                raise
            log.exception("%s.%s failed", plan.__module__, plan.__name__)
            failed = error
    if failed is not None:
        raise failed
    return written
