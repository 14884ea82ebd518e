"""Where files out of systems in use are found; without them these tests say so and are skipped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "real"


@pytest.fixture(autouse=True)
def _nobody_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker: a worker elsewhere must not hear of a test's batches."""
    monkeypatch.setattr("partybuild.waking._send", lambda task, args: None)


@pytest.fixture
def real() -> Path:
    """Return the folder of the real files: REAL_DATA_DIR, or shared/data/real beside the checkout."""
    folder = Path(os.environ.get("REAL_DATA_DIR") or _BESIDE)
    if not (folder / "area_register_ningbo.xls").is_file():
        pytest.skip("The real files are not here: set REAL_DATA_DIR to the folder that holds them.")
    return folder
