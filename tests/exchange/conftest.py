"""Imports in tests are read and applied when the test says so."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _nobody_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker: a worker elsewhere must not hear of a test's batches."""
    monkeypatch.setattr("partybuild.waking._send", lambda task, args: None)
