"""One world for all probes that only look, rolled back when the last of them is done."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from partybuild.calendar import SHANGHAI
from partybuild.calendar.clock import set_play_clock
from tests.probes.watching import figures
from tests.probes.world import World, make_world

TODAY = datetime(2026, 3, 5, 9, tzinfo=SHANGHAI)


@pytest.fixture(scope="package")
def _one_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        set_play_clock(TODAY)
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_one_world: World, db: None) -> World:
    """Return the world of two districts; what a test writes in it is taken back after the test."""
    return _one_world


@pytest.fixture
def rolled_back(db: None) -> Any:
    """Return a context whose writes are taken back at its end."""

    def context() -> ExitStack:
        stack = ExitStack()
        stack.enter_context(transaction.atomic())
        stack.callback(transaction.set_rollback, True)
        return stack

    return context


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Refusals are what these tests ask for: nobody needs to read them."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say the figures of the day."""
    if figures:
        terminalreporter.section("hostile tests")
        for line in figures:
            terminalreporter.line(line)
