"""What a list is when it leaves as a file; an app declares its lists in exports.py:

@register_list
class Units(ListExport):
    key = "units"
    line = "unit.view"
    ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor


@dataclass(frozen=True)
class ListColumn:
    """One column: its header, the database values that it reads, and what it makes of them."""

    label: Any
    paths: tuple[str, ...]
    # From the values of the paths to the cell; None: the one value as it is.
    read: Callable[..., Any] | None = None
    width: int = 16
    # Whether the value stands here as its mask.
    is_masked: bool = False


class ListExport:
    """A list that may be taken away, exactly as its page shows it to the post that asks."""

    key: ClassVar[str] = ""
    name: ClassVar[Any] = _("名单")
    # The line of access.csv by which the page itself is seen.
    line: ClassVar[str] = ""
    # Rows about persons: who sees totals only takes nothing away.
    about_persons: ClassVar[bool] = False
    # Path to the primary key of the person a row is about: they are told who read their data.
    person: ClassVar[str] = ""
    # Whether some column may be shown unmasked at all.
    has_masks: ClassVar[bool] = False

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """Return the rows of the page with its filters, in its order; begins at visible_to."""
        raise NotImplementedError

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Return the columns as this post sees them."""
        raise NotImplementedError

    def unmasked_words(self, by: Actor) -> list[str]:
        """Name the columns that an unmasked file would show in full, for this post."""
        shown = {
            str(column.label) for column in self.columns(by, unmasked=True) if not column.is_masked
        }
        return [
            str(column.label)
            for column in self.columns(by, unmasked=False)
            if column.is_masked and str(column.label) in shown
        ]


def cells(
    export: ListExport, rows: QuerySet[Any], columns: list[ListColumn], people: set[int]
) -> Iterator[list[Any]]:
    """Yield the cells of each row from a cursor on the server; note whom the rows are about."""
    paths: list[str] = []
    places: list[tuple[ListColumn, list[int]]] = []
    for column in columns:
        own = []
        for path in column.paths:
            if path not in paths:
                paths.append(path)
            own.append(paths.index(path))
        places.append((column, own))
    if export.person:
        paths.append(export.person)
    for values in rows.values_list(*paths).iterator(chunk_size=2000):
        if export.person and values[-1] is not None:
            people.add(values[-1])
        yield [
            values[own[0]] if column.read is None else column.read(*(values[at] for at in own))
            for column, own in places
        ]


_lists: dict[str, ListExport] = {}


def register_list(list_class: type[ListExport]) -> type[ListExport]:
    """Take a ListExport class (class decorator)."""
    export = list_class()
    known = _lists.get(export.key)
    if not export.key or not export.line:
        raise ValueError(f"{list_class.__name__} has no key or line")
    if known is not None and type(known).__qualname__ != list_class.__qualname__:
        raise ValueError(f"two lists are called {export.key}")
    _lists[export.key] = export
    return list_class


def list_of(key: str) -> ListExport:
    """Return one list; KeyError where there is none."""
    return _lists[key]


def lists() -> list[ListExport]:
    """Return every declared list."""
    return [_lists[key] for key in sorted(_lists)]


def may_export(by: Actor, export: ListExport, *, unmasked: bool = False) -> bool:
    """Tell whether a post may take a list away; the page itself must be open to it too."""
    right = by.scope.cell("export.unmasked" if unmasked else "export.masked")
    seen = by.scope.cell(export.line)
    if by.kind != "appointment" or not right.allows or not seen.allows:
        return False
    if export.about_persons and (right.totals_only or seen.totals_only):
        return False
    return not unmasked or export.has_masks
