"""`make chaos [KILLS=100] [NOTICES=1000] [SEED=n] [CONTROL=1]`; the last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import time
from typing import Any

from tests.chaos.house import PROGRAMS, House, house, take_the_variables

# Room for the tables and their log, and not much more.
_DISK_MB = 700
# How often the control is tried until it sees something.
_CONTROLS = 3
# The control: so many kills of those who send, over so many notices.
_CONTROL_KILLS, _CONTROL_NOTICES = 24, 300


def outage(*, which: str, seed: int, times: int, away: float, sweeper: bool) -> dict[str, Any]:
    """Hurt one server alone; returns the figures."""
    with house(seed=seed, disk_mb=_DISK_MB if which == "disk" else 0) as built:
        take_the_variables(built)
        from tests.chaos.house import forget_connections
        from tests.chaos.outages import (
            Outage,
            crash_the_database,
            fill_the_disk,
            hurt_the_broker,
        )
        from tests.chaos.wave import Wave

        dice = random.Random(seed)
        wave = Wave(dice)
        wave.found(bodies=420)
        built.open()
        names = [name for _role, name in PROGRAMS if sweeper or name != "sweeper-1"]
        built.start_all(*names)
        over = Outage(built, wave, dice)
        if which == "database":
            figures = crash_the_database(over, times=times)
        elif which == "disk":
            figures = fill_the_disk(over, times=times)
        else:
            figures = hurt_the_broker(over, times=times, away=away)
        forget_connections()
        _keep_logs(built)
        return figures


def _keep_logs(built: House) -> None:
    """Keep what the programs said, for whoever looks into a storm: CHAOS_LOGS=folder."""
    if os.environ.get("CHAOS_LOGS"):
        for log in built.sink_log.parent.glob("*.log"):
            shutil.copy(log, os.environ["CHAOS_LOGS"])


def storm(*, kills: int, notices: int, seed: int, only_control: bool = False) -> tuple[Any, int]:
    """Build a house and let a storm rage over it, then the control; returns its figures, and what the control saw.

    The control takes the handover away: the same kills must then show, else the storm was blind.
    """
    with house(seed=seed) as built:
        take_the_variables(built)
        from tests.chaos.house import forget_connections
        from tests.chaos.storm import Figures, Storm, trials_of
        from tests.chaos.wave import Wave

        dice = random.Random(seed)
        wave = Wave(dice)
        most = 0 if only_control else notices // trials_of(kills)
        wave.found(bodies=max(most, _CONTROL_NOTICES) + 40)
        figures = Figures()
        if not only_control:
            built.open()
            built.start_all()
            figures = Storm(built, wave, dice, kills, notices).rage()
            built.close()
        seen = 0
        if figures.is_good:
            built.open(control=True)
            built.start_all()
            # Kills fall at random: now and then ten of them meet nobody between dot and commit.
            for again in range(_CONTROLS):
                control = Storm(
                    built,
                    wave,
                    dice,
                    _CONTROL_KILLS,
                    _CONTROL_NOTICES,
                    is_control=True,
                    again=again,
                )
                found = control.rage().findings
                seen = found.lost + found.duplicates
                if seen:
                    break
            if only_control:
                figures = control.figures
        forget_connections()
        _keep_logs(built)
        return figures, seen


def main(words: list[str]) -> int:
    """Storm, then the control that must see what the handover prevents."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--notices", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--outage", choices=("database", "broker", "disk"))
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--away", type=float, default=20.0)
    parser.add_argument("--no-sweeper", action="store_true")
    options = parser.parse_args(words)
    seed = options.seed or random.randrange(1, 10**6)
    sys.stderr.write(f"seed {seed}\n")
    started = time.monotonic()
    if options.outage:
        told = outage(
            which=options.outage,
            seed=seed,
            times=options.times,
            away=options.away,
            sweeper=not options.no_sweeper,
        )
        sys.stdout.write(json.dumps(told) + "\n")
        return 0 if told["good"] else 1
    figures, seen = storm(
        kills=options.kills, notices=options.notices, seed=seed, only_control=options.control
    )
    sys.stderr.write(
        f"{figures.crashes} crashes of PostgreSQL, {figures.flushes} FLUSHALL, "
        f"{figures.broker_stops} stops of Valkey; settled meanwhile {dict(figures.disturbed)}; "
        f"answers {dict(figures.answers)}; ended by themselves "
        f"{dict(figures.ended_by_themselves)}; {time.monotonic() - started:.0f} s\n"
        f"control without the handover: {seen} lost or doubled\n"
    )
    sys.stdout.write(json.dumps(figures.as_json()) + "\n")
    return 0 if seen and (options.control or figures.is_good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
