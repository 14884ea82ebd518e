"""Tables made out of kept statements are those that the migrations make."""

from __future__ import annotations

import json
import os

import psycopg2
import pytest
from django.db import connection, connections, transaction

from partybuild.areas.models import Area
from tests import flushing
from tests.factories.cast import cast_again
from tests.tables import connected, is_empty, kept_file, replay

# What a database is made of, as text: one row per thing.
PARTS = (
    (
        "SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace"
    ),
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    (
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal "
        # Taken away from every test database (tests/conftest.py).
        "AND tgname <> 'no_truncate'"
    ),
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    (
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_schema = 'public' AND table_name <> 'business_clock'"
    ),
    "SELECT app, name FROM django_migrations",
)


def parts_of(name):
    found = []
    with connected(connections["owner"], name) as cursor:
        for part in PARTS:
            cursor.execute(part)
            rows = {str(row) for row in cursor.fetchall()}
            assert rows
            found.append(rows)
    return found


@pytest.fixture
def scratch(db):
    """An empty database beside the tests' own."""
    owner = connections["owner"]
    name = f"{owner.settings_dict['NAME']}_scratch"
    with owner._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield name
    with owner._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def test_kept_statements_make_the_tables_of_the_migrations(scratch):
    owner = connections["owner"]
    path = kept_file(owner)
    if not path.exists():
        if os.environ.get("CI"):
            pytest.fail("a database made anew keeps its statements")
        pytest.skip("this database is older than the kept statements: --create-db")
    assert is_empty(owner, scratch)
    replay(owner, scratch, path)
    assert parts_of(scratch) == parts_of(owner.settings_dict["NAME"])


def test_statements_that_do_not_fit_are_thrown_away(scratch, tmp_path):
    path = tmp_path / "kept.json"
    path.write_text(json.dumps(["CREATE TABLE a (b int)", "DROP TABLE c"]))
    with pytest.raises(psycopg2.Error):
        replay(connections["owner"], scratch, path)
    assert not path.exists()


def _asked(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def test_the_server_measures_no_table_by_itself(db):
    unlike = (
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND NOT coalesce(reloptions @> '{autovacuum_enabled=false}', false)"
    )
    assert _asked(unlike) == (0,)


def _roll_back_a_cast():
    with transaction.atomic():
        cast_again()
        transaction.set_rollback(True)


KNOWN = "SELECT relpages, reltuples, pg_relation_size(oid) FROM pg_class WHERE relname = %s"


@pytest.mark.django_db(transaction=True)
def test_what_rolled_back_tests_leave_is_cleared_away_and_forgotten():
    table = Area._meta.db_table
    _roll_back_a_cast()
    with connections["owner"].cursor() as cursor:
        # As the server does by itself beside a running test.
        cursor.execute(f"VACUUM (TRUNCATE false) {table}")
    pages, rows, _size = _asked(KNOWN, table)
    assert pages > 0
    assert rows == 0
    assert not flushing.clear_away(most=10_000)
    assert flushing.clear_away(most=0)
    assert _asked(KNOWN, table) == (0, -1, 0)


@pytest.mark.django_db(transaction=True)
def test_rows_of_somebody_are_not_cleared_away():
    cast = cast_again()
    assert not flushing.clear_away(most=0)
    assert Area.objects.filter(pk=cast.community.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_in_use_is_not_waited_for_long():
    _roll_back_a_cast()
    owner = connections["owner"]
    with connected(owner, owner.settings_dict["NAME"]) as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {Area._meta.db_table} IN ACCESS SHARE MODE")
        assert not flushing.clear_away(most=0)
        cursor.execute("ROLLBACK")
    assert flushing.clear_away(most=0)
