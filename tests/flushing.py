"""Emptying the database after a test that committed: the rows that are there, not all the tables.

TRUNCATE makes new files for every table and each of its indexes: half a second for a handful of rows.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.test import TransactionTestCase

# Filled once, when the tables are made.
KEPT = frozenset({"django_content_type", "auth_permission"})
# No model stands for it: Django's flush would leave the clock as a test has set it.
CLOCK = "business_clock"
# More rows than this are sooner gone with their tables.
_MANY = 3000
# Pages that tests may leave before the tables get new files: nobody vacuums (`tables.leave_unmeasured`).
_PAGES = 1000

_flush_all = TransactionTestCase._fixture_teardown


@cache
def _tables() -> tuple[str, ...]:
    names = connections["owner"].introspection.django_table_names(
        only_existing=True, include_views=False
    )
    return tuple(sorted(set(names) - KEPT))


def _counts(cursor: Any) -> dict[str, int]:
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for name in _tables())
    )
    return {name: count for name, count in cursor.fetchall() if count}


def _empty(cursor: Any, names: list[str]) -> None:
    # The owner's own triggers: history, tombstones, and those that refuse. Keys are looked at all the same.
    for name in names:
        cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
    for name in names:
        cursor.execute(f'DELETE FROM "{name}"')
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in names:
        cursor.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')


def flush(case: TransactionTestCase) -> None:
    """Leave the tables as a flush does; whatever is out of the ordinary is left to the flush itself."""
    if set(case._databases_names(include_mirrors=False)) == {"owner"}:
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"DELETE FROM {CLOCK}")
        try:
            with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
                counts = _counts(cursor)
                if sum(counts.values()) <= _MANY:
                    _empty(cursor, sorted(counts))
                    return
        except DatabaseError:
            # A trigger that the test took away, a lock that it left: the flush says so, or mends it.
            pass
    _flush_all(case)


def clear_away(*, most: int = _PAGES) -> bool:
    """Give empty tables new files once tests that were rolled back have left many pages in them.

    For use between tests. A new file is also one that the planner knows nothing about.
    """
    connection = connections["owner"]
    if connection.in_atomic_block or connections["default"].in_atomic_block:
        return False
    try:
        with transaction.atomic(using="owner"), connection.cursor() as cursor:
            names = _large(cursor, most)
            # Somebody's rows: a test that committed has its own end.
            if not names or _counts(cursor):
                return False
            # What the last test still holds open somewhere is waited for after the next file.
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            listed = ", ".join(f'"{name}"' for name in names)
            cursor.execute(f"TRUNCATE {listed} CASCADE")
    except DatabaseError:
        return False
    return True


def _large(cursor: Any, most: int) -> list[str]:
    cursor.execute(
        "SELECT relname FROM (SELECT relname, pg_relation_size(oid) / 8192 AS pages, "
        "sum(pg_relation_size(oid)) OVER () / 8192 AS all_pages FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)) AS sizes "
        "WHERE pages > 0 AND all_pages > %s ORDER BY relname",
        [list(_tables()), most],
    )
    return [name for (name,) in cursor.fetchall()]


def install() -> None:
    """Let every transactional test end this way."""
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]
