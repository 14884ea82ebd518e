"""The simulated calendar: deeds by day, and what the clock makes fall due."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from config.play.city import SYSTEM
from config.play.sink import Sink
from partybuild.calendar import SHANGHAI, Period, add_working_days, is_working_day
from partybuild.calendar.clock import set_play_clock
from partybuild.notices.services import plan_reminders, send_notices
from partybuild.obligations.services import open_duties

# How units behave, so that every state of the ledger occurs: weights out of 100.
PROMPT, REMINDED, BY_PHONE, LATE, NEVER = "prompt", "reminded", "by_phone", "late", "never"
HABITS = {PROMPT: 55, REMINDED: 20, BY_PHONE: 12, LATE: 8, NEVER: 5}
WORKING_DAYS_AFTER = 25


@dataclass
class Days:
    """What is done on which day: at nine in the morning, in the order written."""

    period: Period
    rng: random.Random
    sink: Sink
    done: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    _deeds: dict[date, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))

    def on(self, day: date, deed: Callable[[], None]) -> None:
        """Do something on a day, or on the next working day after it."""
        while not is_working_day(day):
            day += timedelta(days=1)
        self._deeds[day].append(deed)

    def habit(self) -> str:
        """Draw how somebody behaves this time."""
        return self.rng.choices(list(HABITS), weights=list(HABITS.values()))[0]

    def pass_by(self) -> None:
        """Let every day pass, from the first of the quarter to the end of its aftermath."""
        day, last = self.period.start, add_working_days(self.period.end, WORKING_DAYS_AFTER)
        while day <= last:
            self._pass(day)
            day += timedelta(days=1)

    def _pass(self, day: date) -> None:
        set_clock(day, 0, 10)
        open_duties(on=day, by=SYSTEM)
        # Quiet hours: what is planned now must wait until eight.
        set_clock(day, 7)
        self._mail()
        set_clock(day, 9)
        # A deed may bring others about on the same day.
        while deeds := self._deeds.pop(day, None):
            for deed in deeds:
                deed()
        # After the five minutes in which a notice may be taken back.
        set_clock(day, 17, 30)
        self._mail()

    def _mail(self) -> None:
        plan_reminders(by=SYSTEM)
        self.sink.look_at_the_clock()
        self.sent += send_notices(by=SYSTEM)


def set_clock(day: date, hour: int, minute: int = 0) -> None:
    """Set the business time of the play database."""
    set_play_clock(datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI))
