"""The steps at which a debt is reminded of: from its quarter's first day to the committees above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from partybuild.calendar import Period
from partybuild.calendar.working_days import WorkingDays

OPEN, MIDDLE, BEFORE, DUE, OVERDUE = "open", "middle", "before", "due", "overdue"
# To the committees above: the street's, then the district's.
ABOVE = ("above-1", "above-2")
PARAMETERS = (
    "escalation.open",
    "escalation.middle_days",
    "reminder.before_days",
    "escalation.due_day",
    "reminder.overdue_every_days",
    "reminder.overdue_times",
    "escalation.street_days",
    "escalation.district_days",
)
# So many working days after its date a step that was missed is still caught up.
_OPEN_FOR = 5
_ABOVE_FOR = 10


@dataclass(frozen=True)
class Step:
    """The reminder that is due for debts of one area and date."""

    name: str
    # Debts that arose on this day or later are too new: what told of them has only just gone out.
    arisen_before: date
    # Told of by the calendar alone, about no meeting and no resolution.
    only_periodic: bool = False


@dataclass(frozen=True)
class Planned:
    """One step of the whole way, with its day; `until` is the last day on which it may go out."""

    name: str
    on: date
    until: date | None = None

    @property
    def key(self) -> str:
        """The step without its date and number."""
        return self.name.split(":")[0].rstrip("0123456789").rstrip("-")


def named(step: str, due_on: date) -> str:
    """Name a step with its date: a debt whose date is moved is reminded of the new one."""
    return f"{step}:{due_on.isoformat()}"


def steps_before(
    due_on: date, *, parameters: Mapping[str, Any], days: WorkingDays, period: str = ""
) -> Iterator[Planned]:
    """Return the steps before the date, in the order of their days."""
    opens_on = _opens_on(period, days) if parameters["escalation.open"] else None
    before_on = days.add(due_on, -parameters["reminder.before_days"])
    middle = parameters["escalation.middle_days"]
    middle_on = days.add(due_on, -middle)
    if opens_on is not None and opens_on < min(middle_on, before_on):
        until = days.add(opens_on, _OPEN_FOR)
        yield Planned(named(OPEN, due_on), opens_on, until)
    if middle > parameters["reminder.before_days"]:
        yield Planned(named(MIDDLE, due_on), middle_on, before_on - timedelta(days=1))
    if before_on < due_on:
        yield Planned(named(BEFORE, due_on), before_on, due_on - timedelta(days=1))


def steps_after(
    due_on: date, *, parameters: Mapping[str, Any], days: WorkingDays
) -> Iterator[Planned]:
    """Return the steps on the date and after it, to who owes."""
    if parameters["escalation.due_day"]:
        yield Planned(named(DUE, due_on), due_on, due_on)
    every = parameters["reminder.overdue_every_days"]
    for number in range(1, parameters["reminder.overdue_times"] + 1):
        on = days.add(due_on, every * number)
        yield Planned(
            named(f"{OVERDUE}-{number}", due_on),
            on,
            days.add(on, every) - timedelta(days=1),
        )


def steps_above(
    due_on: date, *, parameters: Mapping[str, Any], days: WorkingDays
) -> Iterator[Planned]:
    """Return the steps that tell the committees above, each once: after all reminders were sent."""
    last = days.add(
        due_on, parameters["reminder.overdue_every_days"] * parameters["reminder.overdue_times"]
    )
    on = last
    for step, key in zip(
        ABOVE, ("escalation.street_days", "escalation.district_days"), strict=True
    ):
        if not parameters[key]:
            return
        on = days.add(on, parameters[key])
        yield Planned(named(step, due_on), on, days.add(on, _ABOVE_FOR) - timedelta(days=1))


def step_of(
    due_on: date, *, days: WorkingDays, parameters: Mapping[str, Any], period: str = ""
) -> Step | None:
    """Return which reminder is due today for a date, None for none; a missed one is not caught up."""
    today = days.today
    way = steps_before if today < due_on else steps_after
    values: dict[str, Any] = {"period": period} if today < due_on else {}
    for planned in reversed(list(way(due_on, parameters=parameters, days=days, **values))):
        if planned.on <= today:
            # After a long standstill the last one goes out late once, and very old debts not at all.
            if planned.until is not None and today > planned.until:
                return None
            is_first = planned.key == OPEN
            arisen_before = today + timedelta(days=1) if is_first else planned.on
            return Step(planned.name, arisen_before, only_periodic=is_first)
    return None


def step_above(due_on: date, *, days: WorkingDays, parameters: Mapping[str, Any]) -> list[Planned]:
    """Return the steps to the committees above that are due today."""
    return [
        planned
        for planned in steps_above(due_on, parameters=parameters, days=days)
        if planned.until is not None and planned.on <= days.today <= planned.until
    ]


def _opens_on(period: str, days: WorkingDays) -> date | None:
    """Return the first working day of a debt's period."""
    try:
        start = Period.parse(period).start
    except ValueError:
        return None
    return days.add(start - timedelta(days=1), 1)


def step_words(step: str) -> str:
    """Name a step as the one who plans it would."""
    key = step.split(":", maxsplit=1)[0]
    number = key.rpartition("-")[2]
    match Planned(step, date.min).key:
        case "open":
            return _("本期开始")
        case "middle":
            return _("中期提醒")
        case "before":
            return _("到期前")
        case "due":
            return _("到期当天")
        case "overdue":
            return _("逾期第%(number)s次") % {"number": number}
        case "above":
            return _("报上级党组织") if number == "1" else _("报区县")
        case _:
            return _("催办")


__all__ = (
    "ABOVE",
    "PARAMETERS",
    "Planned",
    "Step",
    "step_above",
    "step_of",
    "step_words",
    "steps_above",
    "steps_after",
    "steps_before",
)
