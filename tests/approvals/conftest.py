"""Prints what was tried."""

from __future__ import annotations

from typing import Any

from tests.approvals.cells import CELLS, REFUSED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many attempts to decide alone were refused."""
    if REFUSED:
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(REFUSED.items()))
        terminalreporter.write_line(
            f"T09: {len(CELLS)} cells marked 2, {REFUSED.total()} attempts refused ({kinds})"
        )
