"""The whole matrix and its planted faults; the last line is one JSON object: `make matrix`."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

WHERE = "tests/matrix/test_cells.py::test_the_whole_matrix"


class Figures:
    """Keeps what the run counted."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Read the figures off the test's report."""
        for name, value in report.user_properties:
            if name == "figures":
                self.found = json.loads(value)


def main() -> int:
    """Run it."""
    figures = Figures()
    code = pytest.main([WHERE, "-m", "slow", "-q", *sys.argv[1:]], plugins=[figures])
    sys.stdout.write(json.dumps(figures.found) + "\n")
    is_whole = figures.found and figures.found["wrong"] == 0
    return int(code) or (
        0 if is_whole and figures.found["faults"] == figures.found["caught"] else 1
    )


if __name__ == "__main__":
    raise SystemExit(main())
