"""The development servers are tested from outside; no test here opens a database of Django's."""

import pytest


@pytest.fixture(autouse=True)
def _empty_limits() -> None:
    """Nothing to empty without a database."""
