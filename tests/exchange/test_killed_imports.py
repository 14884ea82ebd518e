"""T58: an import that is killed while it writes has written all or nothing, and is finished once."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time

import pytest
from django.db import connections, transaction

from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.exchange.enums import BatchState
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.services import confirm_batch, running
from partybuild.organizations.models import Organization
from tests.factories.sheets import staged, workbook
from tests.sessions import wait_until_gone
from units.models import ResidentUnit

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 60


def alone():
    """Wait until the session of the dead has ended."""
    wait_until_gone("killed-import")


def killed_after(seconds, batch):
    """Let a worker of its own write the batch, and kill it; returns whether it was still at it."""
    connections["default"].close()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            # Where a browser has run in this process, the child is handed the connection of before it: the
            # parent's, which would outlive the child.
            for alias in connections:
                with contextlib.suppress(AttributeError):
                    del connections[alias]
            with connections["default"].cursor() as cursor:
                cursor.execute("SET application_name = 'killed-import'")
            running.run_apply(batch.pk)
        os._exit(0)
    time.sleep(seconds)
    ended = os.waitpid(child, os.WNOHANG)[0] == child
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    alone()
    return not ended


def test_a_dead_worker_that_waits_frees_what_it_holds(cast):
    head = ["单位名称", "所属社区", "住所"]
    batch = staged("units", workbook(head, ["等候厂", "", "1号"]), by=actor_in(cast.secretary))
    confirm_batch(batch, by=actor_in(cast.secretary))
    # Somebody else holds what the worker wants to write.
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("LOCK TABLE units_residentunit IN ACCESS EXCLUSIVE MODE")
        assert killed_after(1.0, batch)  # It is gone although the lock stands.
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.APPLYING


def let_a_while_pass():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_importbatch DISABLE TRIGGER USER")
        cursor.execute("UPDATE exchange_importbatch SET changed_at = now() - interval '5 minutes'")
        cursor.execute("ALTER TABLE exchange_importbatch ENABLE TRIGGER USER")


def storm(cast, kills):
    """Kill until so many were hit at their work, at random moments of the time that one takes."""
    by = actor_in(cast.secretary)
    bodies = Organization.objects.count()
    hits, batches, whole = 0, 0, 0.5
    while hits < kills and batches < 10 * kills:
        batches += 1
        head = ["单位名称", "所属社区", "住所"]
        rows = [[f"厂{batches}之{each}", "", f"{each}号"] for each in range(ROWS)]
        batch = staged("units", workbook(head, *rows), by=by)
        confirm_batch(batch, by=by)
        before = ResidentUnit.objects.count()
        for _kill in range(10):
            hit = killed_after(random.uniform(0, whole), batch)
            hits += hit
            # All or nothing, at every look.
            state = ImportBatch.objects.get(pk=batch.pk).state
            written = ResidentUnit.objects.count() - before
            assert (written, state == BatchState.APPLIED) in {(0, False), (ROWS, True)}
            if written:
                if not hit:  # It was quicker than we thought.
                    whole *= 0.8
                break
            let_a_while_pass()
        started = time.monotonic()
        running.run_waiting()
        if not written:
            whole = time.monotonic() - started
        assert ResidentUnit.objects.count() - before == ROWS
        assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.APPLIED
    done = ImportBatch.objects.count()
    assert Organization.objects.count() - bodies == done * ROWS
    assert Event.objects.filter(kind="import.applied").count() == done
    return hits


def test_five_kills_leave_all_or_nothing(cast):
    assert storm(cast, 5) >= 5


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_fifty_kills_leave_all_or_nothing(cast):
    assert storm(cast, 50) >= 50
