"""Erasing a person: everything that need not be kept goes, the rest names nobody."""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from psycopg2 import sql

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile
from partybuild.fields.models import Row
from partybuild.fields.text import text_fields
from partybuild.people.enums import EventKind
from partybuild.people.exceptions import PersonHasBeenErased
from partybuild.people.models import Erasure, Person
from partybuild.people.registry import kinds

log = logging.getLogger(__name__)

ERASED_NAME = "已删除"
# Kept by law or as proof that the erasure took place; names stand there as they were written.
LOCKED = frozenset({"audit", "people"})
# Longer than any area code: what is shorter stands in too many texts by chance.
_SHORTEST = 6


@transaction.atomic
def erase_person(person: Person, *, by: Actor, reason: str = "") -> Erasure:
    """Erase a person: own row, what each app holds, and their numbers wherever they were typed."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.erased_at is not None:
        raise PersonHasBeenErased
    erasure = Erasure(
        person_uid=person.uid,
        id_number_hash=keyed_hash(person.id_number, "erasure"),
        by_post=by.post,
    )
    erasure.counts = _emptied(person, by=by)
    erasure.save()
    record_event(
        EventKind.ERASED, target=person, by=by, reason=reason, changes=dict(erasure.counts)
    )
    transaction.on_commit(lambda: _append(erasure))
    return erasure


def _emptied(person: Person, *, by: Actor) -> dict[str, int]:
    # A fixed line is its office's.
    phone = person.phone if is_mobile(person.phone) else ""
    typed = [phone, person.id_number, person.mail]
    counts = {kind.key: kind.erase(person, by=by) for kind in kinds()}
    counts["typed"] = _wipe_typed([text for text in typed if len(text) >= _SHORTEST])
    person.name = ERASED_NAME
    person.pinyin = person.initials = person.gender = person.phone = person.id_number = ""
    person.mail = ""
    person.birth_date = None
    person.is_double = False
    person.sort = 0
    person.erased_at = now()
    person.save()
    return {key: count for key, count in counts.items() if count}


@cache
def _prose() -> list[tuple[type[models.Model], models.Field[Any, Any]]]:
    return [
        (model, field)
        for model in apps.get_models()
        if issubclass(model, Row) and model._meta.app_label not in LOCKED
        for field in text_fields(model)
    ]


def _wipe_typed(words: list[str]) -> int:
    """Take a person's own numbers and address out of every text, whoever typed them there."""
    wiped = 0
    with connection.cursor() as cursor:
        for model, field in _prose():
            is_json = isinstance(field, models.JSONField)
            for word in words:
                statement = sql.SQL(
                    "UPDATE {table} SET {column} = replace({column}::text, %s, %s)::{type}"
                    " WHERE strpos({column}::text, %s) > 0"
                ).format(
                    table=sql.Identifier(model._meta.db_table),
                    column=sql.Identifier(str(field.column)),
                    type=sql.SQL("jsonb" if is_json else "text"),
                )
                cursor.execute(statement, [word, "", word])
                wiped += cursor.rowcount
    return wiped


# -- The ledger outside the database: a restored copy does not know what came after it ---------


def _line(erasure: Erasure) -> str:
    return json.dumps(
        {
            "person": str(erasure.person_uid),
            "id_number_hash": erasure.id_number_hash,
            "at": erasure.erased_at.isoformat() if erasure.erased_at else now().isoformat(),
        }
    )


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _append(erasure: Erasure) -> None:
    erasure.refresh_from_db()
    try:
        with _opened(Path(settings.ERASURE_LEDGER)) as file:
            file.write(_line(erasure) + "\n")
    except OSError:
        # The row stands; the daily sweep writes what the file lacks.
        log.exception("the ledger of erasures could not be written")


def ledger_lines() -> list[dict[str, str]]:
    """Return what the file outside the database says, oldest first."""
    path = Path(settings.ERASURE_LEDGER)
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def complete_ledger_file() -> int:
    """Write into the file what only the table knows; returns how many lines were missing."""
    known = {line["person"] for line in ledger_lines()}
    missing = [row for row in Erasure.objects.order_by("pk") if str(row.person_uid) not in known]
    if missing:
        with _opened(Path(settings.ERASURE_LEDGER)) as file:
            file.writelines(_line(row) + "\n" for row in missing)
    return len(missing)


def replay_erasures(*, by: Actor) -> int:
    """Erase again, after a restore, whom the file or the table names and the data still know."""
    named = {uuid.UUID(line["person"]): line["id_number_hash"] for line in ledger_lines()}
    named |= dict(Erasure.objects.values_list("person_uid", "id_number_hash"))
    done = 0
    for person in Person.objects.filter(uid__in=named, erased_at=None):
        with transaction.atomic():
            counts = _emptied(Person.objects.select_for_update().get(pk=person.pk), by=by)
            Erasure.objects.get_or_create(
                person_uid=person.uid,
                defaults={
                    "id_number_hash": named[person.uid],
                    "by_post": by.post,
                    "counts": counts,
                },
            )
            record_event(EventKind.ERASURE_REPLAYED, target=person, by=by, changes=dict(counts))
        done += 1
    return done
