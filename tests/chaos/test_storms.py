"""T35–T37 in their long forms: the storms, each in a house of its own. `make chaos` is the short one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(4000)]
ROOT = Path(__file__).resolve().parents[2]


def figures_of(*words):
    """Run a storm and return its last line; what else it said is shown where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return json.loads(done.stdout.splitlines()[-1])


def test_a_thousand_kills_lose_and_double_nothing(record_property):
    found = figures_of("--kills", "1000", "--notices", "10000")
    record_property("figures", json.dumps(found))
    assert found["kills"] >= 1000
    assert found["notices"] >= 9900
    assert (found["lost"], found["duplicates"], found["unknown"]) == (0, 0, 0)


def test_twenty_crashes_of_the_database_and_cuts_of_its_connections():
    found = figures_of("--outage", "database", "--times", "20")
    assert (found["lost"], found["duplicates"], found["unknown"]) == (0, 0, 0)
    # Without a restart of the web server: it refused nobody, and answered right again.
    assert found["slowest_s"] <= 5
    assert found["refused"] == 0


@pytest.mark.parametrize("sweeper", [True, False])
def test_the_broker_emptied_away_and_full(sweeper):
    words = ["--outage", "broker", "--times", "20", "--away", "300"]
    found = figures_of(*words, *([] if sweeper else ["--no-sweeper"]))
    assert (found["lost"], found["duplicates"], found["unknown"]) == (0, 0, 0)
    assert (found["errors"], found["refused"], found["full_status"]) == (0, 0, 200)
    assert max(found["flushed_late_s"], found["sweeper_late_s"], found["full_late_s"]) <= 90
    # With Celery alone nothing wakes while the broker is away; after its return it is made up for.
    assert found["away_late_s"] <= 90


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a disk that is small")
def test_a_full_disk_loses_nothing_and_heals_when_there_is_room():
    found = figures_of("--outage", "disk", "--times", "3")
    assert found["refused_writes"] >= 3
    assert (found["lost"], found["duplicates"], found["unknown"]) == (0, 0, 0)
