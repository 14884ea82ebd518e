"""Changing the key of encrypted columns row by row, beside whatever else is written.

A row is rewritten only where it still holds the very ciphertext that was read (compare and set):
somebody's edit in between wins, and carries the current key already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from psycopg2 import sql

from partybuild.fields.encryption import EncryptedTextField, current_key, decrypt, encrypt

BATCH = 500


@dataclass
class Tally:
    """What one column holds: rows per key id, rewritten rows, rows that no key opens."""

    keys: Counter[int] = field(default_factory=Counter)
    rewritten: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Holder:
    """A place that holds ciphertexts: counts them per key id, and rewrites those of other keys."""

    name: str
    count: Callable[[], Counter[int]]
    rewrite: Callable[[int], Iterator[Tally]]


_others: list[Holder] = []


def register_holder(holder: Holder) -> None:
    """Add a place outside encrypted columns where ciphertexts are kept."""
    if holder.name not in {each.name for each in _others}:
        _others.append(holder)


def holders() -> list[Holder]:
    """Return every encrypted column of the product and the other places."""
    return [*(_column(model, each) for model, each in encrypted_columns()), *_others]


def encrypted_columns() -> list[tuple[type[models.Model], EncryptedTextField]]:
    """Return every encrypted column of every table."""
    return [
        (model, each)
        for model in apps.get_models()
        if not model._meta.proxy and model._meta.managed
        for each in model._meta.concrete_fields
        if isinstance(each, EncryptedTextField)
    ]


def _column(model: type[models.Model], column: EncryptedTextField) -> Holder:
    return Holder(
        name=f"{model._meta.label}.{column.name}",
        count=lambda: _counted(model, column),
        rewrite=lambda batch: _rewritten(model, column, batch),
    )


def _names(model: type[models.Model], column: EncryptedTextField) -> dict[str, sql.Identifier]:
    key: Any = model._meta.pk
    return {
        "table": sql.Identifier(model._meta.db_table),
        "column": sql.Identifier(str(column.column)),
        "key": sql.Identifier(key.column),
    }


def _counted(model: type[models.Model], column: EncryptedTextField) -> Counter[int]:
    statement = sql.SQL(
        "SELECT get_byte({column}, 0), count(*) FROM {table}"
        " WHERE octet_length({column}) > 0 GROUP BY 1"
    ).format(**_names(model, column))
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return Counter(dict(cursor.fetchall()))


def _rewritten(
    model: type[models.Model], column: EncryptedTextField, batch: int
) -> Iterator[Tally]:
    """Yield a tally after each batch; each batch is a transaction of its own, in order of keys."""
    names = _names(model, column)
    find = sql.SQL(
        "SELECT {key}, uid, {column} FROM {table} WHERE {key} > %s"
        " AND octet_length({column}) > 0 AND get_byte({column}, 0) <> %s ORDER BY {key} LIMIT %s"
    ).format(**names)
    change = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s").format(
        **names
    )
    last, number = 0, current_key(settings.FIELD_KEYS)
    while True:
        tally = Tally()
        with transaction.atomic(), connection.cursor() as cursor:
            quiet(cursor)
            cursor.execute(find, [last, number, batch])
            found = cursor.fetchall()
            for key, uid, held in found:
                last, old = key, bytes(held)
                new = resealed(old, associated=f"{uid}:{column.attname}")
                if new is None:
                    tally.unreadable += 1
                    continue
                cursor.execute(change, [new, key, old])
                tally.rewritten += cursor.rowcount
        if not found:
            return
        yield tally


def quiet(cursor: Any) -> None:
    """Tell the triggers that nothing a reader sees changes: rows keep their time of change."""
    cursor.execute("SET LOCAL partybuild.rotating = 'on'")


def resealed(sealed: bytes, *, associated: str) -> bytes | None:
    """Return a ciphertext under the current key, None if no key opens it."""
    try:
        return encrypt(decrypt(sealed, associated=associated), associated=associated)
    except (InvalidTag, KeyError):
        return None
