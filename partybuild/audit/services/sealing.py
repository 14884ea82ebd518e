"""Closing what was written: a chain that no late commit escapes and no write waits for."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from partybuild.audit import chain
from partybuild.audit.models import EventSeal, Log

# One seal's rows at most: what names the bad row stays small.
ROWS_AT_ONCE = 10_000
ANCHOR_EVERY = timedelta(hours=1)
_LOCK = 0x5345414C


@transaction.atomic
def seal_events() -> int:
    """Seal what committed below the oldest running transaction; return the number of rows. A second run seals the rest.

    A transaction that is still running has an id at or above that limit, so nothing can appear below it later; sealers
    keep out of each other's way by a lock, writers by none.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # A statement of its own: the next one's snapshot sees all that is below.
        cursor.execute(_LIMITS)
        limits = Limits(*cursor.fetchone())
    rows = sum(_seal_log(log, limits) for log in Log)
    transaction.on_commit(write_anchor)
    return rows


# Below what nothing of this database is running. A transaction that can be placed in another database of the cluster
# does not hold us up; one that ended since the snapshot counts as running.
_LIMITS = """
SELECT coalesce((
    SELECT min(x) FROM txid_snapshot_xip(s) x WHERE NOT EXISTS (
        SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
          AND l.transactionid::text = (x % 4294967296)::text
          AND a.datname <> current_database()
    )
), txid_snapshot_xmax(s)), txid_snapshot_xmax(s), (SELECT system_identifier FROM pg_control_system())
FROM txid_current_snapshot() s
"""


@dataclass(frozen=True)
class Limits:
    """The oldest running transaction, the next one to begin, and the cluster that counts them."""

    horizon: int
    ahead: int
    cluster: int


def _seal_log(log: Log, limits: Limits) -> int:
    last = EventSeal.objects.filter(log=log).order_by("-number").defer("leaves").first()
    if last is None:
        return _seal_range(Range(log, 0, limits), chain.START, highest=0)
    place = (last.to_xid, last.to_id)
    if last.cluster == limits.cluster and limits.horizon > last.to_xid:
        return _seal_range(Range(log, last.floor, limits), place, highest=last.highest_id)
    # Restored into a new cluster: transactions count anew. What the old one left is closed, and the
    # chain goes on above it; for that moment nothing may be running.
    if limits.horizon != limits.ahead:
        return 0
    floor = _highest_id(log, limits, last)
    old = Range(log, last.floor, limits, ceiling=floor)
    new = Range(log, floor, limits)
    return _seal_range(old, place, highest=last.highest_id) + _seal_range(
        new, chain.START, highest=floor
    )


def _highest_id(log: Log, limits: Limits, last: EventSeal) -> int:
    """Return the highest id that the old cluster wrote: sealed, or by a transaction that the new one has not reached."""
    table, xid = chain.TABLES[log], chain.XIDS[log]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT max(id) FROM {table} WHERE {xid} >= %s",  # noqa: S608
            [limits.horizon],
        )
        return max(cursor.fetchone()[0] or 0, last.highest_id)


@dataclass(frozen=True)
class Range:
    """Rows of one log above an id; up to another where a cluster was left behind."""

    log: Log
    floor: int
    limits: Limits
    ceiling: int | None = None


def _seal_range(of: Range, place: chain.Place, *, highest: int) -> int:
    sealed = 0
    while True:
        rows = chain.Rows(highest=highest)
        statement = chain.copy_statement(
            of.log,
            chain.FORM,
            after=place,
            below=of.limits.horizon if of.ceiling is None else None,
            floor=of.floor,
            ceiling=of.ceiling,
            limit=ROWS_AT_ONCE,
        )
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, chain.RowReader(rows.take))
        if not rows.count:
            return sealed
        _add_seal(of, place, rows)
        sealed += rows.count
        place, highest = rows.last, rows.highest
        if rows.count < ROWS_AT_ONCE:
            return sealed


def _add_seal(of: Range, place: chain.Place, rows: chain.Rows) -> EventSeal:
    before = EventSeal.objects.order_by("-number").only("number", "hash").first()
    seal = EventSeal(
        number=before.number + 1 if before else 1,
        form=chain.FORM,
        log=of.log,
        floor=of.floor,
        from_xid=place[0],
        from_id=place[1],
        to_xid=rows.last[0],
        to_id=rows.last[1],
        rows=rows.count,
        highest_id=rows.highest,
        cluster=of.limits.cluster,
        leaves=bytes(rows.leaves),
        rows_hash=rows.hash(),
        previous=bytes(before.hash) if before else chain.GENESIS,
        oldest_at=_moment(rows.oldest),
        newest_at=_moment(rows.newest),
    )
    seal.hash = chain.hash_of(seal)
    seal.save(force_insert=True)
    return seal


def _moment(micros: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def write_anchor() -> None:
    """Keep the last seal's hash in a second place: always the newest, and once an hour a line that stays."""
    if not settings.AUDIT_ANCHOR_DIR:
        return
    last = EventSeal.objects.order_by("-number").only("number", "hash", "sealed_at").first()
    if last is None:
        return
    place = Path(settings.AUDIT_ANCHOR_DIR)
    place.mkdir(parents=True, exist_ok=True)
    line = json.dumps(_anchor(last), separators=(",", ":"))
    newest = place / "latest.json"
    if newest.exists() and newest.read_text(encoding="utf-8").strip() == line:
        return
    fresh = place / "latest.json.new"
    _write(fresh, "w", line)
    fresh.replace(newest)
    month = place / f"anchors-{datetime.now(UTC):%Y-%m}.jsonl"
    if not month.exists() or _age(month) >= ANCHOR_EVERY:
        _write(month, "a", line)


def _anchor(seal: EventSeal) -> dict[str, Any]:
    return {
        "number": seal.number,
        "hash": bytes(seal.hash).hex(),
        "sealed_at": seal.sealed_at.isoformat(),
    }


def _write(path: Path, mode: str, line: str) -> None:
    with path.open(mode, encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _age(path: Path) -> timedelta:
    return datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC)
