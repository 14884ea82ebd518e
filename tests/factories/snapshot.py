"""What a fixture wrote, kept as rows: the second test of a run has them back in a few statements."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction

# Written by triggers, by every test itself, or once by the migrations.
LEFT_OUT = frozenset({"audit_rowchange", "business_clock", "django_migrations"})


@dataclass
class Snapshot:
    """The rows of the tables that were empty before and are not any more."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def restore(self) -> None:
        """Write the rows again, all of them in one transaction: their keys point at each other."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.rows.items():
                columns = ", ".join(f'"{name}"' for name in rows[0])
                cursor.execute(
                    f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE '
                    f'SELECT {columns} FROM json_populate_recordset(NULL::"{table}", %s)',
                    [json.dumps(rows)],
                )


def filled_tables() -> set[str]:
    """Return the tables that hold rows."""
    tables = sorted(
        {
            model._meta.db_table
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed
        }
        - LEFT_OUT
    )
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        asked = [table for table in tables if table in existing]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in asked
            )
        )
        return {table for (table,) in cursor.fetchall()}


def taken(before: set[str]) -> Snapshot:
    """Return what was written since `before` was asked for."""
    snapshot = Snapshot()
    with connection.cursor() as cursor:
        for table in sorted(filled_tables() - before):
            # The writing transaction is the test's own: what is left out the database fills in.
            cursor.execute(
                f"SELECT json_agg(to_jsonb(t) - 'changed_at' - 'changed_xid') FROM \"{table}\" t"
            )
            (rows,) = cursor.fetchone()
            snapshot.rows[table] = json.loads(rows) if isinstance(rows, str) else rows
    return snapshot
