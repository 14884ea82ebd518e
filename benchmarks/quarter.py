"""The main job: a street's quarter played by services, against the same rows written by bulk SQL."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.apps import apps
from django.db import connections
from psycopg2 import sql

from benchmarks.measuring import report

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))


def _database(name: str) -> closing[Any]:
    params = connections["owner"].get_connection_params()
    params.pop("cursor_factory", None)
    connection = psycopg2.connect(**{**params, "dbname": name})
    connection.autocommit = True
    # Not the connection's own `with`: that would open a transaction.
    return closing(connection)


def _play(name: str) -> float:
    """Play the quarter in a database of its own, as `make play-quarter` does; returns seconds."""
    environment = dict(os.environ)
    for key in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        parts = urlsplit(environment[key])
        environment[key] = urlunsplit(parts._replace(path=f"/{name}"))
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "play_quarter"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - started


def _write_in_bulk(name: str) -> tuple[float, int]:
    """Write the rows that the quarter left behind into tables of the same make; returns (s, rows)."""
    seconds, rows = 0.0, 0
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with _database(name) as connection, connection.cursor() as cursor:
        for table in tables:
            cursor.execute("SELECT to_regclass(%s)", [table])
            if cursor.fetchone()[0] is None:
                continue
            cursor.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    sql.Identifier(f"bulk_{table}"[:63]), sql.Identifier(table)
                )
            )
            started = time.perf_counter()
            cursor.execute(
                sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM {}").format(
                    sql.Identifier(f"bulk_{table}"[:63]), sql.Identifier(table)
                )
            )
            seconds += time.perf_counter() - started
            rows += cursor.rowcount
    return seconds, rows


def run() -> dict[str, Any]:
    """Alternate the two for some rounds."""
    template = str(connections["owner"].settings_dict["NAME"])
    for alias in connections:
        connections[alias].close()
    ours: list[float] = []
    bulk: list[float] = []
    rows = 0
    for number in range(ROUNDS):
        name = f"bench_quarter_{number}"
        with _database("postgres") as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
            cursor.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        try:
            ours.append(_play(name))
            seconds, rows = _write_in_bulk(name)
            bulk.append(seconds)
        finally:
            with _database("postgres") as connection, connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return report(
        "quarter",
        rows=rows,
        ours=ours,
        baselines={"bulk_sql": bulk},
        rss_mb=peak,
        slower=True,
    )
