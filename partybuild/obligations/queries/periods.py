"""Which quarters are closed, and what is open in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from partybuild.access import Level
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.calendar.periods import HALF, MONTH, QUARTER, YEAR
from partybuild.obligations.enums import UNPAID, ObligationState
from partybuild.obligations.models import ClosedPeriod, Obligation
from partybuild.obligations.models.obligation import ObligationQuerySet
from partybuild.obligations.registry import Duty, duty_of


def periods_closed_with(period: Period) -> list[str]:
    """Return the periods that a quarter closes: itself, its months, the half-year and year it ends."""
    found = {str(period)}
    for kind in (MONTH, QUARTER, HALF, YEAR):
        other = Period.of(period.end, kind)
        while other.end > period.start and other.end <= period.end:
            found.add(str(other))
            other = other.previous()
    return sorted(found)


def debts_of(street: Area, period: Period) -> ObligationQuerySet:
    """Return the debts that count in a street's quarter."""
    rows: ObligationQuerySet = Obligation.objects.filter(
        area__path__gte=street.path,
        area__path__lt=street.path + "~",
        period__in=periods_closed_with(period),
    )
    return rows


@dataclass(frozen=True)
class OpenDuty:
    """How much of one duty is open in a quarter."""

    duty: Duty
    period: str
    expected: int
    unpaid: int
    overdue: int
    # The last date of those unpaid.
    last: date | None

    @property
    def name(self) -> str:
        """2026年第一季度填报."""
        return self.duty.name_in(self.period)


def open_in(street: Area, period: Period, day: date) -> list[OpenDuty]:
    """Return what is expected and what is open in a street's quarter, duty by duty."""
    unpaid = Q(state__in=UNPAID)
    rows = (
        debts_of(street, period)
        .expected()
        .order_by()
        .values("duty", "period")
        .annotate(
            expected=Count("pk"),
            unpaid=Count("pk", filter=unpaid),
            overdue=Count("pk", filter=unpaid & Q(due_on__lt=day)),
            last=Max("due_on", filter=unpaid),
        )
        .order_by("duty", "period")
    )
    return [
        OpenDuty(
            duty=duty_of(row["duty"]),
            period=row["period"],
            expected=row["expected"],
            unpaid=row["unpaid"],
            overdue=row["overdue"],
            last=row["last"],
        )
        for row in rows
    ]


def filed_after_closing(closed: ClosedPeriod) -> int:
    """Return how many debts were paid after a quarter was closed."""
    return int(
        Obligation.objects.filter(
            is_closed=True,
            frozen_street=closed.area_id,
            period__in=periods_closed_with(Period.parse(closed.period)),
            closed_state__in=(*UNPAID, ObligationState.NOT_APPLICABLE),
        )
        .complete()
        .count()
    )


@dataclass(frozen=True)
class Closing:
    """How far an area's quarter is closed: a district and a city when all streets below are."""

    streets: int
    closed: int

    @property
    def is_closed(self) -> bool:
        """Whether the figures stand."""
        return self.streets > 0 and self.streets == self.closed


def closing_of(area: Area, period: Period) -> Closing:
    """Return how many of an area's streets have closed a quarter; a community counts as its street does."""
    streets = Area.objects.filter(level=Level.STREET).current()
    if area.level >= Level.STREET:
        streets = streets.filter(pk__in=area.line())
    else:
        streets = streets.filter(path__gte=area.path, path__lt=area.path + "~")
    keys = set(streets.values_list("pk", flat=True))
    closed = (
        ClosedPeriod.objects.standing()
        .filter(area__in=keys, period=str(period))
        .values_list("area", flat=True)
    )
    return Closing(len(keys), len(set(closed)))


def closed_of(
    streets: Sequence[Area], periods: Sequence[Period]
) -> dict[tuple[int, str], ClosedPeriod]:
    """Return {(street, period): its closing} of those that stand."""
    rows = ClosedPeriod.objects.standing().filter(
        area__in=[street.pk for street in streets], period__in=[str(each) for each in periods]
    )
    return {(row.area_id, row.period): row for row in rows}
