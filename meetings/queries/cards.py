"""Yellow and red cards as the clock has them now: computed from unpaid debts, never kept by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from meetings.enums import CardClock, CardColor, ExtensionState, ResolutionState
from meetings.models import Card, Extension, Resolution
from partybuild.areas.models import Area, Parameter
from partybuild.areas.queries import parameters_of
from partybuild.calendar.working_days import WorkingDays
from partybuild.obligations.models import Obligation

ACCEPT = "resolution.accept"
REPORT = "resolution.report"
# The convener's: what it says to a report and to a wish for more time.
VERIFY = "resolution.verify"
EXTEND = "resolution.extension"
# Where the unit is on turn; afterwards it is the convener's.
UNDER_WAY = (ResolutionState.ASSIGNED, ResolutionState.WORKING)
CLOCKS = {ACCEPT: CardClock.ACCEPT, REPORT: CardClock.HANDLE}
KEYS = (
    "resolution.accept_yellow",
    "resolution.accept_red",
    "resolution.handle_yellow",
    "resolution.handle_red",
)


@dataclass(frozen=True)
class Limits:
    """Debts due on or before these days have a card today."""

    accept_yellow: date
    accept_red: date
    handle_yellow: date
    handle_red: date

    def color(self, duty: str, due_on: date) -> str:
        """Return the color of a debt's card, "" for none."""
        name = "accept" if duty == ACCEPT else "handle"
        if due_on <= getattr(self, f"{name}_red"):
            return CardColor.RED
        return CardColor.YELLOW if due_on <= getattr(self, f"{name}_yellow") else ""


@dataclass(frozen=True)
class Late:
    """One body's delay on one resolution."""

    organization_id: int
    duty: str
    due_on: date
    # Working days past the date.
    days: int
    color: str

    @property
    def clock(self) -> CardClock:
        """Which clock it is about."""
        return CLOCKS[self.duty]


def limits_of(area: Area | None, days: WorkingDays) -> Limits:
    """Return the limits of an area today."""
    values = parameters_of(area, KEYS)
    found = {key.partition(".")[2]: _day_missed(values[key], days) for key in KEYS}
    return Limits(**found)


def _day_missed(count: int, days: WorkingDays) -> date:
    """Return the last day from which at least so many working days have passed until today."""
    day = days.today - timedelta(days=1)
    while -days.until(day) < count:
        day -= timedelta(days=1)
    return day


def with_cards(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give each resolution its `card`: "red", "yellow" or "", by the clock and by hand."""
    days = WorkingDays.around_today()
    default = limits_of(None, days)
    # The deepest first: the nearest setting upwards wins.
    places = Area.objects.filter(
        pk__in=Parameter.objects.filter(key__in=KEYS).values("area")
    ).order_by("-level", "pk")
    own = [(area.path, limits_of(area, days)) for area in places]
    rows = rows.annotate(
        **{
            f"_{name}": Case(
                *(
                    When(
                        council__area__path__gte=path,
                        council__area__path__lt=path + "~",
                        then=Value(getattr(limits, name)),
                    )
                    for path, limits in own
                ),
                default=Value(getattr(default, name)),
                output_field=DateField(),
            )
            for name in Limits.__dataclass_fields__
        }
    )
    cases = [
        When(
            (Q(state__in=UNDER_WAY) & (_is_late(ACCEPT, color) | _is_late(REPORT, color)))
            | Q(
                Exists(
                    Card.objects.standing().by_hand().filter(resolution=OuterRef("pk"), color=color)
                )
            ),
            then=Value(str(color)),
        )
        for color in (CardColor.RED, CardColor.YELLOW)
    ]
    return rows.annotate(card=Case(*cases, default=Value(""), output_field=CharField()))


def _is_late(duty: str, color: CardColor) -> Q:
    name = "accept" if duty == ACCEPT else "handle"
    late = Q(
        Exists(
            Obligation.objects.unpaid().filter(
                duty=duty, subject_uid=OuterRef("uid"), due_on__lte=OuterRef(f"_{name}_{color}")
            )
        )
    )
    return late & ~Q(Exists(_asked_in_time(OuterRef("pk")))) if duty == REPORT else late


def _asked_in_time(resolution: Any) -> QuerySet[Any]:
    """Whoever asked for more time before the date waits for the convener: no clock runs."""
    return Extension.objects.filter(
        **{"resolution__in" if isinstance(resolution, list) else "resolution": resolution},
        state=ExtensionState.WAITING,
        asked_at__date__lte=F("due_before"),
    )


def late_parties(
    resolutions: Iterable[Resolution], days: WorkingDays | None = None
) -> dict[int, list[Late]]:
    """Return {resolution: delays} with a card or without, the longest first; councils' areas read along."""
    rows = [row for row in resolutions if row.state in UNDER_WAY]
    if not rows:
        return {}
    days = days or WorkingDays.around_today()
    by_uid = {row.uid: row for row in rows}
    waits = set(_asked_in_time([row.pk for row in rows]).values_list("resolution", flat=True))
    debts = (
        Obligation.objects.overdue(days.today)
        .filter(subject_uid__in=by_uid, duty__in=(ACCEPT, REPORT))
        .order_by("due_on", "pk")
    )
    limits: dict[int, Limits] = {}
    found: dict[int, list[Late]] = {}
    for debt in debts:
        resolution = by_uid[debt.subject_uid]
        if debt.duty == REPORT and resolution.pk in waits:
            continue
        area = resolution.council.area
        if area.pk not in limits:
            limits[area.pk] = limits_of(area, days)
        assert debt.bearer_organization_id is not None
        found.setdefault(resolution.pk, []).append(
            Late(
                organization_id=debt.bearer_organization_id,
                duty=debt.duty,
                due_on=debt.due_on,
                days=-days.until(debt.due_on),
                color=limits[area.pk].color(debt.duty, debt.due_on),
            )
        )
    return found


def card_of(resolution: Resolution) -> str:
    """Return the color of a resolution's card today, "" for none."""
    row = with_cards(Resolution.objects.filter(pk=resolution.pk)).values_list("card", flat=True)
    return str(row.get())
