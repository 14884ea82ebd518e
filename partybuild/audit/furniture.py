"""What stands around the tables: the app role's rights and the triggers that no write can forget.

Run by the owner after every migration; a second run changes nothing.
"""

from django.apps import apps
from django.conf import settings
from django.db import connections
from psycopg2 import sql

from partybuild.fields.models import Row

APPEND_ONLY = ("audit_event",)
# The app may read the clock's offset; only a play or test database lets it move the clock.
READ_ONLY = ("business_clock", "django_migrations")


def furnish(using: str) -> None:
    """Grant the app role its rights and put the triggers on the tables."""
    connection = connections[using]
    if using != "owner":
        return
    role = settings.APP_DATABASE_ROLE
    with connection.cursor() as cursor:
        if role != settings.DATABASES["owner"]["USER"]:
            _grant(cursor, role)
        existing = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            table = model._meta.db_table
            if issubclass(model, Row) and table in existing:
                cursor.execute(
                    sql.SQL(
                        "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON {} "
                        "FOR EACH ROW EXECUTE FUNCTION touch_row()"
                    ).format(sql.Identifier(table))
                )
        for table in APPEND_ONLY:
            if table in existing:
                cursor.execute(
                    sql.SQL(
                        "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON {} "
                        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                    ).format(sql.Identifier(table))
                )


def _grant(cursor: object, role: str) -> None:
    app = sql.Identifier(role)
    statements = [
        "GRANT USAGE ON SCHEMA public TO {app}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
        *(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {{app}}" for table in APPEND_ONLY),
        *(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {{app}}"
            for table in READ_ONLY
        ),
    ]
    for statement in statements:
        cursor.execute(sql.SQL(statement).format(app=app))  # type: ignore[attr-defined]


def let_app_move_clock() -> None:
    """Let the app role move the business clock: play and test databases only."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            sql.SQL("GRANT INSERT, UPDATE, DELETE ON business_clock TO {}").format(
                sql.Identifier(settings.APP_DATABASE_ROLE)
            )
        )
