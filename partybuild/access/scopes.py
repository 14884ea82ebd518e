"""A scope: plain values that say from where somebody looks."""

from dataclasses import dataclass

from partybuild.access.rights import REFUSED, Cell, Reach, cell
from partybuild.access.roles import AREA_ROLES, UNIT_ROLES


@dataclass(frozen=True)
class Scope:
    """What an actor may be compared with: never a model, never thread state."""

    column: str = ""
    role: str | None = None
    area_id: int | None = None
    area_path: str | None = None
    organization_id: int | None = None
    person_id: int | None = None
    # "api_read" or "api_write" when a token is speaking: its column must allow as well.
    api: str | None = None
    # The operations a token lists; None for everybody else.
    operations: frozenset[str] | None = None
    # The one object of a signed link, as (model label, uid).
    link_target: tuple[str, str] | None = None
    is_system: bool = False

    @property
    def is_area(self) -> bool:
        """Whether the scope looks along the area tree (块)."""
        return self.role in AREA_ROLES

    @property
    def is_unit(self) -> bool:
        """Whether the scope looks along a unit and its people (条)."""
        return self.role in UNIT_ROLES

    def cell(self, key: str) -> Cell:
        """Return the right on a line, the narrower of token and appointment where a token speaks."""
        own = cell(key, self.column)
        if self.api is None or not own.allows:
            return own
        api = cell(key, self.api)
        if not api.allows or (self.operations is not None and key not in self.operations):
            return REFUSED
        return Cell(
            reach=own.reach if own.reach is not Reach.EVERYWHERE else api.reach,
            masked=True,
            totals_only=own.totals_only or api.totals_only,
            needs_reason=own.needs_reason,
            needs_second_person=own.needs_second_person,
        )
