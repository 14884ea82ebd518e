"""Storms over one server alone: PostgreSQL crashes under everybody, Valkey is emptied, away, full."""

from __future__ import annotations

import contextlib
import random
import time
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection

from partybuild.calendar import SHANGHAI, today
from partybuild.notices.models import Notice
from tests.chaos.house import House, fill, forget_connections
from tests.chaos.sink import read_log
from tests.chaos.storm import say
from tests.chaos.visitor import Visitor, cookies_of
from tests.chaos.wave import FIRST_DAY, Findings, Wave, at_rest, hurry, look

_PATIENCE = 120.0


class Outage:
    """A wave, a visitor, and a house whose programs nobody kills."""

    def __init__(self, house: House, wave: Wave, dice: random.Random) -> None:
        self.house = house
        self.wave = wave
        self.dice = dice
        self.visitor = Visitor(house.port, cookies_of(wave.secretary), str(wave.secretary.uid))
        self.ended: list[str] = []

    def begin(self) -> None:
        """Wait until the web server answers."""
        self.wave.clock.set(datetime(*FIRST_DAY.timetuple()[:3], 9, 0, tzinfo=SHANGHAI))
        self.wave.begin()
        while not self.visitor.ask("GET", "/sign-in/"):
            time.sleep(0.1)
        self.visitor.refused = 0
        self.visitor.start()

    def owe(self, count: int) -> None:
        """Let more fall due."""
        self.wave.owe(count, due_on=today())

    def rest(self) -> float:
        """Wait until everything is told; returns how long that took."""
        started = time.monotonic()
        while time.monotonic() < started + _PATIENCE:
            self.ended += self.house.look_after()
            hurry()
            if at_rest(self.wave):
                break
            time.sleep(0.2)
        return time.monotonic() - started

    def end(self, **figures: Any) -> dict[str, Any]:
        """Look at the invariants and count the answers."""
        self.visitor.stop()
        found: Findings = look(self.wave, read_log(self.house.sink_log), set())
        for line in found.lines:
            say(f"  {line}")
        return {
            **figures,
            "notices": found.notices,
            "lost": found.lost,
            "duplicates": found.duplicates,
            "unknown": found.unknown,
            "answers": sum(self.visitor.answers.values()),
            "errors": len(self.visitor.bad),
            "refused": self.visitor.refused,
            "ended": len(self.ended),
            "good": found.is_good,
        }


def crash_the_database(outage: Outage, *, times: int) -> dict[str, Any]:
    """Stop PostgreSQL at once and start it, again and again; then cut every connection, again and again."""
    outage.begin()
    slowest = 0.0
    for _each in range(times):
        outage.owe(12)
        time.sleep(outage.dice.uniform(0.2, 0.8))
        back = outage.house.crash_database()
        slowest = max(slowest, _until_good(outage.visitor, back))
        outage.ended += outage.house.look_after()
    for _each in range(times):
        outage.owe(6)
        time.sleep(outage.dice.uniform(0.1, 0.3))
        cut_connections()
        slowest = max(slowest, _until_good(outage.visitor, time.monotonic()))
        outage.ended += outage.house.look_after()
    rest = outage.rest()
    return outage.end(
        restarts=times, cuts=times, slowest_s=round(slowest, 2), rest_s=round(rest, 1)
    )


def cut_connections() -> None:
    """End every other session of the app's own role, as an administrator's storm would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND usename = current_user"
        )


def _until_good(visitor: Visitor, since: float) -> float:
    while visitor.last_good <= since and time.monotonic() < since + 30:
        time.sleep(0.02)
    return max(0.0, visitor.last_good - since) if visitor.last_good > since else 30.0


def hurt_the_broker(outage: Outage, *, times: int, away: float) -> dict[str, Any]:
    """Empty Valkey at random moments, take it away for a while, and leave it no memory."""
    outage.begin()
    for _each in range(times):
        outage.owe(10)
        time.sleep(outage.dice.uniform(0, 0.5))
        outage.house.flush_broker()
    flushed = outage.rest()
    say(f"flushed {times} times: all told after {flushed:.1f} s")
    outage.house.stop_broker()
    gone = time.monotonic()
    parts = 5
    for _each in range(parts):
        outage.owe(10)
        time.sleep(away / parts)
    late_without = outage.rest() if _has_sweeper(outage.house) else 0.0
    while time.monotonic() < gone + away:
        time.sleep(0.1)
    outage.house.start_broker()
    late = outage.rest()
    say(f"away for {time.monotonic() - gone - late:.0f} s: all told {late:.1f} s after its return")
    with contextlib.closing(outage.house.broker()) as client:
        client.config_set("maxmemory", "1mb")
        for _each in range(parts):
            outage.owe(10)
            time.sleep(outage.dice.uniform(0, 1))
        full_web = outage.visitor.ask("GET", "/")
        full = outage.rest() if _has_sweeper(outage.house) else 0.0
        client.config_set("maxmemory", "0")
    after_full = outage.rest()
    forget_connections()
    return outage.end(
        flushes=times,
        away_s=round(away),
        flushed_late_s=round(flushed, 1),
        away_late_s=round(late, 1),
        sweeper_late_s=round(max(late_without, full), 1),
        full_late_s=round(after_full, 1),
        full_status=full_web,
        sent=Notice.objects.outbound().filter(state="sent").count(),
    )


def fill_the_disk(outage: Outage, *, times: int) -> dict[str, Any]:
    """Fill the disk that PostgreSQL and Valkey write on while a wave goes, and free it again."""
    outage.begin()
    refused = written = crashed = 0
    for _each in range(times):
        outage.owe(20)
        filler = fill(outage.house.stack.data)
        for _try in range(6):
            try:
                outage.owe(20)
            except DatabaseError:
                refused += 1
                forget_connections()
            else:
                written += 1
            time.sleep(0.3)
        filler.unlink()
        crashed += revive_the_database(outage.house)
        outage.ended += outage.house.look_after()
    rest = outage.rest()
    return outage.end(fills=times, refused_writes=refused, crashed=crashed, rest_s=round(rest, 1))


def revive_the_database(house: House) -> bool:
    """Start PostgreSQL where it has ended by itself, as a service manager would; nothing else."""
    database = house.stack.database
    assert database is not None
    is_dead = not database.child.running
    if is_dead:
        database.child.start()
    database.wait()
    forget_connections()
    return is_dead


def _has_sweeper(house: House) -> bool:
    return "sweeper-1" in house.running
