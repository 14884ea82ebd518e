"""Which rows are watched, and along which paths they are seen; an app says so in its feeds.py.

    watch(Council, organizations=("members__organization",))

The paths of the model's own `visibility` are always watched; named here is what reach.py adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Watched:
    """A model whose rows a feed sends."""

    model: Any
    # Paths to an Area and to an Organization, as in Visibility.
    areas: list[str]
    organizations: list[str]
    # Columns of the row itself on which its being seen depends.
    columns: list[str]

    @property
    def label(self) -> str:
        """The name under which changes are written down."""
        return str(self.model._meta.label)


_watched: dict[str, Watched] = {}


def watch(
    model: Any,
    *,
    areas: tuple[str, ...] = (),
    organizations: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
) -> None:
    """Watch a model's rows, along these paths too."""
    label = model._meta.label
    known = _watched.get(label)
    if known is None:
        seen = model.visibility
        known = _watched[label] = Watched(
            model=model,
            areas=[seen.area] if seen.area is not None else [],
            organizations=[path for path in (seen.unit, *(seen.organizations or ())) if path],
            columns=[],
        )
    for kept, more in (
        (known.areas, areas),
        (known.organizations, organizations),
        (known.columns, columns),
    ):
        kept += [each for each in more if each not in kept]


def watched() -> list[Watched]:
    """Return all watched models, in a fixed order."""
    return [_watched[label] for label in sorted(_watched)]
