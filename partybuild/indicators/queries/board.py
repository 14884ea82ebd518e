"""The dashboard of an area or of one body: rows, columns, sentences, with what may not be shown left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from partybuild.access import Level, Scope
from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.indicators.enums import Group, Part, Section
from partybuild.indicators.queries.figures import Cell, Cells, figures, figures_of_body
from partybuild.indicators.queries.targets import Targets, targets_of
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
    # What the place asks for in percent; None where it asks for nothing.
    target: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is expected here and nothing was counted."""
        return not self.cell.numerator and not self.cell.denominator

    @property
    def percent(self) -> float | None:
        """The share in percent, rounded down to the tenth: what is reached is said of what is reached."""
        if not self.cell.denominator or self.is_suppressed or self.cell.is_average:
            return None
        return int(self.cell.numerator * 1000 // self.cell.denominator) / 10

    @property
    def average(self) -> Decimal | None:
        """So many each, to the tenth."""
        if not self.cell.is_average or self.is_suppressed or not self.cell.denominator:
            return None
        each = Decimal(self.cell.numerator) / self.cell.denominator
        return each.quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def is_reached(self) -> bool | None:
        """Whether the target is reached; None where there is none, or nothing to measure."""
        if self.target is None or self.percent is None:
            return None
        return self.percent >= self.target


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

    @cached_property
    def is_over(self) -> bool:
        """Whether the period has ended: asked once for all figures."""
        return self.period.end < today()

    @property
    def sections(self) -> list[tuple[Section, list[Group]]]:
        """The parts of the page with their columns."""
        parts = [
            (section, [group for group in self.groups if group.section is section])
            for section in Section
        ]
        return [(section, groups) for section, groups in parts if groups]


def children_of(area: Area, period: Period, rows: Any) -> list[Area]:
    """Return the areas listed on an area's dashboard: one level down, those that stood in the period."""
    if area.level >= Level.COMMUNITY:
        return []
    return list(_standing(rows.filter(parent=area, level=area.level + 1), period))


def _standing(rows: Any, period: Period) -> Any:
    return rows.filter(Q(valid_to=None) | Q(valid_to__gte=period.start)).order_by(
        "sort", "code", "id"
    )


def known_indicators(scope: Scope) -> list[Indicator]:
    """Return the figures whose line a scope holds."""
    return [each for each in indicators() if scope.cell(each.line).allows]


def board_of_area(
    area: Area,
    children: Sequence[Area],
    period: Period,
    scope: Scope,
    *,
    on_home: bool = False,
) -> Board:
    """Return the dashboard of an area in two queries, whatever lies below it."""
    known = known_indicators(scope)
    wanted = [each for each in known if area.level <= each.level and (each.on_home or not on_home)]
    total = figures([area], period, wanted)
    own = _cells_of(total, area.pk)
    lines = _lines_below(area, children, period, wanted, own)
    # What is held back beside its siblings stays so on its own page and below: else the page above
    # gives it away.
    above = _withheld(area, period, wanted, scope)
    hidden = _hidden(wanted, [line[2] for line in lines] or [own], scope)
    targets = targets_of([area, *children], wanted)
    shows = _Shows(wanted, scope, period)
    rows = [
        Row(
            place,
            name,
            shows.of(counted, hidden[at] | above, targets[place.pk]),
            is_rest=is_rest,
        )
        for at, (place, name, counted, is_rest) in enumerate(lines)
    ]
    hidden_total = _hidden(wanted, [own], scope)[0] | above
    whole = Row(area, area.name, shows.of(own, hidden_total, targets[area.pk]), is_total=True)
    return Board(period, area, wanted, rows or [whole], whole, list(children))


Line = tuple[Area, str, dict[str, Cell], bool]


def _lines_below(
    area: Area,
    children: Sequence[Area],
    period: Period,
    wanted: list[Indicator],
    own: dict[str, Cell],
) -> list[Line]:
    """Return the lines below an area: its children, and what it has beside them."""
    if not children:
        return []
    return _lines_of(area, children, wanted, own, figures(children, period, wanted, under=area))


def _lines_of(
    area: Area,
    children: Sequence[Area],
    wanted: list[Indicator],
    own: dict[str, Cell],
    cells: Cells,
) -> list[Line]:
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
        lines = _lines_below(parent, children, period, known, own)
        for line, keys in zip(
            lines, _hidden(known, [line[2] for line in lines], scope), strict=True
        ):
            if line[0].pk == node.pk:
                hidden |= keys
        node = parent
    return hidden


def held_back(keys: Collection[str], period: Period, scope: Scope) -> dict[int, set[str]]:
    """Return {area's primary key: figures} that the dashboards in a scope's sight hold back, level by level.

    Whatever else tells the same numbers holds the same ones back, or it gives the dashboards away.
    """
    root = Area.objects.filter(pk=scope.area_id).first() if scope.area_id else None
    wanted = [
        each
        for each in known_indicators(scope)
        if each.key in keys and each.about_persons and scope.cell(each.line).totals_only
    ]
    if root is None or not wanted:
        return {}
    hidden: dict[int, set[str]] = {root.pk: set()}
    level = [root]
    while level:
        known = [each for each in wanted if level[0].level <= each.level]
        below: dict[int | None, list[Area]] = defaultdict(list)
        for child in _standing(Area.objects.filter(parent__in=level), period):
            if child.level == level[0].level + 1:
                below[child.parent_id].append(child)
        children = [child for each in below.values() for child in each]
        own, cells = figures(level, period, known), figures(children, period, known)
        for area in level:
            places = {child.pk for child in below[area.pk]}
            if not places:
                continue
            its = {at: cell for at, cell in cells.items() if at[0] in places}
            lines = _lines_of(area, below[area.pk], known, _cells_of(own, area.pk), its)
            for line, found in zip(
                lines, _hidden(known, [line[2] for line in lines], scope), strict=True
            ):
                if line[0].pk != area.pk:
                    hidden[line[0].pk] = found | hidden[area.pk]
        level = children
    return {area: found for area, found in hidden.items() if found}


def board_of_body(
    body: Organization, period: Period, scope: Scope, *, on_home: bool = False
) -> Board:
    """Return a unit's own figures."""
    known = known_indicators(scope)
    wanted = [each for each in known if each.body and (each.on_home or not on_home)]
    counted = _cells_of(figures_of_body(body, period, wanted), body.pk)
    targets = targets_of([body.area], wanted)[body.area.pk] if body.area else {}
    shown = _Shows(wanted, scope, period).of(counted, set(), targets)
    row = Row(body, body.called, shown, is_total=True)
    return Board(period, body, wanted, [row], row)


def _by_key(wanted: list[Indicator], key: str) -> Indicator:
    return next(each for each in wanted if each.key == key)


def _cells_of(cells: Cells, place: int) -> dict[str, Cell]:
    return {key: cell for (pk, key), cell in cells.items() if pk == place}


def _sum(like: Cell, cells: Cells, key: str) -> Cell:
    total = Cell(0, None if like.denominator is None else 0, like.is_average)
    for (_pk, name), cell in cells.items():
        if name == key:
            total = total + cell
    return total


class _Shows:
    """How a scope sees figures."""

    def __init__(self, wanted: list[Indicator], scope: Scope, period: Period) -> None:
        self.wanted = wanted
        self.open = {each.key for each in wanted if opens(each, scope, period)}

    def of(self, counted: dict[str, Cell], hidden: set[str], targets: Targets) -> dict[str, Shown]:
        """Return the figures of one line."""
        return {
            each.key: Shown(
                indicator=each,
                cell=counted[each.key],
                is_suppressed=each.key in hidden,
                is_open=each.key in self.open,
                target=targets.get(each.key),
            )
            for each in self.wanted
            if each.key in counted
        }


def opens(indicator: Indicator, scope: Scope, period: Period) -> bool:
    """Whether a scope may open the rows of a figure: by the figure's own line, and by that of its rows."""
    cells = [scope.cell(line) for line in _lines_behind(indicator, period)]
    return all(cell.allows and not cell.totals_only for cell in cells)


_lines: dict[str, frozenset[str]] = {}


def _lines_behind(indicator: Indicator, period: Period) -> frozenset[str]:
    # Of which kind the rows are does not depend on the period.
    known = _lines.get(indicator.key)
    if known is None:
        parts = (indicator.rows(part, period) for part in Part)
        models: list[Any] = [rows.model for rows in parts if rows is not None]
        known = frozenset({indicator.line, *(model.visibility.view for model in models)})
        _lines[indicator.key] = known
    return known


def is_small(cell: Cell) -> bool:
    """Whether a cell, or what it leaves over, is a group of one or two persons."""
    return any(0 < size < SMALLEST_GROUP for size in cell.groups)


def _hidden(wanted: list[Indicator], lines: list[dict[str, Cell]], scope: Scope) -> list[set[str]]:
    """Return by line the keys of the figures that stay out: small groups of persons, where only totals are shown."""
    hidden: list[set[str]] = [set() for _line in lines]
    for indicator in _wholes_first(wanted):
        if not indicator.about_persons or not scope.cell(indicator.line).totals_only:
            continue
        key = indicator.key
        cells = {at: line[key] for at, line in enumerate(lines) if key in line}
        held = {at for at in cells if not hidden[at].isdisjoint(indicator.tells)}
        for at in held_together(cells, held):
            hidden[at].add(key)
    return hidden


def _wholes_first(wanted: list[Indicator]) -> list[Indicator]:
    """Return figures after those whose numbers they tell."""
    known = {each.key: each for each in wanted}

    def depth(each: Indicator) -> int:
        return max((1 + depth(known[key]) for key in each.tells if key in known), default=0)

    return sorted(wanted, key=depth)


def held_together(cells: Mapping[int, Cell], held: Iterable[int] = ()) -> set[int]:
    """Return which of the cells beside a total stay out: the small ones, those held already, and what else it takes.

    The total stands beside them or elsewhere: what is held back together must not be small itself.
    """
    out = {at for at, cell in cells.items() if is_small(cell)} | set(held)
    others = sorted((at for at in cells if at not in out), key=lambda at: cells[at].numerator)
    while out and others and gives_away([cells[at] for at in out]):
        at = others.pop(0)
        if cells[at].numerator or cells[at].denominator:
            out.add(at)
    return out


def gives_away(cells: list[Cell]) -> bool:
    """Tell whether the sum of held-back cells, known from the total, tells one of them."""
    if len(cells) < 2:
        return True
    for numbers in zip(*(cell.groups for cell in cells), strict=True):
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
                "is_open": shown.is_open,
            }
        )
    return found
