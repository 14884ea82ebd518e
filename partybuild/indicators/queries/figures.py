"""All cells of a dashboard with one query, and the rows behind any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Min, Q, QuerySet, Value

from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.indicators.enums import Part
from partybuild.indicators.queries.frozen import closings_of
from partybuild.indicators.registry import Indicator
from partybuild.organizations.models import Organization

_COUNTED = (Part.NUMERATOR, Part.DENOMINATOR)


@dataclass(frozen=True)
class Cell:
    """One figure: how many, among how many (None for a plain count)."""

    numerator: int
    denominator: int | None

    @property
    def missing(self) -> int | None:
        """How many are not there yet."""
        return None if self.denominator is None else self.denominator - self.numerator

    @property
    def share(self) -> float | None:
        """The rate, None where nothing is expected."""
        return self.numerator / self.denominator if self.denominator else None

    def __sub__(self, other: Cell) -> Cell:
        whole = None
        if self.denominator is not None:
            whole = self.denominator - (other.denominator or 0)
        return Cell(self.numerator - other.numerator, whole)

    def __add__(self, other: Cell) -> Cell:
        whole = None
        if self.denominator is not None:
            whole = self.denominator + (other.denominator or 0)
        return Cell(self.numerator + other.numerator, whole)


Cells = dict[tuple[int, str], Cell]


def figures(
    areas: Sequence[Area],
    period: Period,
    indicators: Iterable[Indicator],
    *,
    under: Area | None = None,
) -> Cells:
    """Return {(area's primary key, indicator's key): cell} for areas of one level, in one query.

    `under` keeps what counted to an area above at that time: a community that came later brings
    none of its past. This is the place of the roll-ups: whoever asks here does not know whether rows were counted now.
    """
    wanted = list(indicators)
    if not areas or not wanted:
        return {}
    first = areas[0]
    by_path = {area.path: area.pk for area in areas}
    assert all(len(path) == len(first.path) for path in by_path), "areas of one level"
    branches = []
    closings = closings_of(period, wanted)
    for indicator in wanted:
        if first.level > indicator.level:
            continue
        for part in _COUNTED:
            rows = indicator.rows(part, period)
            if rows is None:
                continue
            if closings.has(indicator):
                branches.append(closings.counted(indicator, part, areas=areas, under=under))
                rows = closings.live(indicator, part, rows)
            rows = rows.filter(indicator.keys.among(areas))
            if under is not None:
                rows = rows.filter(indicator.keys.inside(under))
            branches.append(_counted(rows, indicator.keys.key(first), indicator, part))
    counts: dict[tuple[int, str, str], int] = {}
    for path, key, part, count in _all_of(branches):
        if path in by_path:
            # Counted live and kept at a closing: a district has both.
            place = (by_path[path], key, part)
            counts[place] = counts.get(place, 0) + count
    return {
        (area.pk, indicator.key): _cell(indicator, period, counts, area.pk)
        for area in areas
        for indicator in wanted
        if first.level <= indicator.level
    }


def figures_of_body(body: Organization, period: Period, indicators: Iterable[Indicator]) -> Cells:
    """Return {(body's primary key, indicator's key): cell} of the figures that are a body's own."""
    wanted = [indicator for indicator in indicators if indicator.body]
    branches = []
    closings = closings_of(period, wanted)
    for indicator in wanted:
        for part in _COUNTED:
            rows = indicator.rows(part, period)
            if rows is None:
                continue
            if closings.has(indicator):
                branches.append(closings.counted_of_body(indicator, part, body=body))
                rows = closings.live(indicator, part, rows)
            branches.append(_counted(indicator.mine(rows, body), Value(""), indicator, part))
    counts: dict[tuple[int, str, str], int] = {}
    for _path, key, part, count in _all_of(branches):
        counts[body.pk, key, part] = counts.get((body.pk, key, part), 0) + count
    return {
        (body.pk, indicator.key): _cell(indicator, period, counts, body.pk) for indicator in wanted
    }


def rows_behind(
    indicator: Indicator,
    part: Part,
    period: Period,
    *,
    area: Area | None = None,
    under: Area | None = None,
    without: Sequence[Area] = (),
    body: Organization | None = None,
) -> QuerySet[Any] | None:
    """Return the rows that a cell counts; their count is the figure. None where the part has no rows.

    `without` leaves out areas below: what remains is the area's own part.
    """
    rows = indicator.rows(part, period)
    if rows is None:
        return None
    closings = closings_of(period, [indicator])
    is_closed = closings.has(indicator)
    if is_closed:
        rows = closings.live(indicator, part, rows)
    if body is not None:
        if not indicator.body:
            return None
        rows = indicator.mine(rows, body)
        kept = closings.rows_of_body(indicator, part, body=body) if is_closed else None
        return _together(rows, kept)
    assert area is not None
    rows = rows.filter(indicator.keys.inside(area))
    if under is not None:
        rows = rows.filter(indicator.keys.inside(under))
    if without:
        rows = rows.annotate(_key=indicator.keys.key(without[0])).exclude(
            _key__in=[each.path for each in without]
        )
    kept = None
    if is_closed:
        kept = closings.rows_of_area(indicator, part, area=area, under=under, without=without)
    return _together(rows, kept)


def _together(rows: QuerySet[Any], kept: QuerySet[Any] | None) -> QuerySet[Any]:
    """Return live rows and those kept at closings as rows of one model."""
    if kept is None:
        return rows
    model: Any = rows.model
    found: QuerySet[Any] = model.objects.filter(
        Q(pk__in=rows.order_by().values("pk")) | Q(pk__in=kept)
    )
    return found


def lateness(
    indicator: Indicator,
    part: Part,
    period: Period,
    *,
    area: Area | None = None,
    body: Organization | None = None,
) -> tuple[int, date | None]:
    """Return how many of a part's rows are past their date, and the next date of the others."""
    rows = rows_behind(indicator, part, period, area=area, body=body)
    if rows is None or not indicator.due:
        return 0, None
    found = rows.order_by().aggregate(
        late=Count("pk", filter=Q(**{f"{indicator.due}__lt": today()})),
        next=Min(indicator.due, filter=Q(**{f"{indicator.due}__gte": today()})),
    )
    return found["late"], found["next"]


def _cell(
    indicator: Indicator, period: Period, counts: dict[tuple[int, str, str], int], place: int
) -> Cell:
    return Cell(
        counts.get((place, indicator.key, Part.NUMERATOR), 0),
        counts.get((place, indicator.key, Part.DENOMINATOR), 0)
        if indicator.has_denominator
        else None,
    )


def _counted(rows: QuerySet[Any], key: Any, indicator: Indicator, part: Part) -> QuerySet[Any]:
    return (
        rows.order_by()
        .annotate(
            _key=key,
            _indicator=Value(indicator.key, output_field=CharField()),
            _part=Value(str(part), output_field=CharField()),
        )
        .values("_key", "_indicator", "_part")
        .annotate(_count=Count("pk"))
        .values_list("_key", "_indicator", "_part", "_count")
    )


def _all_of(branches: list[QuerySet[Any]]) -> list[tuple[Any, ...]]:
    if not branches:
        return []
    first, *others = branches
    return list(first.union(*others, all=True)) if others else list(first)
