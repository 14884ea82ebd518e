"""Which files a run takes next: whoever is free, of runs at the same time, takes one nobody has."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# One fixture tree for all files of a folder: it is built once, and goes when another file comes between.
WHOLE = ("tests/matrix/", "tests/probes/")
# Begun first, so that no run is left alone with a long one at the end.
LONGEST = (
    *WHOLE,
    "tests/architecture/test_routes.py",
    "tests/accounts/services/test_escalation.py",
    "tests/config/test_play_quarter.py",
    "tests/indicators/test_boards.py",
    "tests/demo/test_demo.py",
    "tests/exchange/test_members.py",
    "tests/threads/test_threads.py",
    "tests/e2e/test_main_job.py",
    "tests/approvals/test_two_at_once.py",
)
# So many are told at the end.
SLOWEST = 15
ROLLED_BACK, FLUSHED, WITHOUT_DATABASE = range(3)


@dataclass
class Group:
    """Tests that stay together."""

    phase: int
    name: str
    items: list[pytest.Item] = field(default_factory=list)

    @property
    def order(self) -> tuple[int, int]:
        """Rolled back before flushed, as Django does it; the longest first."""
        rank = LONGEST.index(self.name) if self.name in LONGEST else len(LONGEST)
        return self.phase, rank


def phase_of(item: pytest.Item) -> int:
    """Return what a test does to the database: it is rolled back, it commits, or it never asks it."""
    marker = item.get_closest_marker("django_db")
    if marker is None:
        return WITHOUT_DATABASE
    return FLUSHED if marker.kwargs.get("transaction") else ROLLED_BACK


def name_of(item: pytest.Item) -> str:
    """Return the file of a test, or the folder whose files stay together."""
    path = item.path.relative_to(item.config.rootpath).as_posix()
    return next((folder for folder in WHOLE if path.startswith(folder)), path)


def parted(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return the tests that ask the database, and those that may not: pytest-django keeps them from it."""
    asking = [item for item in items if phase_of(item) != WITHOUT_DATABASE]
    return asking, [item for item in items if phase_of(item) == WITHOUT_DATABASE]


def groups_of(items: Sequence[pytest.Item]) -> list[Group]:
    """Return the tests in the order in which files are begun; otherwise as they came."""
    groups: dict[tuple[int, str], Group] = {}
    for item in items:
        key = (phase_of(item), name_of(item))
        groups.setdefault(key, Group(*key)).items.append(item)
    return sorted(groups.values(), key=lambda group: group.order)


def in_turn(groups: Sequence[Group], folder: Path | None) -> Sequence[Group]:
    """Return the order of one run: while another makes the tables, what needs none comes first."""
    if folder is None or _take(folder / "tables"):
        return groups
    return sorted(groups, key=lambda group: group.phase != WITHOUT_DATABASE)


def taken(groups: Sequence[Group], folder: Path | None) -> Iterator[pytest.Item]:
    """Yield the tests of each group that no other run has taken."""
    for group in groups:
        if folder is None or _take(folder / f"{group.phase}-{group.name.replace('/', '-')}"):
            yield from group.items


def _take(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def run_all(session: pytest.Session, folder: Path | None, between: Callable[[], object]) -> int:
    """Run what this run takes, as pytest's own loop would; returns how many tests that were.

    `between` two files that may have used the database it is told.
    """
    times = Times()
    session.config.pluginmanager.register(times)
    queue = taken(in_turn(groups_of(session.items), folder), folder)
    count = 0
    item = next(queue, None)
    has_database = False
    while item is not None:
        if not has_database and phase_of(item) != WITHOUT_DATABASE:
            # It makes the database first, which is not its own time.
            item.add_marker(pytest.mark.timeout(1800), append=False)
            has_database = True
        # Asked for before the last test of a file runs: what both need is not taken down between.
        following = next(queue, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        count += 1
        if has_database and following is not None and name_of(item) != name_of(following):
            between()
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    if folder is not None:
        said = json.dumps(
            {
                "collected": len(session.items),
                "ran": count,
                "slowest": times.slowest(),
                "failed": sorted(times.failed),
            }
        )
        (folder / f"said-{os.getpid()}").write_text(said, encoding="utf-8")
    return count


class Times:
    """How long each part of each test took, and which failed."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, str, str]] = []
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write down a part that is over: setting up, the test itself, clearing away."""
        self.taken.append((report.duration, report.when or "", report.nodeid))
        if report.failed:
            self.failed.add(report.nodeid)

    def slowest(self) -> list[tuple[float, str, str]]:
        """Return the parts that took longest."""
        return sorted(self.taken, reverse=True)[:SLOWEST]


def slowest_of(folder: Path) -> list[str]:
    """Return a line for each of the parts that took longest in all runs together."""
    every = [
        (seconds, when, name)
        for path in folder.glob("said-*")
        for seconds, when, name in json.loads(path.read_text(encoding="utf-8"))["slowest"]
    ]
    return [
        f"{seconds:7.1f} s {when:8} {name}"
        for seconds, when, name in sorted(every, reverse=True)[:SLOWEST]
    ]


def failed_in(folder: Path) -> list[str]:
    """Return the tests that failed in any of the runs."""
    said = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("said-*")]
    return sorted({name for each in said for name in each["failed"]})


def left_out(folder: Path) -> int:
    """Return how many tests none of the runs has run: what one said it would and did not."""
    said = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("said-*")]
    collected = max((each["collected"] for each in said), default=0)
    return int(collected - sum(each["ran"] for each in said))
