"""The tables of a test database: made by the migrations once, then by what these had the database do.

Nearly all of a migration's time goes into drawing models for every step; the statements themselves
take seconds. They are kept under `var/tables/`, by what the migrations say and who runs them, and
`migrate` looks afterwards whether anything is left to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import django
import psycopg2
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

FOLDER = Path(__file__).resolve().parents[1] / "var" / "tables"
# Of branches that one comes back to.
_KEPT = 6
# Each statement is replayed by itself.
_BOUNDS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET CONSTRAINTS")


@contextmanager
def kept_tables() -> Iterator[None]:
    """While this is open, a test database made anew is made out of the kept statements if there are any."""
    connection = connections["owner"]
    make_empty = connection.creation._create_test_db
    with ExitStack() as stack:

        def make(*args: Any, **kwargs: Any) -> str:
            name: str = make_empty(*args, **kwargs)
            if is_empty(connection, name):
                stack.enter_context(_filling(connection, name))
            return name

        stack.enter_context(mock.patch.object(connection.creation, "_create_test_db", make))
        yield


@contextmanager
def _filling(connection: Any, name: str) -> Iterator[None]:
    path = kept_file(connection)
    FOLDER.mkdir(parents=True, exist_ok=True)
    # Of several runs at the same time one asks the migrations, the others wait for what it keeps.
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists():
            replay(connection, name, path)
            yield
            return
        recorded: list[str] = []
        with connection.execute_wrapper(_recorder(recorded)):
            yield
        _keep(recorded, path)


def kept_file(connection: Any) -> Path:
    """Return where the statements of these migrations are kept, for this server and these roles."""
    mark = hashlib.sha256()
    for key, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        source = Path(inspect.getfile(type(migration))).read_bytes()
        mark.update(repr(key).encode() + hashlib.sha256(source).digest())
    with connection._nodb_cursor() as cursor:
        server = cursor.cursor.connection.server_version // 10000
    owner = connection.settings_dict["USER"]
    mark.update(repr((django.VERSION, server, owner, settings.APP_DATABASE_ROLE)).encode())
    return FOLDER / f"{mark.hexdigest()[:16]}.json"


@contextmanager
def connected(connection: Any, name: str) -> Iterator[Any]:
    """Open a database of the same server as the owner; each statement stands by itself."""
    words = {**connection.get_connection_params(), "dbname": name}
    opened = psycopg2.connect(**words)
    try:
        opened.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with opened.cursor() as cursor:
            yield cursor
    finally:
        opened.close()


def is_empty(connection: Any, name: str) -> bool:
    """Tell whether a database has no tables of ours yet."""
    with connected(connection, name) as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NULL")
        return bool(cursor.fetchone()[0])


def _recorder(recorded: list[str]) -> Callable[..., Any]:
    def record(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        for values in params if many else (params,):
            said = cursor.mogrify(sql, values).decode()
            if _writes(said):
                recorded.append(said)
        return answer

    return record


def _writes(statement: str) -> bool:
    said = statement.lstrip().upper()
    # Asked without a table, a function is called for what it does.
    asks = said.startswith("SELECT") and " FROM " in said.replace("\n", " ")
    return not asks and not said.startswith(_BOUNDS)


def replay(connection: Any, name: str, path: Path) -> None:
    """Have an empty database do what the migrations had another do."""
    with connected(connection, name) as cursor:
        cursor.execute("SET synchronous_commit = off")
        try:
            for statement in json.loads(path.read_text(encoding="utf-8")):
                cursor.execute(statement)
        except psycopg2.Error:
            # The next run asks the migrations.
            path.unlink()
            raise


def leave_unmeasured(connection: Any) -> None:
    """Let the server neither vacuum nor measure the tables by itself.

    What a test rolled back, and what the running one has not committed, is pages without rows to
    it: plans made out of that take minutes where there are thousands of rows. Without statistics
    the pages are counted as full. `flushing.clear_away` does between tests what a vacuum would.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DO $$
            DECLARE each regclass;
            BEGIN
                FOR each IN SELECT oid FROM pg_class
                    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                    AND NOT coalesce(reloptions @> '{autovacuum_enabled=false}', false)
                LOOP
                    EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', each);
                END LOOP;
            END $$
            """
        )


def _keep(recorded: list[str], path: Path) -> None:
    half = path.with_suffix(".new")
    half.write_text(json.dumps(recorded, ensure_ascii=False), encoding="utf-8")
    half.rename(path)
    every = sorted(FOLDER.glob("*.json"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in every[_KEPT:]:
        old.unlink()
