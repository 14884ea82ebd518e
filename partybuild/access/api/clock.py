"""Transactions as the measure of feeds."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func


class OldestRunning(Func):
    """The oldest transaction still running: what it will write cannot be seen yet."""

    template = "txid_snapshot_xmin(txid_current_snapshot())"
    output_field: Any = BigIntegerField()


def oldest_running() -> int:
    """Return the oldest transaction still running."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_snapshot_xmin(txid_current_snapshot())")
        return int(cursor.fetchone()[0])
