"""The simulated calendar: deeds by day, and what the clock makes fall due."""

from __future__ import annotations

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from activities.services import sweep_places
from config.play.city import SYSTEM
from config.play.sink import Sink
from config.play.tally import debts_of
from members.services import compile_due_feedback
from partybuild.calendar import SHANGHAI, Period
from partybuild.calendar.clock import set_play_clock
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.services import plan_reminders, send_notices
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# How units behave, so that every state of the ledger occurs: weights out of 100.
PROMPT, REMINDED, BY_PHONE, LATE, NEVER = "prompt", "reminded", "by_phone", "late", "never"
HABITS = {PROMPT: 55, REMINDED: 20, BY_PHONE: 12, LATE: 8, NEVER: 5}
WORKING_DAYS_AFTER = 25

# Who owes what: the duty, the body or person, and the debt's own subject where there are several.
Owed = tuple[str, str, UUID | None]
MORNING = (9, 0)


@dataclass
class Days:
    """What is done on which day and when, in the order written."""

    period: Period
    rng: random.Random
    sink: Sink
    seed: int = 1
    done: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    _deeds: dict[date, list[tuple[tuple[int, int], int, Callable[[], None]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _written: int = 0
    _left: dict[Owed, str] = field(default_factory=dict)

    @cached_property
    def working(self) -> WorkingDays:
        """The working days, read once: nobody changes them while the quarter is played."""
        return WorkingDays.around_today()

    @cached_property
    def last(self) -> date:
        """The last day of the aftermath."""
        return self.after(self.period.end, WORKING_DAYS_AFTER)

    def after(self, day: date, count: int) -> date:
        """Return the working day so many after (or before) a day."""
        return self.working.add(day, count)

    def start(self, count: int) -> date:
        """Return a working day of the quarter, counted from its beginning."""
        return self.after(self.period.start - timedelta(days=1), count)

    def on(self, day: date, deed: Callable[[], None], *, at: tuple[int, int] = MORNING) -> None:
        """Do something on a day, or on the next working day after it."""
        day = self.after(day - timedelta(days=1), 1)
        self._written += 1
        heapq.heappush(self._deeds[day], (at, self._written, deed))

    def dice(self, what: str) -> random.Random:
        """Return dice of one part's own: what another part throws does not change them."""
        return random.Random(f"{self.seed} {what}")

    def habit(self, dice: random.Random | None = None) -> str:
        """Draw how somebody behaves this time."""
        return (dice or self.rng).choices(list(HABITS), weights=list(HABITS.values()))[0]

    # -- What is left undone ---------------------------------------------------------------------
    def leave(
        self, duty: str, bearer: Organization | Person, why: str, *, subject: Any = None
    ) -> None:
        """Say that a debt is not paid in this play, and why: what stays open else is a fault."""
        self._left[(duty, _bearer_key(bearer), subject.uid if subject is not None else None)] = why

    def reason_for(self, debt: Obligation) -> str:
        """Return why a debt is still open; nothing where nobody knows."""
        bearer = debt.bearer
        for subject in (debt.subject_uid, None):
            if why := self._left.get((debt.duty, _bearer_key(bearer), subject)):
                return why
        return "not due yet" if debt.due_on >= self.last else ""

    def reasons(self) -> dict[str, int]:
        """Count the reasons why debts of the quarter are open."""
        found = Counter(self.reason_for(debt) for debt in debts_of(self.period).unpaid())
        return dict(sorted(found.items()))

    # -- The days --------------------------------------------------------------------------------
    def pass_by(self) -> None:
        """Let every day pass, from the first of the quarter to the end of its aftermath."""
        day = self.period.start
        while day <= self.last:
            self._pass(day)
            day += timedelta(days=1)

    def _pass(self, day: date) -> None:
        set_clock(day, 0, 10)
        open_duties(on=day, by=SYSTEM)
        if day > self.period.end:
            # Before that there is nothing to tell: nobody served in the period before.
            compile_due_feedback(on=day, by=SYSTEM)
        # Quiet hours: what is planned now must wait until eight.
        set_clock(day, 7)
        self._mail()
        moment = MORNING
        set_clock(day, *moment)
        # A deed may bring others about on the same day; the clock never runs back for them.
        while deeds := self._deeds.get(day):
            at, _number, deed = heapq.heappop(deeds)
            if at > moment:
                moment = at
                set_clock(day, *moment)
            deed()
        self._deeds.pop(day, None)
        sweep_places(by=SYSTEM)
        # After the five minutes in which a notice may be taken back.
        set_clock(day, 17, 30)
        self._mail()

    def _mail(self) -> None:
        plan_reminders(by=SYSTEM)
        self.sink.look_at_the_clock()
        self.sent += send_notices(by=SYSTEM)


def _bearer_key(bearer: Organization | Person) -> str:
    return f"{bearer._meta.label} {bearer.pk}"


def set_clock(day: date, hour: int, minute: int = 0) -> None:
    """Set the business time of the play database."""
    set_play_clock(datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI))
