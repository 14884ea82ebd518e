"""Figures of closed quarters: read from what was kept at closing, the rest counted live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BigIntegerField, CharField, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.indicators.enums import Part
from partybuild.indicators.keys import Frozen
from partybuild.indicators.models import FrozenFigure
from partybuild.indicators.registry import Indicator
from partybuild.organizations.models import Organization

_KEYS = Frozen("area")


@dataclass(frozen=True)
class Closings:
    """Which streets have closed a period, by the figures that they keep."""

    period: Period
    streets: dict[str, list[Area]] = field(default_factory=dict)

    def has(self, indicator: Indicator) -> bool:
        """Whether some street keeps this figure."""
        return indicator.key in self.streets

    def live(self, indicator: Indicator, part: Part, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Leave out what closed streets keep; what they counted is counted nowhere else."""
        streets = self.streets.get(indicator.key)
        if not streets:
            return rows
        rows = rows.annotate(_street=indicator.keys.key(streets[0]))
        outside = Q(_street=None) | ~Q(_street__in=[street.path for street in streets])
        kept = self._kept(indicator, part).filter(body=None)
        return rows.filter(outside).exclude(pk__in=keys_of(kept))

    def counted(
        self,
        indicator: Indicator,
        part: Part,
        *,
        areas: Sequence[Area],
        under: Area | None,
    ) -> QuerySet[Any]:
        """Return what closed streets counted for areas of one level, as the live branches count."""
        rows = self._kept(indicator, part).filter(_KEYS.among(areas), body=None)
        if under is not None:
            rows = rows.filter(_KEYS.inside(under))
        return _summed(rows, _KEYS.key(areas[0]), indicator, part)

    def counted_of_body(
        self, indicator: Indicator, part: Part, *, body: Organization
    ) -> QuerySet[Any]:
        """Return what closed streets counted for one body."""
        return _summed(self._kept(indicator, part).filter(body=body.pk), Value(""), indicator, part)

    def kept_of_area(
        self,
        indicator: Indicator,
        part: Part,
        *,
        area: Area,
        under: Area | None,
        without: Sequence[Area],
    ) -> QuerySet[Any]:
        """Return what closed streets keep of an area."""
        rows = self._kept(indicator, part).filter(_KEYS.inside(area), body=None)
        if under is not None:
            rows = rows.filter(_KEYS.inside(under))
        if without:
            rows = rows.annotate(_key=_KEYS.key(without[0])).filter(
                Q(_key=None) | ~Q(_key__in=[each.path for each in without])
            )
        return rows

    def kept_of_body(
        self, indicator: Indicator, part: Part, *, body: Organization
    ) -> QuerySet[Any]:
        """Return what closed streets keep of a body."""
        return self._kept(indicator, part).filter(body=body.pk)

    def _kept(self, indicator: Indicator, part: Part) -> QuerySet[Any]:
        return FrozenFigure.objects.standing(str(self.period)).filter(
            indicator=indicator.key, part=part
        )


def closings_of(period: Period, indicators: Iterable[Indicator]) -> Closings:
    """Return the closings of a period that keep one of these figures, in one query."""
    wanted = [each.key for each in indicators if each.freezes]
    streets: dict[str, list[Area]] = {}
    if wanted:
        kept = (
            FrozenFigure.objects.standing(str(period))
            .filter(area=None, body=None, part=Part.NUMERATOR, indicator__in=wanted)
            .select_related("closed__area")
        )
        for row in kept:
            streets.setdefault(row.indicator, []).append(row.closed.area)
    return Closings(period, streets)


def keys_of(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return the primary keys of the rows that were kept."""
    return (
        rows.order_by()
        .annotate(_row=Func(F("rows"), function="unnest", output_field=BigIntegerField()))
        .values("_row")
    )


def _summed(rows: QuerySet[Any], key: Any, indicator: Indicator, part: Part) -> QuerySet[Any]:
    return (
        rows.order_by()
        .annotate(
            _key=key,
            _indicator=Value(indicator.key, output_field=CharField()),
            _part=Value(str(part), output_field=CharField()),
        )
        .values("_key", "_indicator", "_part")
        .annotate(_count=Sum("count"), _people=Sum(Coalesce("people", "count")))
        .values_list("_key", "_indicator", "_part", "_count", "_people")
    )
