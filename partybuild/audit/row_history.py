"""The trigger functions that write RowChange, derived from the models.

A model is covered by itself. `row_history = "changes"` leaves out the making of rows (where every row carries its own
creation), `"none"` the whole table (queues and copies). Technical columns are passed over; what is personal, secret or
sealed is written as "changed" only. What decides is the model, never a list kept here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from psycopg2 import sql

from partybuild.fields import EncryptedTextField
from partybuild.fields.models import Row

TECHNICAL = frozenset({"uid", "changed_at", "changed_xid", "version"})
CHANGED = "changed"
# Longer texts are kept by their own tables (minutes, reports); here they are "changed".
LONGEST = 500
# Columns by these words hold how somebody is reached, or what opens a door.
GUARDED = re.compile(
    r"phone|telephone|fax|mail|contact|password|digest|token|secret|session|_hash$|^lines$"
)
# A "…_name" is a person's unless it is one of these bodies' or things'.
NAMES_OF_THINGS = frozenset(
    {"short_name", "unit_name", "community_name", "committee_name", "branch_name", "file_name"}
)
PERSONAL_CHOICES = frozenset({"gender", "home_area"})

Treatment = Literal["value", "changed"]


def mode_of(model: type[models.Model]) -> str:
    """Return what of a table is written down: "all", "changes" or "none"."""
    if not issubclass(model, Row) and _owner_of(model) is None:
        return "none"
    return str(getattr(model, "row_history", "all"))


@cache
def treatments(model: type[models.Model]) -> dict[str, Treatment]:
    """Return how each column of a model is written down; columns passed over are absent."""
    skipped = {*TECHNICAL, *getattr(model, "row_history_skips", ())}
    return {
        field.name: _treatment(model, field)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in skipped
    }


def _treatment(model: type[models.Model], field: Any) -> Treatment:
    if field.name in getattr(model, "row_history_shows", ()):
        return "value"
    if isinstance(field, EncryptedTextField | models.BinaryField | models.JSONField):
        return "changed"
    if GUARDED.search(field.name) or _names_a_person(field):
        return "changed"
    if getattr(field.related_model, "holds_personal_data", False):
        return "changed"
    if getattr(model, "holds_personal_data", False) and not _tells_no_person(field):
        return "changed"
    return "value"


def _names_a_person(field: Any) -> bool:
    return field.name.endswith("_name") and field.name not in NAMES_OF_THINGS


def _tells_no_person(field: Any) -> bool:
    """Of a table about persons: states, switches, and the bodies and areas that a row hangs on."""
    if field.name in PERSONAL_CHOICES:
        return False
    return bool(field.choices) or field.is_relation or isinstance(field, models.BooleanField)


def _owner_of(model: type[models.Model]) -> Any:
    """Return the key of a table that is the second half of a row and shares its uid."""
    key = model._meta.pk
    if isinstance(key, models.OneToOneField) and issubclass(key.related_model, Row):
        return key
    return None


def function_name(model: type[models.Model]) -> str:
    """Return the name of the trigger function of a table."""
    return f"history_of_{model._meta.db_table}"


def body_of(model: type[models.Model]) -> str:
    """Return the body of the trigger function of a table."""
    columns = {
        field.name: (str(field.column), treatment, _is_long(field))
        for field in model._meta.concrete_fields
        if (treatment := treatments(model).get(field.name))
    }
    return _BODY.format(
        label=model._meta.label,
        key=_quoted(str(model._meta.pk.column)),
        new_uid=_uid(model, "n"),
        old_uid=_uid(model, "o"),
        updated=_object(columns, _updated),
        deleted=_object(columns, _deleted),
        differs=_differs([column for column, _treatment, _long in columns.values()]),
    )


_INTO = (
    "INSERT INTO public.audit_rowchange (at, xid, label, object_uid, operation, changes) "
    "SELECT (SELECT public.app_now()), (SELECT txid_current()), '{label}'"
)
_BODY = (
    """
BEGIN
    IF TG_OP = 'INSERT' THEN
        """
    + _INTO
    + """, {new_uid}, 'i', '{{}}'::jsonb FROM new_rows n;
    ELSIF TG_OP = 'UPDATE' THEN
        """
    + _INTO
    + """, {new_uid}, 'u', {updated}
        FROM new_rows n JOIN old_rows o ON o.{key} = n.{key} WHERE {differs};
    ELSE
        """
    + _INTO
    + """, {old_uid}, 'd', {deleted} FROM old_rows o;
    END IF;
    RETURN NULL;
END"""
)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _uid(model: type[models.Model], alias: str) -> str:
    owner = _owner_of(model) if not issubclass(model, Row) else None
    if owner is None:
        return f"{alias}.uid"
    table = _quoted(owner.related_model._meta.db_table)
    key = _quoted(owner.related_model._meta.pk.column)
    here = f"{alias}.{_quoted(owner.column)}"
    return f"(SELECT w.uid FROM public.{table} w WHERE w.{key} = {here})"  # noqa: S608


def _is_long(field: Any) -> bool:
    text = isinstance(field, models.TextField) or (
        isinstance(field, models.CharField) and (field.max_length or LONGEST + 1) > LONGEST
    )
    return text or isinstance(field, ArrayField | models.JSONField)


Column = tuple[str, Treatment, bool]


def _updated(name: str, column: Column) -> str:
    old, new = f"o.{_quoted(column[0])}", f"n.{_quoted(column[0])}"
    return f"CASE WHEN {old} IS DISTINCT FROM {new} THEN {_pair(column, old, new)} END"


def _deleted(name: str, column: Column) -> str:
    old = f"o.{_quoted(column[0])}"
    return f"CASE WHEN {old} IS NOT NULL THEN {_pair(column, old, 'NULL')} END"


def _pair(column: Column, old: str, new: str) -> str:
    hidden = f"'\"{CHANGED}\"'::jsonb"
    if column[1] == "changed":
        return hidden
    pair = f"jsonb_build_array({old}, {new})"
    if not column[2]:
        return pair
    lengths = " + ".join(f"coalesce(length({v}::text), 0)" for v in (old, new) if v != "NULL")
    return f"CASE WHEN {lengths} > {LONGEST} THEN {hidden} ELSE {pair} END"


# jsonb_build_object takes a hundred arguments.
_AT_ONCE = 40


def _object(columns: dict[str, Column], value: Any) -> str:
    pairs = [f"'{name}', {value(name, column)}" for name, column in columns.items()]
    parts = [
        f"jsonb_strip_nulls(jsonb_build_object({', '.join(pairs[at : at + _AT_ONCE])}))"
        for at in range(0, len(pairs), _AT_ONCE)
    ]
    return " || ".join(parts) or "'{}'::jsonb"


def _differs(columns: list[str]) -> str:
    if not columns:
        return "false"
    olds = ", ".join(f"o.{_quoted(column)}" for column in columns)
    news = ", ".join(f"n.{_quoted(column)}" for column in columns)
    return f"({olds}) IS DISTINCT FROM ({news})"


# (trigger, event, transition tables)
TRIGGERS = (
    ("history_insert", "INSERT", "NEW TABLE AS new_rows"),
    ("history_update", "UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    ("history_delete", "DELETE", "OLD TABLE AS old_rows"),
)


def triggers_of(model: type[models.Model]) -> tuple[tuple[str, str, str], ...]:
    """Return the triggers that a table wants."""
    mode = mode_of(model)
    if mode == "none":
        return ()
    return TRIGGERS if mode == "all" else TRIGGERS[1:]


def create_function(model: type[models.Model]) -> sql.Composable:
    """Return the statement that makes the function: as the owner, so that the app itself may not write changes."""
    return sql.SQL(
        "CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql "
        "SECURITY DEFINER SET search_path = pg_catalog, public AS {}"
    ).format(sql.Identifier(function_name(model)), sql.Literal(body_of(model)))


def create_trigger(model: type[models.Model], trigger: tuple[str, str, str]) -> sql.Composable:
    """Return the statement that puts one trigger on its table."""
    name, event, tables = trigger
    return sql.SQL(
        "CREATE OR REPLACE TRIGGER {} AFTER {} ON {} REFERENCING {} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {}()"
    ).format(
        sql.Identifier(name),
        sql.SQL(event),
        sql.Identifier(model._meta.db_table),
        sql.SQL(tables),
        sql.Identifier(function_name(model)),
    )
