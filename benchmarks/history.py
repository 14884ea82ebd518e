"""What row history costs: the same writes without it, with it, and with full copies of rows as django-pghistory keeps them."""

from __future__ import annotations

import statistics
import time
from typing import Any

from django.db import connections, transaction

ROWS = 20_000
ROUNDS = 7
TABLE = "organizations_organization"

# django-pghistory's way: one row trigger per operation that copies the whole row into a table of its own.
COPIES = f"""
CREATE TABLE bench_copies (
    pgh_id bigserial PRIMARY KEY, pgh_created_at timestamptz NOT NULL DEFAULT now(),
    pgh_label text NOT NULL, pgh_obj_id bigint NOT NULL, LIKE {TABLE}
);
CREATE INDEX ON bench_copies (pgh_obj_id);
CREATE FUNCTION bench_copy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bench_copies SELECT nextval('bench_copies_pgh_id_seq'), now(), TG_OP, NEW.id, NEW.*;
    RETURN NULL;
END $$;
"""
COPY_TRIGGERS = f"""
CREATE TRIGGER bench_insert AFTER INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION bench_copy();
CREATE TRIGGER bench_update AFTER UPDATE ON {TABLE} FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION bench_copy();
"""
NO_COPY_TRIGGERS = f"DROP TRIGGER bench_insert ON {TABLE}; DROP TRIGGER bench_update ON {TABLE};"


def run(rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Do each write in turns under the three ways, and take all of it back.

    Milliseconds are medians of interleaved rounds; bytes are what an updated row leaves, with indexes.
    """
    taken: dict[tuple[str, str], list[float]] = {}
    kept: dict[str, float] = {}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(COPIES)
        for _round in range(rounds):
            for way in ("none", "ours", "copies"):
                for write, statement in _writes(rows).items():
                    spent, size = _one(cursor, way, write, statement, rows)
                    taken.setdefault((write, way), []).append(spent)
                    if write == "update":
                        kept[way] = round(size / rows)
        transaction.set_rollback(True, using="owner")
    medians = {key: statistics.median(times) for key, times in taken.items()}
    return {
        "bench": "history",
        "rows": rows,
        "ms": {f"{write} {way}": round(spent * 1000, 1) for (write, way), spent in medians.items()},
        "ratio": {
            f"{write} {way}": round(medians[write, way] / medians[write, "none"], 2)
            for write in _writes(rows)
            for way in ("ours", "copies")
        },
        "bytes_per_change": {way: size for way, size in kept.items() if way != "none"},
    }


def _writes(rows: int) -> dict[str, str]:
    return {
        "insert": f"INSERT INTO {TABLE} (uid, kind, name, short_name, path, contact_name, contact_phone, contact_mail, "
        "address, sort, valid_from, end_reason) SELECT gen_random_uuid(), 'unit', '单位' || n, '', 'bench' || n, '', "
        f"'', '', '江边路' || n || '号', 0, '2026-01-01', '' FROM generate_series(1, {rows}) n",
        "update": f"UPDATE {TABLE} SET name = name || '甲', sort = sort + 1 WHERE path LIKE 'bench%'",
        "same": f"UPDATE {TABLE} SET name = name WHERE path LIKE 'bench%'",
        "one": "",
    }


def _one(cursor: Any, way: str, write: str, statement: str, rows: int) -> tuple[float, int]:
    """Do one write under one way and take it back; return seconds and bytes of history."""
    cursor.execute("SAVEPOINT bench")
    cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER history_insert")
    cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER history_update")
    if write != "insert":
        cursor.execute(_writes(rows)["insert"])
    if way == "ours":
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER history_insert")
        cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER history_update")
    elif way == "copies":
        cursor.execute(COPY_TRIGGERS)
    kept = {"ours": "audit_rowchange", "copies": "bench_copies"}.get(way)
    before = _size(cursor, kept)
    began = time.perf_counter()
    if write == "one":
        # As a page does it: one row at a time.
        for number in range(1, 501):
            cursor.execute(
                f"UPDATE {TABLE} SET name = name || '乙' WHERE path = %s", [f"bench{number}"]
            )
    else:
        cursor.execute(statement)
    spent = time.perf_counter() - began
    size = _size(cursor, kept) - before
    cursor.execute("ROLLBACK TO SAVEPOINT bench")
    cursor.execute("RELEASE SAVEPOINT bench")
    return spent, size


def _size(cursor: Any, table: str | None) -> int:
    if table is None:
        return 0
    cursor.execute("SELECT pg_total_relation_size(%s)", [table])
    return int(cursor.fetchone()[0])
