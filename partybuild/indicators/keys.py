"""To which area a row counts: by the keys frozen on it, or by the tree while it is not final."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q
from django.db.models.functions import Coalesce, Left

from partybuild.access import Level
from partybuild.areas.models import Area

_STEP = len(Area.step(0))
_NAMES = {
    Level.CITY: "frozen_city",
    Level.DISTRICT: "frozen_district",
    Level.STREET: "frozen_street",
    Level.COMMUNITY: "frozen_community",
}


def _range(path: str, prefix: str) -> Q:
    return Q(**{f"{path}__gte": prefix, f"{path}__lt": prefix + "~"})


def common_path(areas: Sequence[Area]) -> str:
    """Return the path of the lowest area above all of these."""
    first, last = min(area.path for area in areas), max(area.path for area in areas)
    length = 0
    while length < len(first) and first[: length + _STEP] == last[: length + _STEP]:
        length += _STEP
    return first[:length]


@dataclass(frozen=True)
class Register:
    """Registers follow the tree: `area` leads to the row's Area as it stands today."""

    area: str

    def inside(self, area: Area) -> Q:
        """Return the condition of the rows of an area and everything below it."""
        return _range(f"{self.area}__path", area.path)

    def among(self, areas: Sequence[Area]) -> Q:
        """Return a condition that keeps the rows of all these siblings; more may pass."""
        return _range(f"{self.area}__path", common_path(areas))

    def key(self, area: Area) -> Any:
        """Return the expression that equals an area's path for its rows; for all areas of its level alike."""
        return Left(f"{self.area}__path", len(area.path))


@dataclass(frozen=True)
class Frozen(Register):
    """Facts follow the area keys frozen on them; those not final yet follow the tree by `area`.

    `through` leads to the row that has the keys, where it is not the row itself.
    """

    through: str = ""

    def _name(self, area: Area) -> str | None:
        name = _NAMES.get(Level(area.level))
        return name and f"{self.through}{name}"

    @property
    def _not_frozen(self) -> Q:
        return Q(**{f"{self.through}{name}__isnull": True for name in _NAMES.values()})

    def inside(self, area: Area) -> Q:
        """Return the condition of the rows of an area and everything below it."""
        live = self._not_frozen & super().inside(area)
        name = self._name(area)
        return live if name is None else Q(**{name: area.pk}) | live

    def among(self, areas: Sequence[Area]) -> Q:
        """Return a condition that keeps the rows of all these siblings; more may pass."""
        live = self._not_frozen & super().among(areas)
        name = self._name(areas[0])
        return live if name is None else Q(**{f"{name}__in": [area.pk for area in areas]}) | live

    def key(self, area: Area) -> Any:
        """Return the frozen area's path at this level, else the tree's."""
        name = self._name(area)
        live = super().key(area)
        if name is None:
            return live
        # The path as text only: a community that has moved is still found by its own last step.
        return Coalesce(F(f"{name}__path"), live, output_field=CharField())


Keys = Register | Frozen
