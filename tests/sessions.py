"""What other sessions of the database do: waited for, not guessed from the time that has passed."""

from __future__ import annotations

import time
from threading import Event

import pytest
from django.db import connection, connections

PATIENCE = 60


def ended_or_held_up(ended: Event) -> None:
    """Return once another thread has ended, or stands before a lock that the transaction of this one holds."""
    deadline = time.monotonic() + PATIENCE
    while not ended.wait(0.02):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks "
                "WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
            )
            if cursor.fetchone()[0]:
                return
        assert time.monotonic() < deadline, "waited in vain"


def wait_until_alone() -> None:
    """Return once no other transaction of the server is writing: autovacuum measures a catalog for a moment."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM txid_snapshot_xip(txid_current_snapshot())")
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.01)
    pytest.fail("somebody writes without end")


def wait_until_gone(name: str) -> None:
    """Return once no session of this application name is left: what the dead had asked for is over."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = %s",
                [name],
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.01)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT pid, application_name, state, wait_event, pg_blocking_pids(pid), query_start, "
            "left(query, 300) FROM pg_stat_activity WHERE datname = current_database()"
        )
        sessions = "\n".join(map(str, cursor.fetchall()))
    pytest.fail(f"the session of a dead worker goes on:\n{sessions}")
