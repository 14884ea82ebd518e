"""`make chaos [KILLS=100] [NOTICES=1000] [SEED=n] [CONTROL=1]`; the last line is one JSON object."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from typing import Any

from tests.chaos.house import PROGRAMS, House, house, take_the_variables

# The control: so many kills of those who send, over so many notices.
_CONTROL = ("--control", "--kills", "24", "--notices", "300")


def outage(*, which: str, seed: int, times: int, away: float, sweeper: bool) -> dict[str, Any]:
    """Hurt one server alone; returns the figures."""
    with house(seed=seed) as built:
        take_the_variables(built)
        from tests.chaos.house import forget_connections
        from tests.chaos.outages import Outage, crash_the_database, hurt_the_broker
        from tests.chaos.wave import Wave

        dice = random.Random(seed)
        wave = Wave(dice)
        wave.found(bodies=80)
        built.open()
        names = [name for _role, name in PROGRAMS if sweeper or name != "sweeper-1"]
        built.start_all(*names)
        over = Outage(built, wave, dice)
        if which == "database":
            figures = crash_the_database(over, times=times)
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


def storm(*, kills: int, notices: int, seed: int, is_control: bool = False):  # type: ignore[no-untyped-def]
    """Build a house, let one storm rage over it, and return its figures."""
    with house(seed=seed) as built:
        take_the_variables(built)
        from tests.chaos.house import forget_connections
        from tests.chaos.storm import Storm
        from tests.chaos.wave import Wave

        dice = random.Random(seed)
        wave = Wave(dice)
        wave.found(bodies=min(400, max(60, notices // 4)))
        built.open(control=is_control)
        built.start_all()
        figures = Storm(built, wave, dice, kills, notices, is_control=is_control).rage()
        forget_connections()
        _keep_logs(built)
        return figures


def main(words: list[str]) -> int:
    """Storm, then the control that must see what the handover prevents."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--notices", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--outage", choices=("database", "broker"))
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
    figures = storm(
        kills=options.kills, notices=options.notices, seed=seed, is_control=options.control
    )
    sys.stderr.write(
        f"{figures.crashes} crashes of PostgreSQL, {figures.flushes} FLUSHALL, "
        f"{figures.broker_stops} stops of Valkey; settled meanwhile {dict(figures.disturbed)}; "
        f"answers {dict(figures.answers)}; ended by themselves "
        f"{dict(figures.ended_by_themselves)}; {time.monotonic() - started:.0f} s\n"
    )
    found = figures.findings
    if options.control:
        # Without the handover a storm must hurt, else nobody would see a fault.
        is_good = bool(found.lost + found.duplicates)
    else:
        is_good = figures.is_good and _control_sees(seed)
    sys.stdout.write(json.dumps(figures.as_json()) + "\n")
    return 0 if is_good else 1


def _control_sees(seed: int) -> bool:
    """Take the handover away: the same kills must now show, else this storm was blind."""
    words = [sys.executable, "-m", "tests.chaos", *_CONTROL, "--seed", str(seed)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    said = (done.stdout.splitlines() or ["nothing"])[-1]
    sys.stderr.write(f"control without the handover: {said}\n")
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
