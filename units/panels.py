"""What higher floors show on a unit's page: each a function in its panels.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.portal.panels import Hit, searched
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


@searched(_("驻区单位"))
def units_found(actor: Actor, words: str, most: int) -> list[Hit]:
    """Units by a part of their name."""
    rows = (
        ResidentUnit.objects.visible_to(actor.scope)
        .current()
        .filter(organization__name__icontains=words)
        .select_related("organization__area")
        .order_by("organization__sort", "organization_id")[:most]
    )
    return [
        Hit(
            title=unit.name,
            url=unit.get_absolute_url(),
            detail=unit.organization.area.name if unit.organization.area else "",
        )
        for unit in rows
    ]
