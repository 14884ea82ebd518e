"""What higher floors show on a unit's page: each a function in its panels.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partybuild.access import Actor
from units.models import ResidentUnit


@dataclass(frozen=True)
class Panel:
    """A part of a unit's page: a template drawn with its own context."""

    title: str
    template: str
    context: dict[str, Any]
    sort: int = 100


Show = Callable[[ResidentUnit, Actor], "Panel | None"]
_shows: list[Show] = []


def unit_panel(function: Show) -> Show:
    """Register what an app shows on a unit's page; None where it has nothing for this reader."""
    _shows.append(function)
    return function


def panels_of(unit: ResidentUnit, by: Actor) -> list[Panel]:
    """Return the panels of a unit for one reader, in order."""
    shown = [panel for show in _shows if (panel := show(unit, by)) is not None]
    return sorted(shown, key=lambda panel: panel.sort)
