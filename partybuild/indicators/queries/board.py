"""The dashboard of an area or of one body: rows, columns, sentences, with what may not be shown left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from partybuild.access import Level, Scope
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.queries.figures import Cell, Cells, figures, figures_of_body
from partybuild.indicators.registry import Indicator, indicators
from partybuild.organizations.models import Organization

# Groups of persons smaller than this are not shown where only totals are.
SMALLEST_GROUP = 3


@dataclass(frozen=True)
class Shown:
    """One figure as one viewer sees it."""

    indicator: Indicator
    cell: Cell
    # Too few persons: the number stays out.
    is_suppressed: bool = False
    # Whether the rows behind it may be opened.
    is_open: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing is expected here and nothing was counted."""
        return not self.cell.numerator and not self.cell.denominator


@dataclass
class Row:
    """One line of the dashboard: an area, what remains of the area above, or a body."""

    place: Area | Organization
    name: str
    shown: dict[str, Shown]
    # What the area above has beside the areas listed.
    is_rest: bool = False
    is_total: bool = False

    def of(self, group: Group) -> list[Shown]:
        """Return the figures of one column."""
        return [each for each in self.shown.values() if each.indicator.group == group]


@dataclass
class Board:
    """A dashboard."""

    period: Period
    place: Area | Organization
    indicators: list[Indicator]
    rows: list[Row]
    total: Row
    # The areas listed: a list behind "the rest" leaves them out.
    children: list[Area] = field(default_factory=list)

    @property
    def groups(self) -> list[Group]:
        """The columns that have a figure on some line."""
        present = {each.group for each in self.indicators}
        return [group for group in Group if group in present]


def children_of(area: Area, period: Period, rows: Any) -> list[Area]:
    """Return the areas listed on an area's dashboard: one level down, those that stood in the period."""
    if area.level >= Level.COMMUNITY:
        return []
    return list(
        rows.filter(parent=area, level=area.level + 1)
        .filter(Q(valid_to=None) | Q(valid_to__gte=period.start))
        .order_by("sort", "code", "id")
    )


def known_indicators(scope: Scope) -> list[Indicator]:
    """Return the figures whose line a scope holds."""
    return [each for each in indicators() if scope.cell(each.line).allows]


def board_of_area(area: Area, children: Sequence[Area], period: Period, scope: Scope) -> Board:
    """Return the dashboard of an area in two queries, whatever lies below it."""
    wanted = [each for each in known_indicators(scope) if area.level <= each.level]
    total = figures([area], period, wanted)
    own = _cells_of(total, area.pk)
    lines = _lines(area, children, period, wanted, own)
    # What is held back beside its siblings stays so on its own page and below: else the page above
    # gives it away.
    above = _withheld(area, period, wanted, scope)
    hidden = _hidden(wanted, [line[2] for line in lines] or [own], scope)
    rows = [
        Row(place, name, _show(wanted, counted, hidden[at] | above, scope), is_rest=is_rest)
        for at, (place, name, counted, is_rest) in enumerate(lines)
    ]
    hidden_total = _hidden(wanted, [own], scope)[0] | above
    whole = Row(area, area.name, _show(wanted, own, hidden_total, scope), is_total=True)
    return Board(period, area, wanted, rows or [whole], whole, list(children))


Line = tuple[Area, str, dict[str, Cell], bool]


def _lines(
    area: Area,
    children: Sequence[Area],
    period: Period,
    wanted: list[Indicator],
    own: dict[str, Cell],
) -> list[Line]:
    """Return the lines below an area: its children, and what it has beside them."""
    if not children:
        return []
    cells = figures(children, period, wanted, under=area)
    lines: list[Line] = [
        (child, child.name, _cells_of(cells, child.pk), False) for child in children
    ]
    # What is figured at this level only (from the roster) is no remainder.
    level = Level(children[0].level)
    rest = {
        key: cell - _sum(cell, cells, key)
        for key, cell in own.items()
        if _by_key(wanted, key).level >= level
    }
    if any(cell.numerator or cell.denominator for cell in rest.values()):
        lines.append((area, _("%(area)s本级") % {"area": area.name}, rest, True))
    return lines


def _withheld(area: Area, period: Period, wanted: list[Indicator], scope: Scope) -> set[str]:
    """Return the figures that the pages above hold back for an area or for one it lies in."""
    persons = [each for each in wanted if each.about_persons and scope.cell(each.line).totals_only]
    hidden: set[str] = set()
    node = area
    while persons and node.parent is not None and scope.area_id not in {None, node.pk}:
        parent = node.parent
        children = children_of(parent, period, Area.objects.all())
        known = [each for each in persons if parent.level <= each.level]
        own = _cells_of(figures([parent], period, known), parent.pk)
        lines = _lines(parent, children, period, known, own)
        for line, keys in zip(
            lines, _hidden(known, [line[2] for line in lines], scope), strict=True
        ):
            if line[0].pk == node.pk:
                hidden |= keys
        node = parent
    return hidden


def board_of_body(body: Organization, period: Period, scope: Scope) -> Board:
    """Return a unit's own figures."""
    wanted = [each for each in known_indicators(scope) if each.body]
    counted = _cells_of(figures_of_body(body, period, wanted), body.pk)
    row = Row(body, body.called, _show(wanted, counted, set(), scope), is_total=True)
    return Board(period, body, wanted, [row], row)


def figure_of(indicator: Indicator, area: Area, period: Period, scope: Scope) -> Shown:
    """Return one figure of an area as a scope sees it."""
    counted = _cells_of(figures([area], period, [indicator]), area.pk)
    hidden = _hidden([indicator], [counted], scope)[0]
    return _show([indicator], counted, hidden, scope)[indicator.key]


def _by_key(wanted: list[Indicator], key: str) -> Indicator:
    return next(each for each in wanted if each.key == key)


def _cells_of(cells: Cells, place: int) -> dict[str, Cell]:
    return {key: cell for (pk, key), cell in cells.items() if pk == place}


def _sum(like: Cell, cells: Cells, key: str) -> Cell:
    total = Cell(0, None if like.denominator is None else 0)
    for (_pk, name), cell in cells.items():
        if name == key:
            total = total + cell
    return total


def _show(
    wanted: list[Indicator], counted: dict[str, Cell], hidden: set[str], scope: Scope
) -> dict[str, Shown]:
    return {
        each.key: Shown(
            indicator=each,
            cell=counted[each.key],
            is_suppressed=each.key in hidden,
            is_open=not scope.cell(each.line).totals_only,
        )
        for each in wanted
        if each.key in counted
    }


def is_small(cell: Cell) -> bool:
    """Whether a cell, or what it leaves over, is a group of one or two persons."""
    numbers = (cell.numerator, cell.denominator, cell.missing)
    return any(number is not None and 0 < number < SMALLEST_GROUP for number in numbers)


def _hidden(wanted: list[Indicator], lines: list[dict[str, Cell]], scope: Scope) -> list[set[str]]:
    """Return by line the keys of the figures that stay out: small groups of persons, where only totals are shown."""
    hidden: list[set[str]] = [set() for _line in lines]
    for indicator in wanted:
        if not indicator.about_persons or not scope.cell(indicator.line).totals_only:
            continue
        key = indicator.key
        small = {at for at, line in enumerate(lines) if key in line and is_small(line[key])}
        # The total stands beside them: what is held back together must not be small itself.
        others = sorted(
            (at for at, line in enumerate(lines) if key in line and at not in small),
            key=lambda at: lines[at][key].numerator,
        )
        while small and others and _gives_away([lines[at][key] for at in small]):
            at = others.pop(0)
            if lines[at][key].numerator or lines[at][key].denominator:
                small.add(at)
        for at in small:
            hidden[at].add(key)
    return hidden


def _gives_away(cells: list[Cell]) -> bool:
    """Tell whether the sum of held-back cells, known from the total, tells one of them."""
    if len(cells) < 2:
        return True
    for part in ("numerator", "denominator", "missing"):
        numbers = [getattr(cell, part) or 0 for cell in cells]
        # As many persons as places: one in each.
        if 0 < sum(numbers) < max(SMALLEST_GROUP, len(numbers) + 1):
            return True
    return False


def attention(board: Board) -> list[dict[str, Any]]:
    """Return what needs attention: [{"text", "indicator", "count"}], by what is missing over the whole."""
    found = []
    for indicator in board.indicators:
        shown = board.total.shown.get(indicator.key)
        if not indicator.attention or shown is None or shown.is_suppressed:
            continue
        count = shown.cell.numerator if indicator.is_bad else shown.cell.missing
        if not count:
            continue
        names = [
            row.name
            for row in board.rows
            if (own := row.shown.get(indicator.key))
            and not own.is_suppressed
            and (own.cell.numerator if indicator.is_bad else own.cell.missing)
        ]
        listed = "、".join(names[:5]) + (_("等") if len(names) > 5 else "")
        part = Part.NUMERATOR if indicator.is_bad else Part.MISSING
        found.append(
            {
                "text": (
                    str(indicator.attention) % {"count": count}
                    if isinstance(board.place, Area)
                    else f"{indicator.name}：{indicator.word(part)}{count}{indicator.unit}"
                ),
                "names": "" if board.rows == [board.total] else listed,
                "indicator": indicator,
                "part": part,
                "is_bad": indicator.is_bad,
            }
        )
    return found
