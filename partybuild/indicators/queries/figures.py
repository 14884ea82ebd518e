"""All cells of a dashboard with one query, and the rows behind any of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, Min, Q, QuerySet, Sum, Value

from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.indicators.enums import Part
from partybuild.indicators.queries.frozen import Closings, closings_of, keys_of
from partybuild.indicators.registry import Indicator
from partybuild.organizations.models import Organization

Number = int | Decimal


@dataclass(frozen=True)
class Cell:
    """One figure: how many, among how many (None for a plain count)."""

    numerator: Number
    denominator: int | None
    # An average's two numbers are of different kinds: nothing lies between them.
    is_average: bool = False
    # How many persons stand behind the numerator, the denominator and what lies between; None: as
    # many as are counted.
    people: tuple[int | None, int | None, int | None] = (None, None, None)

    @property
    def missing(self) -> Number | None:
        """How many are not there yet."""
        if self.denominator is None or self.is_average:
            return None
        return self.denominator - self.numerator

    @property
    def share(self) -> float | None:
        """The rate or average, None where nothing is expected."""
        return float(self.numerator / self.denominator) if self.denominator else None

    @property
    def groups(self) -> tuple[int, int, int]:
        """How many persons may be read from each number at least; 0 where there is nothing."""
        numbers = (self.numerator, self.denominator, self.missing)
        sizes = (
            # Persons counted in several places leave a remainder of none: then it is few.
            max(int(number if people is None else people), 1) if number else 0
            for number, people in zip(numbers, self.people, strict=True)
        )
        first, second, third = sizes
        return first, second, third

    def __sub__(self, other: Cell) -> Cell:
        return self._with(other, -1)

    def __add__(self, other: Cell) -> Cell:
        return self._with(other, 1)

    def _with(self, other: Cell, sign: int) -> Cell:
        whole = None
        if self.denominator is not None:
            whole = self.denominator + sign * (other.denominator or 0)
        first, second, third = (
            None if mine is None and theirs is None else (mine or 0) + sign * (theirs or 0)
            for mine, theirs in zip(self.people, other.people, strict=True)
        )
        return Cell(
            self.numerator + sign * other.numerator,
            whole,
            self.is_average,
            (first, second, third),
        )


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
        for part in indicator.parts:
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
    counts: Counts = {}
    for path, key, part, count, people in _all_of(branches):
        if path in by_path:
            # Counted live and kept at a closing: a district has both.
            _add(counts, (by_path[path], key, part), count, people)
    return {
        (area.pk, indicator.key): _cell(indicator, counts, area.pk)
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
        for part in indicator.parts:
            rows = indicator.rows(part, period)
            if rows is None:
                continue
            if closings.has(indicator):
                branches.append(closings.counted_of_body(indicator, part, body=body))
                rows = closings.live(indicator, part, rows)
            branches.append(_counted(indicator.mine(rows, body), Value(""), indicator, part))
    counts: Counts = {}
    for _path, key, part, count, people in _all_of(branches):
        _add(counts, (body.pk, key, part), count, people)
    return {(body.pk, indicator.key): _cell(indicator, counts, body.pk) for indicator in wanted}


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
    """Return the rows that a cell counts; their count or sum is the figure. None where the part has no rows.

    `without` leaves out areas below: what remains is the area's own part.
    """
    found = _behind(indicator, part, period, area=area, under=under, without=without, body=body)
    if found is None:
        return None
    rows, kept = found
    if kept is None:
        return rows
    model: Any = rows.model
    together: QuerySet[Any] = model.objects.filter(
        Q(pk__in=rows.order_by().values("pk")) | Q(pk__in=keys_of(kept))
    )
    return together


def total_behind(
    indicator: Indicator,
    part: Part,
    period: Period,
    *,
    area: Area | None = None,
    under: Area | None = None,
    without: Sequence[Area] = (),
    body: Organization | None = None,
) -> Number:
    """Return the number of a cell: how many rows, or their sum; what was kept at a closing as it was."""
    found = _behind(indicator, part, period, area=area, under=under, without=without, body=body)
    if found is None:
        return 0
    rows, kept = found
    counted = rows.order_by().aggregate(n=indicator.counted(part))["n"] or 0
    if kept is not None:
        counted += kept.order_by().aggregate(n=Sum("count"))["n"] or 0
    return indicator.number(counted, part)


def total_today(indicator: Indicator, part: Part, period: Period, **where: Any) -> Number | None:
    """Return what the rows of a closed figure come to today, None where the cell keeps nothing closed.

    Rows that were kept are shown as they are now: a correction after the closing changes them and
    not the figure.
    """
    found = _behind(indicator, part, period, **_WHERE | where)
    if found is None or found[1] is None or not found[1].filter(count__gt=0).exists():
        return None
    rows = rows_behind(indicator, part, period, **where)
    assert rows is not None
    counted = rows.order_by().aggregate(n=indicator.counted(part))["n"] or 0
    return indicator.number(counted, part)


_WHERE: dict[str, Any] = {"area": None, "under": None, "without": (), "body": None}


def _behind(
    indicator: Indicator,
    part: Part,
    period: Period,
    *,
    area: Area | None,
    under: Area | None,
    without: Sequence[Area],
    body: Organization | None,
) -> tuple[QuerySet[Any], QuerySet[Any] | None] | None:
    """Return the rows counted live, and what closed streets keep (None where nobody has closed)."""
    rows = indicator.rows(part, period)
    if rows is None or (body is not None and not indicator.body):
        return None
    closings: Closings = closings_of(period, [indicator])
    is_closed = closings.has(indicator)
    if is_closed:
        rows = closings.live(indicator, part, rows)
    if body is not None:
        return (
            indicator.mine(rows, body),
            closings.kept_of_body(indicator, part, body=body) if is_closed else None,
        )
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
        kept = closings.kept_of_area(indicator, part, area=area, under=under, without=without)
    return rows, kept


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


# By place, figure and part: the number, and how many persons stand behind it.
Counts = dict[tuple[int, str, str], tuple[int, int]]


def _add(counts: Counts, place: tuple[int, str, str], count: int | None, people: int) -> None:
    counted, known = counts.get(place, (0, 0))
    counts[place] = (counted + (count or 0), known + people)


def _cell(indicator: Indicator, counts: Counts, place: int) -> Cell:
    numbers = {part: counts.get((place, indicator.key, part), (0, 0)) for part in indicator.parts}
    whole, missing = numbers[Part.DENOMINATOR], numbers.get(Part.MISSING)
    denominator = None
    if indicator.has_denominator:
        denominator = int(indicator.number(whole[0], Part.DENOMINATOR))
    return Cell(
        indicator.number(numbers[Part.NUMERATOR][0], Part.NUMERATOR),
        denominator,
        indicator.is_average,
        (
            numbers[Part.NUMERATOR][1],
            whole[1] if indicator.has_denominator else None,
            missing[1] if missing is not None and indicator.has_denominator else None,
        ),
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
        .annotate(_count=indicator.counted(part), _people=indicator.people(part))
        .values_list("_key", "_indicator", "_part", "_count", "_people")
    )


def _all_of(branches: list[QuerySet[Any]]) -> list[tuple[Any, ...]]:
    if not branches:
        return []
    first, *others = branches
    return list(first.union(*others, all=True)) if others else list(first)
