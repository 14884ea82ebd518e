"""The triggers that write SightChange, made out of the declared paths after every migration run.

Whatever moves a row - a new area of its unit, an area that moves with all that lies below it, a
place that is struck, a deletion - changes a column on one of these paths; nothing else does.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, transaction

from partybuild.feeds.registry import Watched, watched

LOG = "feeds_sightchange"
COMMENT = "Written by partybuild.feeds.furniture from the declared paths."


@dataclass
class Step:
    """One table on the way from a row to its area or body, and the columns that lead on."""

    table: str
    alias: str
    join: str
    key: str
    columns: set[str] = field(default_factory=set)
    # A table that points back at the row: its rows come and go.
    is_link: bool = False


@dataclass
class Chain:
    """The way from a watched row to what it is seen from, as SQL."""

    label: str
    steps: list[Step]
    area: str = "''"
    organization: str = "NULL::bigint"
    uid: str = ""
    changed: str = ""

    def insert(self, where: str, *, until: int | None = None, joined: str = "") -> str:
        """Return the statement that writes the entries of the rows a condition names."""
        steps = self.steps if until is None else self.steps[: until + 1]
        tables = " ".join(step.join for step in steps)
        keys = f"{self.area}, {self.organization}" if until is None else "'', NULL::bigint"
        return (
            f"INSERT INTO {LOG} (label, object_id, object_uid, area_path, organization_id) "  # noqa: S608
            f"SELECT DISTINCT '{self.label}', t0.{self.steps[0].key}, {self.uid}, {keys} "
            f"FROM {tables} {joined} WHERE {where};"
        )


def _chain(each: Watched, path: str, *, is_area: bool) -> Chain:
    model = each.model
    root = Step(model._meta.db_table, "t0", f"{model._meta.db_table} t0", model._meta.pk.column)
    root.columns = {model._meta.get_field(name).column for name in each.columns}
    chain = Chain(each.label, [root])
    if any(known.name == "uid" for known in model._meta.get_fields()):
        chain.uid, chain.changed = "t0.uid", "t0.changed_xid"
    else:
        # One-to-one on a body whose uid it uses.
        body = model._meta.pk.related_model
        root.join += f" JOIN {body._meta.db_table} b0 ON b0.{body._meta.pk.column} = t0.{root.key}"
        chain.uid, chain.changed = "b0.uid", "b0.changed_xid"
    at: Any = model
    value = f"t0.{root.key}"
    for name in path.split("__") if path and path != "pk" else ():
        here = chain.steps[-1]
        relation = at._meta.get_field(name)
        at = relation.related_model
        alias = f"t{len(chain.steps)}"
        table, key = at._meta.db_table, at._meta.pk.column
        if relation.auto_created:
            column = relation.field.column
            join = f"JOIN {table} {alias} ON {alias}.{column} = {here.alias}.{here.key}"
            state = {"state"} if any(known.name == "state" for known in at._meta.fields) else set()
            step = Step(table, alias, join, key, {column, *state}, is_link=True)
        else:
            here.columns.add(relation.column)
            join = f"JOIN {table} {alias} ON {alias}.{key} = {here.alias}.{relation.column}"
            step = Step(table, alias, join, key)
        chain.steps.append(step)
        value = f"{alias}.{key}"
    if is_area:
        chain.steps[-1].columns.add("path")
        chain.area = f"{chain.steps[-1].alias}.path"
    else:
        chain.organization = value
    return chain


def chains() -> list[Chain]:
    """Return every way along which a watched row is seen."""
    return [
        _chain(each, path, is_area=is_area)
        for each in watched()
        for is_area, paths in ((True, each.areas), (False, each.organizations))
        for path in paths
        # A path kept on the row is one of its columns, not a way.
        if not path.startswith("=")
    ]


def statements() -> list[str]:
    """Return the functions and triggers of every table on the way."""
    updates: dict[str, list[str]] = defaultdict(list)
    deletes: dict[str, list[str]] = defaultdict(list)
    inserts: dict[str, list[str]] = defaultdict(list)
    columns: dict[str, set[str]] = defaultdict(set)
    for chain in chains():
        for at, step in enumerate(chain.steps):
            own = f"{step.alias}.{step.key} = OLD.{step.key}"
            if step.columns:
                moved = " OR ".join(
                    f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in sorted(step.columns)
                )
                updates[step.table].append(f"IF {moved} THEN {chain.insert(own)} END IF;")
                columns[step.table] |= step.columns
            if step.is_link or at == 0:
                deletes[step.table].append(chain.insert(own))
            if step.is_link:
                # A row as new as the link itself is in the feed anyhow.
                inserts[step.table].append(
                    chain.insert(
                        f"{chain.changed} <> txid_current()",
                        until=at,
                        joined=f"JOIN fresh ON fresh.{step.key} = {step.alias}.{step.key}",
                    )
                )
    found = []
    for table in sorted({*updates, *deletes}):
        found += _before(table, updates[table], deletes[table], columns[table])
    for table in sorted(inserts):
        found += _after(table, inserts[table])
    return found


def _before(table: str, updates: list[str], deletes: list[str], columns: set[str]) -> list[str]:
    # Before the change: what the way looked like still stands in the tables.
    unique = [*dict.fromkeys(updates)], [*dict.fromkeys(deletes)]
    when = "DELETE" if deletes else ""
    if columns:
        of = ", ".join(sorted(columns))
        when = f"{when} OR UPDATE OF {of}" if when else f"UPDATE OF {of}"
    return [
        (
            f"CREATE OR REPLACE FUNCTION sight_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $body$ "
            f"BEGIN IF TG_OP = 'DELETE' THEN {' '.join(unique[1])} RETURN OLD; END IF; "
            f"{' '.join(unique[0])} RETURN NEW; END $body$"
        ),
        (
            f"CREATE OR REPLACE TRIGGER sight BEFORE {when} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION sight_of_{table}()"
        ),
    ]


def _after(table: str, inserts: list[str]) -> list[str]:
    return [
        (
            f"CREATE OR REPLACE FUNCTION sight_into_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$body$ BEGIN {' '.join(dict.fromkeys(inserts))} RETURN NULL; END $body$"
        ),
        (
            f"CREATE OR REPLACE TRIGGER sight_into AFTER INSERT ON {table} REFERENCING NEW TABLE AS "
            f"fresh FOR EACH STATEMENT EXECUTE FUNCTION sight_into_{table}()"
        ),
    ]


def furnish(using: str) -> None:
    """Put the triggers on the tables; a second run with the same paths changes nothing."""
    if using != "owner":
        return
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        needed = {step.table for chain in chains() for step in chain.steps}
        if LOG not in existing or not needed <= existing:
            return
        wanted = statements()
        mark = hashlib.sha256("\n".join(wanted).encode()).hexdigest()
        cursor.execute("SELECT obj_description(%s::regclass)", [LOG])
        if cursor.fetchone()[0] == f"{COMMENT} {mark}":
            return
        for statement in wanted:
            cursor.execute(statement)
        cursor.execute(f"COMMENT ON TABLE {LOG} IS '{COMMENT} {mark}'")
