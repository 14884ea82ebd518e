"""活动情况统计表 (F9): people, person-times, occasions and hours, counted apart, from whichever side.

Everything is counted from facts that say for themselves in which community they happened and of
which unit the member was then. A unit and a community thus read the same cell: the one by filtering
the unit and grouping by communities, the other the other way round.

@tally
class Excused(Tally): …     lets an app of a higher floor add a count of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.enums import FINISHED, HOLDING, ReportInState
from members.models import Employment, PartyMember, PostClaim, ReportIn, ServiceRecord
from partybuild.access import Scope
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.calendar import Period, today
from partybuild.calendar.periods import HALF, MONTH, QUARTER, YEAR
from partybuild.indicators.queries import Cell, gives_away, held_back, held_together, is_small
from partybuild.organizations.models import Organization


class Tally:
    """One count: rows that each name a community, the member, and their unit then; so many 次 or 项."""

    key: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    measure: ClassVar[Any] = lazy("次")
    # Paths from a row.
    community: ClassVar[str] = "community"
    unit: ClassVar[str] = "unit"
    member: ClassVar[str] = "member"
    order: ClassVar[int] = 100

    def rows(self, since: date, until: date) -> QuerySet[Any]:
        """Return what is counted between two days, of every place."""
        raise NotImplementedError


_tallies: dict[str, Tally] = {}


def tally(declared: type[Tally]) -> type[Tally]:
    """Take a count into the table (class decorator)."""
    if not declared.key:
        raise ValueError(f"{declared.__name__} has no key")
    _tallies[declared.key] = declared()
    return declared


def tallies() -> list[Tally]:
    """Return every declared count in its order."""
    return sorted(_tallies.values(), key=lambda each: (each.order, each.key))


@tally
class Claimed(Tally):
    """Posts that the community decided on for a member in these days."""

    key = "claimed"
    label = lazy("认领事项")
    measure = lazy("项")
    community = "post__community"
    order = 10

    def rows(self, since: date, until: date) -> QuerySet[Any]:
        """Decided then, and not given up."""
        return PostClaim.objects.filter(state__in=HOLDING, decided_on__range=(since, until))


@tally
class Completed(Tally):
    """Posts done in these days."""

    key = "completed"
    label = lazy("完成事项")
    measure = lazy("项")
    community = "post__community"
    order = 20

    def rows(self, since: date, until: date) -> QuerySet[Any]:
        """Done then."""
        return PostClaim.objects.filter(state__in=FINISHED, ended_on__range=(since, until))


@dataclass
class Figures:
    """What was done by whom: 人, 人次, 场, 小时, never mixed."""

    reported: int = 0  # 报到党员（人）
    people: int = 0  # 参加活动党员（人）
    times: int = 0  # 人次
    events: int = 0  # 场
    hours: Decimal = Decimal(0)  # 小时
    tallies: dict[str, int] = field(default_factory=dict)
    # How many persons stand behind each count.
    behind: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def counts(self) -> list[int]:
        """The declared counts in their order."""
        return [self.tallies.get(each.key, 0) for each in tallies()]

    @property
    def cell(self) -> Cell:
        """Who served among who reported in; some serve without having reported in."""
        apart = abs(self.reported - self.people)
        return Cell(self.people, self.reported, people=(None, None, apart))

    def cell_of(self, key: str) -> Cell:
        """A declared count with the persons behind it."""
        return Cell(self.tallies.get(key, 0), None, people=(self.behind.get(key, 0), None, None))

    def counts_without(self, held: Collection[str]) -> list[int | None]:
        """The declared counts in their order, None for those that stay out."""
        return [None if each.key in held else self.tallies.get(each.key, 0) for each in tallies()]


@dataclass
class Group:
    """The line of a unit or a community."""

    row: Organization | Area | None
    figures: Figures
    # Few persons, or they could be told from it: where only totals are seen it stays out,
    is_suppressed: bool = False
    # or these of its counts alone.
    held: set[str] = field(default_factory=set)

    @property
    def counts(self) -> list[int | None]:
        """The declared counts in their order, None for those that stay out."""
        return self.figures.counts_without(self.held)

    @property
    def has_anybody(self) -> bool:
        """Whether somebody reported in or served."""
        return bool(self.figures.people or self.figures.reported)

    @property
    def name(self) -> str:
        """Its name; some have not said where they work."""
        return self.row.name if self.row is not None else str(_("未登记单位"))


@dataclass
class MemberLine:
    """The line of a member of a unit in a community."""

    member: PartyMember
    community: Area
    unit: Organization | None
    reported_on: date | None = None
    # Person-times in each part of the period.
    parts: list[int] = field(default_factory=list)
    times: int = 0
    hours: Decimal = Decimal(0)
    # What the place expects of somebody reported in, spread over the year; None where it says nothing.
    expected: int | None = None
    tallies: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The member's name."""
        return self.member.person.name

    @property
    def counts(self) -> list[int]:
        """The declared counts in their order."""
        return [self.tallies.get(each.key, 0) for each in tallies()]


@dataclass(frozen=True)
class Cut:
    """Which part of all facts is looked at: a scope, narrowed to a community, a unit, a member."""

    scope: Scope
    period: Period
    community: Area | None = None
    unit: Organization | None = None
    member: PartyMember | None = None

    @cached_property
    def until(self) -> date:
        """The last day that is counted: tomorrow has not happened."""
        return min(self.period.end, today())

    def within(
        self, rows: Any, *, community: str = "community", unit: str = "unit", member: str = "member"
    ) -> Any:
        """Narrow rows to what this side sees of them, by their own community and unit."""
        scope = self.scope
        if not scope.is_system:
            if scope.is_unit and scope.organization_id is not None:
                rows = rows.filter(**{unit: scope.organization_id})
            elif scope.area_path:
                rows = rows.filter(
                    **{
                        f"{community}__path__gte": scope.area_path,
                        f"{community}__path__lt": f"{scope.area_path}~",
                    }
                )
            elif scope.person_id is not None:
                rows = rows.filter(**{f"{member}__person": scope.person_id})
            else:
                rows = rows.none()
        if self.community is not None:
            rows = rows.filter(**{community: self.community})
        if self.unit is not None:
            rows = rows.filter(**{unit: self.unit})
        if self.member is not None:
            rows = rows.filter(**{member: self.member})
        return rows.order_by()

    def records(self) -> Any:
        """Certified records: nothing else counts."""
        rows = ServiceRecord.objects.certified().filter(date__range=(self.period.start, self.until))
        return self.within(rows)

    def report_ins(self) -> Any:
        """Report-ins that stood on the last day, with the unit that the member was of then."""
        day = self.until
        work = (
            Employment.objects.confirmed()
            .filter(member=OuterRef("member"), valid_from__lte=day)
            .filter(Q(valid_to=None) | Q(valid_to__gt=day))
            .order_by("-valid_from", "-id")
        )
        rows = (
            ReportIn.objects.filter(
                state__in=(ReportInState.CONFIRMED, ReportInState.ENDED), decided_on__lte=day
            )
            .filter(Q(ended_on=None) | Q(ended_on__gt=day))
            .annotate(unit_then=Subquery(work.values("unit")[:1]))
        )
        return self.within(rows, unit="unit_then")

    def counted(self, each: Tally) -> Any:
        """The rows of a declared count."""
        return self.within(
            each.rows(self.period.start, self.until),
            community=each.community,
            unit=each.unit,
            member=each.member,
        )


def total_of(cut: Cut) -> Figures:
    """Return the figures of a cut: who serves in two communities is one person, a list one occasion."""
    found = cut.records().aggregate(**_RECORD_COUNTS)
    declared = {each.key: cut.counted(each).aggregate(**_counts_of(each)) for each in tallies()}
    return Figures(
        reported=cut.report_ins().aggregate(n=Count("member", distinct=True))["n"],
        people=found["people"],
        times=found["times"],
        events=found["events"],
        hours=found["total"] or Decimal(0),
        tallies={key: counted["n"] for key, counted in declared.items()},
        behind={key: counted["people"] for key, counted in declared.items()},
    )


_RECORD_COUNTS: dict[str, Any] = {
    "people": Count("member", distinct=True),
    "times": Count("pk"),
    "events": Count("sheet", distinct=True),
    "total": Sum("hours"),
}


def _counts_of(each: Tally) -> dict[str, Any]:
    return {"n": Count("pk"), "people": Count(each.member, distinct=True)}


def by_unit(cut: Cut) -> list[Group]:
    """Return a line per unit, in the order of lists of bodies."""
    figures = _grouped(cut, records="unit", report_ins="unit_then", counted=lambda each: each.unit)
    rows = Organization.objects.in_bulk([key for key in figures if key is not None])
    groups = [Group(rows.get(key) if key else None, found) for key, found in figures.items()]
    return sorted(groups, key=lambda group: _place(group.row))


def by_community(cut: Cut) -> list[Group]:
    """Return a line per community, in the order of the tree."""
    figures = _grouped(
        cut, records="community", report_ins="community", counted=lambda each: each.community
    )
    rows = Area.objects.in_bulk([key for key in figures if key is not None])
    groups = [Group(rows.get(key) if key else None, found) for key, found in figures.items()]
    return sorted(groups, key=lambda group: getattr(group.row, "path", "") or "")


def _place(row: Any) -> tuple[bool, int, int]:
    return (row is None, row.sort if row is not None else 0, row.pk if row is not None else 0)


def _grouped(
    cut: Cut, *, records: str, report_ins: str, counted: Callable[[Tally], str]
) -> dict[int | None, Figures]:
    found: dict[int | None, Figures] = {}

    def of(key: int | None) -> Figures:
        return found.setdefault(key, Figures())

    for row in cut.report_ins().values(report_ins).annotate(n=Count("member", distinct=True)):
        of(row[report_ins]).reported = row["n"]
    for row in cut.records().values(records).annotate(**_RECORD_COUNTS):
        own = of(row[records])
        own.people, own.times, own.events = row["people"], row["times"], row["events"]
        own.hours = row["total"]
    for each in tallies():
        path = counted(each)
        for row in cut.counted(each).values(path).annotate(**_counts_of(each)):
            of(row[path]).tallies[each.key] = row["n"]
            of(row[path]).behind[each.key] = row["people"]
    return found


# The dashboards' figures of the same persons and of what they did; of a count of the table's own.
_TOLD = ("member.reported_in", "service.participation", "service.times", "service.hours")
_TOLD_OF = {"completed": ("claim.done",)}


@dataclass(frozen=True)
class HeldBack:
    """The communities of which the dashboards hold back what the table tells: lines, and single counts."""

    lines: frozenset[int] = frozenset()
    counts: Mapping[str, frozenset[int]] = field(default_factory=dict)


def held_back_statistics(period: Period, scope: Scope) -> HeldBack:
    """Return what the dashboards of the quarter in which a period ends hold back."""
    keys = [*_TOLD, *(key for told in _TOLD_OF.values() for key in told)]
    hidden = held_back(keys, Period.of(period.end, QUARTER), scope)

    def those(told: Collection[str]) -> frozenset[int]:
        return frozenset(area for area, found in hidden.items() if not found.isdisjoint(told))

    return HeldBack(those(_TOLD), {name: those(told) for name, told in _TOLD_OF.items()})


def suppress_small(groups: Iterable[Group], withheld: HeldBack | None = None) -> None:
    """Leave out, where only totals are seen, groups of one or two persons and what would tell them."""
    lines = dict(enumerate(groups))
    areas = {at: line.row.pk for at, line in lines.items() if isinstance(line.row, Area)}
    withheld = withheld or HeldBack()
    cells = {at: line.figures.cell for at, line in lines.items()}
    held = {at for at, area in areas.items() if area in withheld.lines}
    # A street's total stands elsewhere, that of the whole below the lines.
    streets: dict[Any, dict[int, Cell]] = {}
    for at, line in lines.items():
        streets.setdefault(getattr(line.row, "parent_id", None), {})[at] = cells[at]
    for within in streets.values():
        held |= held_together(within, held & within.keys())
    held = held_together(cells, held)
    for at, line in lines.items():
        line.is_suppressed = at in held
    for each in tallies():
        told = withheld.counts.get(each.key, frozenset())
        out = held | {at for at, area in areas.items() if area in told}
        for at in held_together(
            {at: line.figures.cell_of(each.key) for at, line in lines.items()}, out
        ):
            lines[at].held.add(each.key)


def is_total_small(total: Figures, groups: Iterable[Group]) -> bool:
    """Whether a total counts out one or two persons, or says what its lines hold back."""
    held = [group.figures.cell for group in groups if group.is_suppressed and group.has_anybody]
    return is_small(total.cell) or (bool(held) and gives_away(held))


def held_of_total(total: Figures, groups: Sequence[Group]) -> set[str]:
    """Return the counts that stay out of a total, for the same reasons."""
    out = set()
    for each in tallies():
        cells = [group.figures.cell_of(each.key) for group in groups if each.key in group.held]
        held = [cell for cell in cells if cell.numerator]
        if is_small(total.cell_of(each.key)) or (held and gives_away(held)):
            out.add(each.key)
    return out


_PARTS = {YEAR: QUARTER, HALF: QUARTER, QUARTER: MONTH}


def parts_of(period: Period) -> list[Period]:
    """Return what the columns of a period are: quarters of a year or half, months of a quarter."""
    kind = _PARTS.get(period.kind)
    if kind is None:
        return []
    parts = [Period.of(period.start, kind)]
    while parts[-1].end < period.end:
        parts.append(parts[-1].next())
    return parts


def part_label(part: Period) -> str:
    """第一季度, 3月."""
    return part.label.removeprefix(str(Period(part.year, YEAR).label))


def expected_times(community: Area, period: Period) -> int | None:
    """Return how many activities the place expects of a member in a period; what a year expects is spread evenly."""
    yearly = parameter(community, "activity.min_per_year")
    if not yearly:
        return None
    before, after = period.start.month - 1, period.end.month
    return int(yearly * after // 12 - yearly * before // 12)


def member_lines(cut: Cut) -> list[MemberLine]:
    """Return a line per member, community and unit: everybody reported in, and whoever served."""
    lines: dict[tuple[int, int | None, int], MemberLine] = {}
    parts = parts_of(cut.period)
    raw = _raw_lines(cut)
    members = PartyMember.objects.select_related("person").in_bulk({key[2] for key in raw})
    units = Organization.objects.in_bulk({key[1] for key in raw if key[1] is not None})
    communities = Area.objects.in_bulk({key[0] for key in raw})
    expected = {pk: expected_times(area, cut.period) for pk, area in communities.items()}
    for key, values in raw.items():
        community, unit, member = key
        lines[key] = MemberLine(
            member=members[member],
            community=communities[community],
            unit=units.get(unit) if unit is not None else None,
            reported_on=values.get("reported_on"),
            parts=[
                sum(1 for day, _hours in values.get("days", ()) if day in part) for part in parts
            ],
            times=len(values.get("days", ())),
            hours=sum((hours for _day, hours in values.get("days", ())), Decimal(0)),
            expected=expected[community] if values.get("reported_on") else None,
            tallies=values.get("tallies", {}),
        )
    return sorted(
        lines.values(),
        key=lambda line: (
            line.community.path or "",
            _place(line.unit),
            line.member.person.sort,
            line.name,
            line.member.pk,
        ),
    )


def _raw_lines(cut: Cut) -> dict[tuple[int, int | None, int], dict[str, Any]]:
    raw: dict[tuple[int, int | None, int], dict[str, Any]] = {}
    for community, unit, member, decided_on in cut.report_ins().values_list(
        "community", "unit_then", "member", "decided_on"
    ):
        raw.setdefault((community, unit, member), {})["reported_on"] = decided_on
    for community, unit, member, day, hours in cut.records().values_list(
        "community", "unit", "member", "date", "hours"
    ):
        raw.setdefault((community, unit, member), {}).setdefault("days", []).append((day, hours))
    for each in tallies():
        rows = cut.counted(each).values_list(each.community, each.unit, each.member)
        for community, unit, member, number in rows.annotate(n=Count("pk")):
            own = raw.setdefault((community, unit, member), {}).setdefault("tallies", {})
            own[each.key] = number
    return raw
