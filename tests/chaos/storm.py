"""The storm itself: kills at random moments over a wave of reminders, and the look afterwards."""

from __future__ import annotations

import math
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import DatabaseError

from partybuild.calendar import SHANGHAI, now, today
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from tests.chaos.house import SLACK_SECONDS, House, forget_connections
from tests.chaos.sink import read_log
from tests.chaos.visitor import Visitor, cookies_of
from tests.chaos.wave import FIRST_DAY, Findings, Wave, at_rest, hurry, look

# What is killed how often, and how: the whole group, one process of it, its first process alone.
KILLS: tuple[tuple[str, str, int], ...] = (
    ("worker", "group", 26),
    ("worker", "child", 26),
    ("worker", "alone", 6),
    ("sweeper", "group", 12),
    ("beat", "group", 8),
    ("planner", "group", 10),
    ("web", "group", 4),
    ("web", "child", 8),
)
# The control is about those who send.
SENDERS = (("worker", "group", 4), ("sweeper", "group", 1))
# Kills of a trial; and of how many kills one also hits a server.
_KILLS_OF_TRIAL = 25
_DATABASE_EVERY, _FLUSH_EVERY, _BROKER_EVERY = 20, 11, 17
_PATIENCE = 90.0
_MOST_TRIALS = 20


def trials_of(kills: int, *, is_control: bool = False) -> int:
    """How many trials a storm has: twenty at most."""
    return 1 if is_control else min(_MOST_TRIALS, max(1, math.ceil(kills / _KILLS_OF_TRIAL)))


def _wait_for_work(seconds: float = 2.0) -> None:
    """Wait until most senders have something in hand."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if Notice.objects.filter(state=NoticeState.CLAIMED).count() >= 12:
            return
        time.sleep(0.02)


@dataclass
class Figures:
    """What a storm comes to."""

    kills: int = 0
    crashes: int = 0
    flushes: int = 0
    broker_stops: int = 0
    ended_by_themselves: Counter[str] = field(default_factory=Counter)
    disturbed: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    findings: Findings = field(default_factory=Findings)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether every promise held."""
        return self.findings.is_good

    def as_json(self) -> dict[str, int]:
        """The last line of `make chaos`."""
        return {
            "kills": self.kills,
            "notices": self.findings.notices,
            "lost": self.findings.lost,
            "duplicates": self.findings.duplicates,
            "unknown": self.findings.unknown,
        }


def say(words: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


@dataclass
class Storm:
    """One storm over one house."""

    house: House
    wave: Wave
    dice: random.Random
    kills: int
    notices: int
    # The seconds between two kills, on average.
    pace: float = 0.35
    is_control: bool = False
    # A control that saw nothing is run again, on other days.
    again: int = 0
    figures: Figures = field(default_factory=Figures)

    def rage(self) -> Figures:
        """Let it rage, trial after trial; returns what came of it."""
        started = time.monotonic()
        self.before = self.house.kills
        trials = trials_of(self.kills, is_control=self.is_control)
        visitor = Visitor(
            self.house.port, cookies_of(self.wave.secretary), str(self.wave.secretary.uid)
        )
        visitor.start()
        self.visitor = visitor
        for trial in range(trials):
            self._trial(trial, trials)
            found = look(self.wave, read_log(self.house.sink_log), self.wave.chases)
            self.figures.findings = found
            say(
                f"{'control' if self.is_control else f'trial {trial + 1}/{trials}'}: "
                f"{self.house.kills - self.before} kills, {found.notices} notices "
                f"({found.letters} letters of several), "
                f"{found.was_unknown} once unknown, {time.monotonic() - started:.0f} s"
            )
            for line in found.lines:
                say(f"  {line}")
            if not found.is_good and not self.is_control:
                break
        visitor.stop()
        self.figures.kills = self.house.kills - self.before
        self.figures.answers = Counter(visitor.answers)
        self.figures.seconds = time.monotonic() - started
        return self.figures

    def _trial(self, trial: int, trials: int) -> None:
        # The control comes after every trial.
        day = FIRST_DAY + timedelta(
            days=14 * (_MOST_TRIALS + self.again if self.is_control else trial)
        )
        # The third trial runs into the quiet hours.
        is_evening = trial == 2
        # Shortly before the hour of the day's letter: what is planned by then goes in one.
        start = datetime(day.year, day.month, day.day, 8, 59, 54, tzinfo=SHANGHAI)
        kills = self.kills * (trial + 1) // trials - self.kills * trial // trials
        if is_evening:
            start = start.replace(hour=20, second=0) + timedelta(
                seconds=60 - min(55, kills * self.pace * 0.6)
            )
        self.wave.clock.set(start)
        self.wave.begin()
        share = self.notices // trials
        chases = max(1, share // 10)
        portions = max(1, min(12, kills // 2))
        before = self.house.kills
        given = 0
        done = 0
        while self.house.kills - before < kills or done < portions:
            due = min(portions, 1 + (self.house.kills - before) * portions // max(1, kills))
            while done < due:
                # Two in five at once, the others in portions.
                part = 0.4 + 0.6 * done / max(1, portions - 1)
                count = round((share - chases) * min(1, part)) - given
                self._again(lambda count=count: self.wave.owe(count, due_on=today()))
                given += count
                done += 1
                if done == 1:
                    self._again(lambda: self._let_chase(chases))
            time.sleep(self.dice.uniform(0, 2 * self.pace))
            self._strike()
        self._settle(is_evening=is_evening)

    def _let_chase(self, count: int) -> None:
        # So late that nothing but the chase tells of them.
        debts = self.wave.owe(count, due_on=date(2029, 3, 1), is_told=False)
        self.wave.chases |= set(debts)
        self.visitor.to_chase += debts

    def _strike(self) -> None:
        if self.is_control:
            _wait_for_work()
        kills = SENDERS if self.is_control else KILLS
        role, how, _weight = self.dice.choices(kills, [each[2] for each in kills])[0]
        names = [name for name, its in self.house.roles.items() if its == role]
        if names:
            self.house.kill(self.dice.choice(names), how)
        self.figures.ended_by_themselves.update(self.house.look_after())
        if self.is_control:
            return
        if self.dice.random() < 1 / _DATABASE_EVERY:
            self.house.crash_database()
            self.figures.crashes += 1
        if self.dice.random() < 1 / _FLUSH_EVERY:
            self.house.flush_broker()
            self.figures.flushes += 1
        if self.dice.random() < 1 / _BROKER_EVERY:
            self.house.stop_broker()
            time.sleep(self.dice.uniform(0, 0.5))
            self.house.start_broker()
            self.figures.broker_stops += 1
        if self.dice.random() < 0.2:
            what = self._again(self.wave.disturb)
            self.figures.disturbed[str(what)] += 1

    def _again(self, act: object) -> object:
        """Do something of the business; a database that has just been cut off is asked once more."""
        assert callable(act)
        try:
            return act()
        except DatabaseError:
            forget_connections()
            return act()

    def _settle(self, *, is_evening: bool) -> None:
        """Wait until everything has gone out and is asked about, also what waits for the next day."""
        evening = now().replace(hour=21, minute=0, second=0, microsecond=0)
        if is_evening:
            if now().hour == 20:
                time.sleep((evening - now()).total_seconds())
            self._wait(at_night=True)
            time.sleep(SLACK_SECONDS)
            self.wave.clock.set(evening + timedelta(hours=11, seconds=1))
        self._wait()
        # What came after its recipient's letter of the day goes with the next day's.
        self.wave.clock.set(evening + timedelta(hours=12, seconds=1))
        self._wait()

    def _wait(self, *, at_night: bool = False) -> None:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            self.figures.ended_by_themselves.update(self.house.look_after())
            hurry()
            if at_rest(self.wave) and not self.visitor.to_chase:
                return
            time.sleep(0.3)
        say(f"  not at rest after {_PATIENCE:.0f} s{' at night' if at_night else ''}")
