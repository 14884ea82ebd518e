"""What stands around the tables: the app role's rights and the triggers that no write can forget.

Run by the owner after every migration; a second run changes nothing.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from psycopg2 import sql

from partybuild.audit import row_history
from partybuild.fields.models import Row

# The app may add to these and read them, and nothing else.
APPEND_ONLY = ("audit_event", "audit_rowchange", "audit_eventseal", "people_erasure")
# What may go when it is older than the law asks.
PURGED = frozenset({"audit_event", "audit_rowchange"})
# The triggers alone write here, with the owner's right.
WRITTEN_BY_TRIGGERS = ("audit_rowchange",)
# The app may read the clock's offset; only a play or test database lets it move the clock.
READ_ONLY = ("business_clock", "django_migrations")

Trigger = tuple[str, str]


def furnish(using: str) -> None:
    """Grant the app role its rights and put the triggers on the tables."""
    connection = connections[using]
    if using != "owner":
        return
    role = settings.APP_DATABASE_ROLE
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if role != settings.DATABASES["owner"]["USER"]:
            _grant(cursor, role, existing)
        _put_functions(cursor, existing)
        standing = _standing_triggers(cursor)
        wanted = _wanted_triggers(existing)
        for trigger, statement in wanted.items():
            if trigger not in standing:
                cursor.execute(statement)
        for table, name in standing - wanted.keys():
            if name in OURS:
                cursor.execute(
                    sql.SQL("DROP TRIGGER {} ON {}").format(
                        sql.Identifier(name), sql.Identifier(table)
                    )
                )


# Every name that a trigger of ours may have: one that is no longer wanted is taken away.
OURS = frozenset(
    {"touch", "stamp", "append_only", "no_truncate", *(each[0] for each in row_history.TRIGGERS)}
)


def _models(existing: set[str]) -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.db_table in existing]


def _put_functions(cursor: Any, existing: set[str]) -> None:
    if "audit_rowchange" not in existing:
        return
    cursor.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace "
        "AND proname LIKE 'history\\_of\\_%%'"
    )
    standing = dict(cursor.fetchall())
    for model in _models(existing):
        if row_history.triggers_of(model) and standing.get(
            row_history.function_name(model)
        ) != row_history.body_of(model):
            cursor.execute(row_history.create_function(model))


def _standing_triggers(cursor: Any) -> set[Trigger]:
    cursor.execute(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
    )
    return set(cursor.fetchall())


def _wanted_triggers(existing: set[str]) -> dict[Trigger, sql.Composable]:
    wanted: dict[Trigger, sql.Composable] = {}
    for model in _models(existing):
        table = model._meta.db_table
        if issubclass(model, Row):
            wanted[table, "touch"] = sql.SQL(
                "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON {} "
                "FOR EACH ROW EXECUTE FUNCTION touch_row()"
            ).format(sql.Identifier(table))
        if "audit_rowchange" in existing:
            for trigger in row_history.triggers_of(model):
                wanted[table, trigger[0]] = row_history.create_trigger(model, trigger)
    for table in APPEND_ONLY:
        if table in existing:
            wanted |= _append_only(table)
    if "audit_event" in existing and "audit_eventseal" in existing:
        wanted["audit_event", "stamp"] = sql.SQL(
            "CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON audit_event "
            "FOR EACH ROW EXECUTE FUNCTION stamp_event()"
        )
    return wanted


def _append_only(table: str) -> dict[Trigger, sql.Composable]:
    name = sql.Identifier(table)
    # Only the purge of what is older than the law asks, by the owner, passes the first one.
    return {
        (table, "append_only"): sql.SQL(
            "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {} "
            "FOR EACH ROW EXECUTE FUNCTION {}()"
        ).format(
            name,
            sql.SQL("refuse_change_but_purge" if table in PURGED else "refuse_change"),
        ),
        (table, "no_truncate"): sql.SQL(
            "CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON {} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ).format(name),
    }


def _grant(cursor: Any, role: str, existing: set[str]) -> None:
    app = sql.Identifier(role)
    append_only = [table for table in APPEND_ONLY if table in existing]
    statements = [
        "GRANT USAGE ON SCHEMA public TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{app}}" for table in append_only),
        *(
            f"REVOKE INSERT ON {table} FROM {{app}}"
            for table in WRITTEN_BY_TRIGGERS
            if table in existing
        ),
        *(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {{app}}"
            for table in READ_ONLY
        ),
    ]
    for statement in statements:
        cursor.execute(sql.SQL(statement).format(app=app))


def let_app_move_clock() -> None:
    """Let the app role move the business clock: play and test databases only."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            sql.SQL("GRANT INSERT, UPDATE, DELETE ON business_clock TO {}").format(
                sql.Identifier(settings.APP_DATABASE_ROLE)
            )
        )


def let_owner_flush() -> None:
    """Let the owner empty all tables at once, as a test database is between two tests, or half a demo.

    Until the next migrate or flush, which furnishes anew.
    """
    with connections["owner"].cursor() as cursor:
        for table in APPEND_ONLY:
            cursor.execute(
                sql.SQL("DROP TRIGGER IF EXISTS no_truncate ON {}").format(sql.Identifier(table))
            )
