"""How many signed up and came, for those who look on from above and read no names."""

from __future__ import annotations

from partybuild.access import Scope
from partybuild.indicators.queries import SMALLEST_GROUP

_LINE = "activity.participants"


def counts_persons(scope: Scope) -> bool:
    """Whether a scope is told how many members signed up for a single activity, or came.

    Members and units sign up and need to know; who looks on from above without the line of
    participants has the dashboards' totals.
    """
    return not scope.is_area or scope.cell(_LINE).allows


def tells(scope: Scope, *, signed: int = 0, waiting: int = 0, came: int = 0) -> bool:
    """Whether one activity's numbers are said to a scope: where no names are read, none of one or two."""
    if not counts_persons(scope):
        return False
    if not scope.is_area or not scope.cell(_LINE).totals_only:
        return True
    missing = abs(signed - came) if came else 0
    return not any(0 < number < SMALLEST_GROUP for number in (signed, waiting, came, missing))
