"""Creating and correcting a person."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.fields.codes import (
    id_number_birth_date,
    id_number_gender,
    normalize_id_number,
    normalize_phone,
    validate_id_number,
    validate_phone,
)
from partybuild.people.enums import EventKind
from partybuild.people.models import Person

FIELDS = ("name", "gender", "birth_date", "phone", "id_number", "mail", "sort")


def _complete(person: Person) -> None:
    """Normalize codes, check them, and derive what they say."""
    person.name = person.name.strip()
    person.pinyin = "".join(lazy_pinyin(person.name))[:200]
    person.initials = "".join(lazy_pinyin(person.name, style=Style.FIRST_LETTER))[:50]
    person.phone = normalize_phone(person.phone)
    if person.phone:
        validate_phone(person.phone)
    person.id_number = normalize_id_number(person.id_number)
    if person.id_number:
        validate_id_number(person.id_number)
        person.birth_date = id_number_birth_date(person.id_number)
        person.gender = id_number_gender(person.id_number)


@transaction.atomic
def create_person(
    *,
    name: str,
    by: Actor,
    phone: str = "",
    id_number: str = "",
    gender: str = "",
    birth_date: date | None = None,
    mail: str = "",
    is_double: bool = False,
) -> Person:
    """Register a person; birth date and gender follow from the ID number where there is one."""
    person = Person(
        name=name,
        phone=phone,
        id_number=id_number,
        gender=gender,
        birth_date=birth_date,
        mail=mail,
        is_double=is_double,
    )
    _complete(person)
    person.full_clean()
    person.save()
    record_event(EventKind.PERSON_CREATED, target=person, by=by)
    return person


@transaction.atomic
def change_person(person: Person, *, by: Actor, reason: str = "", **values: Any) -> Person:
    """Correct a person's data."""
    before = copy(person)
    for name, value in values.items():
        if name not in FIELDS:
            raise TypeError(f"{name} is not changed here")
        setattr(person, name, value)
    _complete(person)
    person.full_clean()
    person.save()
    record_event(
        EventKind.PERSON_CHANGED,
        target=person,
        by=by,
        reason=reason,
        changes=differences(before, person, FIELDS),
    )
    return person
