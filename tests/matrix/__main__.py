"""The whole matrix and its planted faults, shared by two processes: `make matrix`.

The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

WHERE = "tests/matrix/test_cells.py::test_the_whole_matrix"
SHARES = 2


class Figures:
    """Keeps what a run counted."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Read the figures off the test's report."""
        for name, value in report.user_properties:
            if name == "figures":
                self.found = json.loads(value)


def share(target: str, more: list[str]) -> int:
    """Run one share and leave its figures in a file."""
    figures = Figures()
    code = pytest.main(
        [WHERE, "-m", "slow", "-q", "--create-db", "-p", "no:cacheprovider", *more],
        plugins=[figures],
    )
    Path(target).write_text(json.dumps(figures.found), encoding="utf-8")
    return int(code)


def main() -> int:
    """Run the shares at the same time, each in a database of its own, and add up."""
    if os.environ.get("MATRIX_SHARE"):
        return share(sys.argv[1], sys.argv[2:])
    whole = {"cells": 0, "probes": 0, "wrong": 0, "faults": 0, "caught": 0}
    is_good = True
    with TemporaryDirectory() as folder:
        runs = []
        for number in range(SHARES):
            target = Path(folder) / str(number)
            words = {"MATRIX_SHARE": f"{number}/{SHARES}", "TEST_DB": f"matrix_{number}"}
            command = [sys.executable, "-m", "tests.matrix", str(target), *sys.argv[1:]]
            runs.append((subprocess.Popen(command, env={**os.environ, **words}), target))
        for process, target in runs:
            is_good &= process.wait() == 0
            found = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
            is_good &= bool(found)
            for name, count in found.items():
                whole[name] = count if name == "cells" else whole[name] + count
    sys.stdout.write(json.dumps(whole) + "\n")
    return 0 if is_good and whole["wrong"] == 0 and whole["faults"] == whole["caught"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
