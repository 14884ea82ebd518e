"""What a council's charter says: its own rules, else those of its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from meetings.models import Council
from partybuild.areas.models import Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.areas.queries import parameters_of
from partybuild.calendar import Period
from partybuild.calendar.periods import HALF, MONTH, QUARTER

KINDS = {"monthly": MONTH, "quarterly": QUARTER, "half_yearly": HALF}
# In the order of the charter's page: the parameters that a council may settle for itself.
CHARTER = (
    "meeting.frequency",
    "meeting.months",
    "topic.lead_days",
    "notice.lead_days",
    "receipt.due_days",
    "meeting.quorum",
    "decision.mode",
    "rotation",
    "minutes.countersign",
    "countersign.days",
    "minutes.due_days",
    "resolution.accept_days",
)


@dataclass(frozen=True)
class Charter:
    """The rules by which a council works (章程)."""

    frequency: str
    months: tuple[int, ...]
    topic_lead_days: int
    notice_lead_days: int
    receipt_due_days: int
    quorum: str
    decision_mode: str
    rotation: str
    countersigns: bool
    countersign_days: int
    minutes_due_days: int
    accept_days: int

    @property
    def rotates(self) -> bool:
        """Whether member units take turns in the chair (轮值)."""
        return self.rotation != "off"

    @property
    def period_kind(self) -> str:
        """The kind of period in which the council meets once."""
        return KINDS[self.frequency]

    def period_of(self, day: date) -> Period:
        """Return the period of the council's meeting on a day."""
        return Period.of(day, self.period_kind)

    def last_day(self, period: Period) -> date:
        """Return the day by which the period's meeting is held: twice a year, in fixed months."""
        if period.kind == HALF:
            months = [
                Period(period.year, MONTH, month)
                for month in self.months
                if date(period.year, month, 1) in period
            ]
            if months:
                return max(months).end
        return period.end

    def needed(self, members: int) -> int:
        """Return how many of so many member units must be there; 0 where none is said."""
        if self.quorum == "half":
            return members // 2 + 1
        if self.quorum == "two_thirds":
            return -(-members * 2 // 3)
        return 0


def _charter(values: dict[str, Any]) -> Charter:
    return Charter(
        frequency=values["meeting.frequency"],
        months=tuple(sorted({int(month) for month in values["meeting.months"]})),
        topic_lead_days=values["topic.lead_days"],
        notice_lead_days=values["notice.lead_days"],
        receipt_due_days=values["receipt.due_days"],
        quorum=values["meeting.quorum"],
        decision_mode=values["decision.mode"],
        rotation=values["rotation"],
        countersigns=values["minutes.countersign"],
        countersign_days=values["countersign.days"],
        minutes_due_days=values["minutes.due_days"],
        accept_days=values["resolution.accept_days"],
    )


def charter_of(council: Council) -> Charter:
    """Return a council's charter with one query."""
    return _charter({**parameters_of(council.area, CHARTER), **council.rules})


def charters_of(councils: Iterable[Council]) -> dict[int, Charter]:
    """Return {council: its charter} with one query for all of them; their areas must be loaded."""
    set_by_area: dict[int, dict[str, Any]] = {}
    for area, key, value in Parameter.objects.filter(key__in=CHARTER).values_list(
        "area_id", "key", "value"
    ):
        set_by_area.setdefault(area, {})[key] = value
    defaults = {key: PARAMETERS[key].default for key in CHARTER}
    found: dict[int, Charter] = {}
    # Thousands of councils share few sets of rules: each is put together once.
    shared: dict[tuple[int, ...], Charter] = {}
    for council in councils:
        line = tuple(pk for pk in council.area.line() if pk in set_by_area)
        if line in shared and not council.rules:
            found[council.pk] = shared[line]
            continue
        values = dict(defaults)
        for pk in line:
            values.update(set_by_area[pk])
        found[council.pk] = _charter({**values, **council.rules})
        if not council.rules:
            shared[line] = found[council.pk]
    return found


def period_of(council: Council, day: date) -> Period:
    """Return the period of a council's meeting on a day."""
    return charter_of(council).period_of(day)
