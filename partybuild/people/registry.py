"""What each app holds about a person: declared in its personal_data.py, discovered at start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from partybuild.access import Actor
    from partybuild.people.models import Person

# One row of what is held: {label: value}, values as JSON has them.
Row = dict[str, Any]


class PersonalData:
    """One kind of thing that is held about people."""

    key: str = ""
    # Where it stands on the person's page: what concerns them most first.
    order: int = 50
    title: Any = ""
    # For what, and how long.
    purpose: Any = ""
    kept: Any = ""

    def copy(self, person: Person) -> list[Row]:
        """Return everything of this kind about a person, in the words of the page."""
        return []

    def erase(self, person: Person, *, by: Actor) -> int:
        """Take away or make anonymous what need not be kept; return the number of rows.

        Called before the person's own row is emptied: names and numbers can still be read.
        """
        return 0

    def erase_url(self, person: Person) -> str:
        """Return the page on which somebody asks to be erased, "" where this kind has none."""
        return ""

    def holders(self, person: Person) -> list[tuple[int, str]]:
        """Return (organization's primary key, in what matter) of bodies that keep these data right."""
        return []


_kinds: dict[str, PersonalData] = {}
_K = TypeVar("_K", bound=type[PersonalData])


def register(kind: _K) -> _K:
    """Take a kind of data (class decorator)."""
    made = kind()
    _kinds[made.key] = made
    return kind


def kinds() -> list[PersonalData]:
    """Return every kind in the order of the person's page."""
    return sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key))
