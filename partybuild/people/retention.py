"""What goes by itself when its time is over: declared in personal_data.py, swept once a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partybuild.access import Actor

# Given how many days it is kept, takes away what is older; returns the number of rows.
Sweep = Callable[[int, Actor], int]


@dataclass(frozen=True)
class Retention:
    """One kind of thing and the parameter that says how many days it is kept."""

    parameter: str
    sweep: Sweep


_kept: dict[str, Retention] = {}


def keeps_for(parameter: str) -> Callable[[Sweep], Sweep]:
    """Register a sweep under its parameter of partybuild/areas/parameters.py."""

    def take(sweep: Sweep) -> Sweep:
        _kept[parameter] = Retention(parameter, sweep)
        return sweep

    return take


def retentions() -> list[Retention]:
    """Return all of them in the order of their parameters."""
    return [_kept[key] for key in sorted(_kept)]


def words() -> list[tuple[Any, int]]:
    """Return (what, days) as the privacy notice says them."""
    from partybuild.areas.parameters import PARAMETERS

    return [(PARAMETERS[key].label, PARAMETERS[key].default) for key in sorted(_kept)]
