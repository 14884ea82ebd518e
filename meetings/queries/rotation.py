"""Whose turn it is in the chair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from meetings.models import Council, CouncilRotation, CouncilTurn
from meetings.queries.charter import Charter, charter_of
from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class Place:
    """One place in the order: who stands there, and whether they are still a member."""

    organization: Organization
    position: int
    is_member: bool


@dataclass(frozen=True)
class Turns:
    """The order of a council and the turn that was written down last."""

    charter: Charter
    places: tuple[Place, ...]
    turn: CouncilTurn | None

    def on(self, day: date) -> Organization | None:
        """Return whose turn it is on a day; who left is skipped."""
        if not self.charter.rotates or not any(place.is_member for place in self.places):
            return None
        if self.turn is None:
            return self._from(0)
        at = self._index(self.turn.organization_id)
        if self.charter.rotation == "year":
            found = self._from(at)
            for _year in range(self.turn.began_on.year, day.year):
                assert found is not None
                found = self._from(self._index(found.pk) + 1)
            return found
        return self._from(at)

    def after(self, organization: Organization) -> Organization | None:
        """Return whose turn comes after another's."""
        return self._from(self._index(organization.pk) + 1)

    def _index(self, organization: int) -> int:
        for index, place in enumerate(self.places):
            if place.organization.pk == organization:
                return index
        return 0

    def _from(self, index: int) -> Organization | None:
        for step in range(len(self.places)):
            place = self.places[(index + step) % len(self.places)]
            if place.is_member:
                return place.organization
        return None


def turns_of(council: Council) -> Turns:
    """Return a council's order of rotation and its current turn, with four queries."""
    members = set(council.members.members().values_list("organization_id", flat=True))
    rows = (
        CouncilRotation.objects.filter(council=council, ended_on=None)
        .select_related("organization__area")
        .order_by("position", "id")
    )
    return Turns(
        charter=charter_of(council),
        places=tuple(
            Place(row.organization, row.position, row.organization_id in members) for row in rows
        ),
        turn=CouncilTurn.objects.filter(council=council, ended_on=None)
        .select_related("organization__area")
        .first(),
    )


def on_turn(council: Council, day: date) -> Organization | None:
    """Return whose turn it is in the chair on a day; None where nobody takes turns."""
    return turns_of(council).on(day)
