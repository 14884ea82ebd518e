"""Runs at the same time: each file in one of them, none forgotten, what belongs together stays so."""

from __future__ import annotations

import json
from types import SimpleNamespace

from tests.sharing import (
    FLUSHED,
    ROLLED_BACK,
    SLOWEST,
    WITHOUT_DATABASE,
    Times,
    groups_of,
    in_turn,
    left_out,
    parted,
    slowest_of,
    taken,
)


def _item(root, path, *, marked=True, transaction=False):
    marker = SimpleNamespace(kwargs={"transaction": transaction}) if marked else None
    return SimpleNamespace(
        path=root / path,
        config=SimpleNamespace(rootpath=root),
        get_closest_marker=lambda name: marker,
    )


def _files(root):
    return [
        _item(root, "tests/units/test_a.py"),
        _item(root, "tests/matrix/test_cells.py"),
        _item(root, "tests/units/test_a.py", transaction=True),
        _item(root, "tests/units/test_a.py", marked=False),
        _item(root, "tests/matrix/test_doors.py"),
        _item(root, "tests/units/test_b.py"),
    ]


def test_the_longest_come_first_and_a_fixture_tree_is_not_parted(tmp_path):
    assert [(each.phase, each.name, len(each.items)) for each in groups_of(_files(tmp_path))] == [
        (ROLLED_BACK, "tests/matrix/", 2),
        (ROLLED_BACK, "tests/units/test_a.py", 1),
        (ROLLED_BACK, "tests/units/test_b.py", 1),
        (FLUSHED, "tests/units/test_a.py", 1),
        (WITHOUT_DATABASE, "tests/units/test_a.py", 1),
    ]


def test_two_runs_take_everything_and_nothing_twice(tmp_path):
    items = _files(tmp_path)
    one, two = (taken(groups_of(items), tmp_path) for _each in range(2))
    first = [next(one), next(two), next(two)]
    rest = [*one, *two]
    assert sorted(map(id, [*first, *rest])) == sorted(map(id, items))
    # Alone, a run takes all of it.
    assert len(list(taken(groups_of(items), None))) == len(items)


def test_one_run_makes_the_tables_while_the_other_does_what_needs_none(tmp_path):
    groups = groups_of(_files(tmp_path))
    assert in_turn(groups, tmp_path) == groups
    later = in_turn(groups, tmp_path)
    assert [each.phase for each in later[:2]] == [WITHOUT_DATABASE, ROLLED_BACK]
    assert sorted(map(id, later)) == sorted(map(id, groups))
    # Alone, nobody else makes them.
    assert in_turn(groups, None) == groups


def test_what_nobody_ran_is_counted(tmp_path):
    for number, ran in enumerate((4, 1)):
        (tmp_path / f"said-{number}").write_text(json.dumps({"collected": 6, "ran": ran}))
    assert left_out(tmp_path) == 1


def test_what_never_asks_the_database_need_not_run_on_another(tmp_path):
    items = _files(tmp_path)
    asking, apart = parted(items)
    assert apart == [items[3]]
    assert asking == [*items[:3], *items[4:]]


def test_the_longest_of_all_runs_are_told(tmp_path):
    for number in range(2):
        times = Times()
        for seconds in range(SLOWEST):
            report = SimpleNamespace(
                duration=2 * seconds + number,
                when="call",
                nodeid=f"tests/{number}.py::{seconds}",
                failed=False,
            )
            times.pytest_runtest_logreport(report)
        said = {"collected": 0, "ran": 0, "slowest": times.slowest()}
        (tmp_path / f"said-{number}").write_text(json.dumps(said))
    told = slowest_of(tmp_path)
    assert len(told) == SLOWEST
    assert told[0] == "   29.0 s call     tests/1.py::14"
    assert told[1] == "   28.0 s call     tests/0.py::14"
