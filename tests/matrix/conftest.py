"""One fixture tree for the whole module: building it takes seconds, each probe is rolled back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from partybuild.calendar.clock import set_play_clock
from tests.matrix.engine import MOMENT, Engine
from tests.matrix.law import read_law
from tests.matrix.world import World, make_world


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return the fixture tree; nothing of it stays."""
    patch = pytest.MonkeyPatch()
    # No broker: a worker elsewhere must not hear of a test's batches.
    patch.setattr("partybuild.waking._send", lambda task, args: None)
    # What asks for the password anew has tests of its own.
    patch.setattr("partybuild.accounts.step_up.is_stepped_up", lambda request: True)
    with django_db_blocker.unblock(), transaction.atomic():
        set_play_clock(MOMENT)
        made = make_world()
        # Only what is open may be rolled back: probes open their own.
        with django_db_blocker.block():
            yield made
        transaction.set_rollback(True)
    patch.undo()


@pytest.fixture(scope="package")
def engine(world: World, django_db_blocker: Any) -> Iterator[Engine]:
    """Return the fixture tree with everybody signed in."""
    logging.disable(logging.CRITICAL)
    with django_db_blocker.unblock():
        made = Engine(world, read_law())
        made.remember()
    yield made
    logging.disable(logging.NOTSET)
