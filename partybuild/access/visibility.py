"""Which rows a scope reaches: declared on each model, asked through `visible_to`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access.rights import Reach
from partybuild.access.scopes import Scope

NOTHING = Q(pk__in=[])
EVERYTHING = Q()

# What reach.py files of higher floors bring into sight: {(model label, reach): [scope -> Q]}.
_brought: dict[tuple[str, Reach], list[Callable[[Scope], Q]]] = {}


# How access.explain tells it: {function: words}.
_words: dict[Callable[[Scope], Q], Any] = {}


def brings(
    label: str, reach: Reach, *, words: Any = ""
) -> Callable[[Callable[[Scope], Q]], Callable[[Scope], Q]]:
    """Register a function that brings rows of a lower floor's model into sight; `words` tell why."""

    def register(function: Callable[[Scope], Q]) -> Callable[[Scope], Q]:
        _brought.setdefault((label, reach), []).append(function)
        if words:
            _words[function] = words
        return function

    return register


@dataclass(frozen=True)
class Part:
    """One reason to see rows, and which rows."""

    words: Any
    rows: Q


@dataclass(frozen=True, kw_only=True)
class Visibility:
    """The paths along which a model's rows are seen; None says that this kind sees none.

    `area` leads to an Area ("" is the row itself, "=field" a path kept on the row), `unit` to an Organization, `own` to a Person; `organizations` and
    `persons` lead to those who take part; `open` is the filter of rows published to everybody who
    takes part anywhere; `administrators` the filter of rows for reach `*`.
    """

    view: str
    area: str | None
    unit: str | None
    organizations: tuple[str, ...] | None
    persons: tuple[str, ...] | None
    own: str | None
    open: Q | None
    administrators: Q | None

    def rows(self, label: str, scope: Scope, reach: Reach, *, reading: bool) -> Q:
        """Return the filter of the rows that this reach covers; reading adds what one takes part in."""
        if scope.is_system:
            return EVERYTHING
        if scope.link_target is not None:
            return self._linked(label, scope, reach)
        rows = NOTHING
        for part in self.parts(label, scope, reach, reading=reading):
            rows = part.rows if rows == NOTHING else rows | part.rows
        return rows

    def parts(self, label: str, scope: Scope, reach: Reach, *, reading: bool) -> list[Part]:
        """Return the reasons one by one: their rows together are what this reach covers."""
        parts: list[Part] = []
        match reach:
            case Reach.EVERYWHERE:
                parts = [Part(_("职责所在"), self.administrators or NOTHING)]
            case Reach.AREA if scope.is_unit:
                return self.parts(label, scope, Reach.UNIT, reading=reading)
            case Reach.AREA if not scope.is_area:
                return self.parts(label, scope, Reach.OWN, reading=reading)
            case Reach.AREA:
                parts = [Part(_("在本辖区内"), self._below(scope))]
                parts += self._brought(label, reach, scope)
            case Reach.UNIT:
                parts = [Part(_("属于本单位"), self._lookup(self.unit, scope.organization_id))]
                parts += self._brought(label, reach, scope)
            case Reach.OWN:
                parts = [Part(_("本人"), self._lookup(self.own, scope.person_id))]
                parts += self._brought(label, reach, scope)
            case Reach.PARTICIPANT:
                parts = self._taking_part(label, scope)
        if reading and reach in {Reach.AREA, Reach.UNIT}:
            parts += self._taking_part(label, scope)
        return [part for part in parts if part.rows != NOTHING]

    def _below(self, scope: Scope) -> Q:
        if self.area is None or not scope.area_path:
            return NOTHING
        if self.area.startswith("="):
            prefix = self.area[1:]
        else:
            prefix = f"{self.area}__path" if self.area else "path"
        # A range on a collation-C path is one index walk; "~" sorts after every path character.
        return Q(**{f"{prefix}__gte": scope.area_path, f"{prefix}__lt": scope.area_path + "~"})

    def _taking_part(self, label: str, scope: Scope) -> list[Part]:
        parts = [] if self.open is None else [Part(_("对参与各方公开"), self.open)]
        parts += [
            Part(_("受邀、承办或报送的一方"), self._lookup(lookup, scope.organization_id))
            for lookup in self.organizations or ()
        ]
        parts += [
            Part(_("本人参与"), self._lookup(lookup, scope.person_id))
            for lookup in self.persons or ()
        ]
        return parts + self._brought(label, Reach.PARTICIPANT, scope)

    def _linked(self, label: str, scope: Scope, reach: Reach) -> Q:
        assert scope.link_target is not None
        if reach is not Reach.PARTICIPANT or scope.link_target[0] != label:
            return NOTHING
        return Q(uid=scope.link_target[1])

    @staticmethod
    def _brought(label: str, reach: Reach, scope: Scope) -> list[Part]:
        return [
            Part(_words.get(function, _("有工作关系")), function(scope))
            for function in _brought.get((label, reach), ())
        ]

    @staticmethod
    def _lookup(lookup: str | None, value: Any) -> Q:
        return NOTHING if lookup is None or value is None else Q(**{lookup: value})
