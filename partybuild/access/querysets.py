"""The one door to rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db.models import QuerySet

from partybuild.access.rights import Reach
from partybuild.access.scopes import Scope
from partybuild.access.visibility import EVERYTHING, NOTHING, Visibility
from partybuild.fields.text import mask_rows, mask_values

if TYPE_CHECKING:
    from django.db.models import Q


class ScopedQuerySet(QuerySet[Any]):
    """A queryset that knows from its model's declaration who sees which rows."""

    def update(self, **values: Any) -> int:
        """Write columns; an ID number typed into a free text is masked first."""
        return super().update(**mask_values(self.model, values))

    update.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        """Insert rows; ID numbers in their prose are masked first."""
        rows = list(objs)
        mask_rows(rows)
        return super().bulk_create(rows, *args, **options)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **options: Any
    ) -> int:
        """Write columns of rows; ID numbers in their prose are masked first."""
        rows = list(objs)
        mask_rows(rows)
        return super().bulk_update(rows, fields, *args, **options)

    def visible_to(self, scope: Scope) -> Self:
        """Keep the rows that this scope may see; who sees totals of persons sees none of their rows."""
        if not scope.is_system and scope.cell(self._declared().view).totals_only:
            return self.none()
        return self._kept(self._rows(scope, self._declared().view, reading=True))

    def reached(self, scope: Scope, key: str) -> Self:
        """Keep the rows on which this scope holds the right of a line of access.csv."""
        return self._kept(self._rows(scope, key, reading=False))

    def _declared(self) -> Visibility:
        return self.model.visibility

    def _rows(self, scope: Scope, key: str, *, reading: bool) -> Q:
        if scope.is_system:
            return EVERYTHING
        reach = scope.cell(key).reach
        if reach is Reach.NONE:
            return NOTHING
        return self._declared().rows(self.model._meta.label, scope, reach, reading=reading)

    def _kept(self, rows: Q) -> Self:
        if rows == NOTHING:
            return self.none()
        if rows == EVERYTHING:
            return self.all()
        # As a subquery where joins could double rows: the caller may filter, count and page freely.
        if any("__" in lookup for lookup in _lookups(rows)) or rows.connector == "OR":
            inner = self.model._base_manager.filter(rows).order_by().values("pk")
            return self.filter(pk__in=inner)
        return self.filter(rows)


def _lookups(rows: Any) -> list[str]:
    found: list[str] = []
    for child in rows.children:
        if isinstance(child, tuple):
            found.append(str(child[0]))
        else:
            found.extend(_lookups(child))
    return found
