"""What a list may be narrowed by: declared on the view, documented from there, everything else is refused."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from partybuild.access.scopes import Scope
from partybuild.access.visibility import NOTHING
from partybuild.calendar import Period


@dataclass(frozen=True)
class Filter:
    """One query parameter: its name, the column it narrows, what it means."""

    name: str
    column: str
    help: str
    type: Any = OpenApiTypes.STR

    def rows(self, text: str, scope: Scope) -> Q:
        """Return the condition; ValidationError in the caller's words."""
        if "\0" in text:
            raise self.refuse(_("含有不能使用的字符。"))
        return Q(**{self.column: text})

    def refuse(self, message: str) -> ValidationError:
        """Return the refusal of a value."""
        return ValidationError({self.name: [message]})

    def choices(self) -> list[str] | None:
        """Return the values that may stand here, None for any."""
        return None

    def parameter(self) -> OpenApiParameter:
        """Describe the parameter in the schema."""
        return OpenApiParameter(
            self.name, type=self.type, description=self.help, enum=self.choices()
        )


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One of the words that the model knows."""

    values: Iterable[Any] = ()

    def choices(self) -> list[str]:
        """Return the stored words."""
        return [str(value) for value in self.values]

    def rows(self, text: str, scope: Scope) -> Q:
        """Keep the rows with this word."""
        if text not in self.choices():
            raise self.refuse(_("可填：%(words)s。") % {"words": "、".join(self.choices())})
        return Q(**{self.column: text})


@dataclass(frozen=True)
class BooleanFilter(Filter):
    """true or false; `when` is the condition of true."""

    when: Q = field(default_factory=Q)
    type: Any = OpenApiTypes.BOOL

    def rows(self, text: str, scope: Scope) -> Q:
        """Keep the rows for which the condition holds, or does not."""
        if text not in {"true", "false"}:
            raise self.refuse(_("可填：true、false。"))
        return self.when if text == "true" else ~self.when


@dataclass(frozen=True)
class PeriodFilter(Filter):
    """A period: 2026, 2026H1, 2026Q1, 2026-03."""

    def rows(self, text: str, scope: Scope) -> Q:
        """Keep the rows of exactly this period."""
        try:
            return Q(**{self.column: str(Period.parse(text))})
        except ValueError:
            raise self.refuse(_("请按 2026Q1 的格式填写。")) from None


@dataclass(frozen=True)
class DateFilter(Filter):
    """A date; the column carries the comparison (due_on__gte)."""

    type: Any = OpenApiTypes.DATE

    def rows(self, text: str, scope: Scope) -> Q:
        """Keep the rows on one side of the day."""
        try:
            return Q(**{self.column: date.fromisoformat(text)})
        except ValueError:
            raise self.refuse(_("请按 2026-03-05 的格式填写日期。")) from None


@dataclass(frozen=True)
class UidFilter(Filter):
    """A uid kept on the row itself."""

    type: Any = OpenApiTypes.UUID

    def rows(self, text: str, scope: Scope) -> Q:
        """Keep the rows that carry it."""
        return Q(**{self.column: _uid(self, text)})


def _uid(where: Filter, text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise where.refuse(_("请填写对象编号（uid）。")) from None


@dataclass(frozen=True)
class RowFilter(Filter):
    """The uid of another row that the caller may see."""

    others: Any | None = None
    uid: str = "uid"
    # True: the row is an area, and everything below it counts.
    below: bool = False
    type: Any = OpenApiTypes.UUID

    def rows(self, text: str, scope: Scope) -> Q:
        """Keep the rows tied to it; one that the caller may not see finds nothing, as if there were none."""
        assert self.others is not None
        seen = self.others._default_manager.visible_to(scope).filter(**{self.uid: _uid(self, text)})
        if self.below:
            path = seen.values_list("path", flat=True).first()
            if path is None:
                return NOTHING
            return Q(**{f"{self.column}__gte": path, f"{self.column}__lt": path + "~"})
        key = seen.values_list("pk", flat=True).first()
        return NOTHING if key is None else Q(**{self.column: key})
