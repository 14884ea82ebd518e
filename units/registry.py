"""What higher floors plug into units: figures of a report, and what forbids an ending."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from partybuild.calendar import Period
from partybuild.organizations.models import Organization

Figure = Callable[[Organization, Period], int | Decimal | None]
Blocker = Callable[[Organization], list[str]]

_figures: dict[str, Figure] = {}
_blockers: list[Blocker] = []


def prefill(key: str) -> Callable[[Figure], Figure]:
    """Register the function that knows a figure of a report ("members.reported_in")."""

    def register(function: Figure) -> Figure:
        _figures[key] = function
        return function

    return register


def blocks_ending(function: Blocker) -> Blocker:
    """Register a function that returns, in sentences, what a unit must settle before it is closed."""
    _blockers.append(function)
    return function


def counted_by_platform(
    keys: set[str], unit: Organization, period: Period
) -> dict[str, int | Decimal]:
    """Return {key: figure} for those keys whose figure somebody knows."""
    found = {}
    for key in sorted(keys & set(_figures)):
        figure = _figures[key](unit, period)
        if figure is not None:
            found[key] = figure
    return found


def reasons_to_stay(unit: Organization) -> list[str]:
    """Return what a unit must settle before it is closed."""
    return [sentence for blocker in _blockers for sentence in blocker(unit)]
