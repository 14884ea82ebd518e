"""Registering and correcting many units at once: the rows of a sheet, one event."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.organizations.enums import OrganizationKind
from partybuild.organizations.models import Organization
from units.enums import EventKind
from units.models import ResidentUnit
from units.services.units import BODY_FIELDS, UNIT_FIELDS


@dataclass
class UnitEntry:
    """One unit as a sheet names it, its values in normal form; `unit` is the row it meets."""

    area: Area
    values: dict[str, Any]
    unit: ResidentUnit | None = None


@dataclass(frozen=True)
class UnitChange:
    """The units of one entry that were made or changed, for the batch."""

    entry: int
    model: type[Organization] | type[ResidentUnit]
    instance: Organization | ResidentUnit
    is_created: bool
    # The instance as it was, and which of its fields were written.
    before: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def register_units(
    entries: list[UnitEntry], *, by: Actor, batch_uid: uuid.UUID | None = None
) -> list[UnitChange]:
    """Create the units that are new and correct the others; checked by the caller, held by constraints."""
    made = [(number, entry) for number, entry in enumerate(entries) if entry.unit is None]
    bodies = [
        Organization(
            kind=OrganizationKind.UNIT,
            area=entry.area,
            **{name: value for name, value in entry.values.items() if name in BODY_FIELDS},
        )
        for _number, entry in made
    ]
    Organization.objects.bulk_create(bodies, batch_size=2000)
    _give_paths(bodies)
    # The importer's own are met by the caller: what is carried still is carried out of its sight.
    carried = _carried({str(entry.values.get("credit_code", "")) for entry in entries})
    units = [
        ResidentUnit(
            organization=body,
            is_double=entry.values.get("credit_code", "") in carried,
            **{name: value for name, value in entry.values.items() if name in UNIT_FIELDS},
        )
        for body, (_number, entry) in zip(bodies, made, strict=True)
    ]
    ResidentUnit.objects.bulk_create(units, batch_size=2000)
    changes: list[UnitChange] = []
    for (number, _entry), body, unit in zip(made, bodies, units, strict=True):
        changes.append(UnitChange(number, Organization, body, True))
        changes.append(UnitChange(number, ResidentUnit, unit, True))
    for number, entry in enumerate(entries):
        if entry.unit is not None:
            changes += _correct(number, entry)
    record_event(
        EventKind.UNIT_REGISTERED,
        target=None,
        by=by,
        changes={"units": [None, len(entries)], "new": [None, len(made)]},
        batch_uid=batch_uid,
    )
    return changes


def _carried(codes: set[str]) -> set[str]:
    held = ResidentUnit.objects.current().filter(credit_code__in=codes - {""})
    return set(held.values_list("credit_code", flat=True))


def _give_paths(bodies: list[Organization]) -> None:
    if not bodies:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organizations_organization SET path = lpad(to_hex(id), 8, '0') || '.' "
            "WHERE id = ANY(%s)",
            [[body.pk for body in bodies]],
        )


def _correct(number: int, entry: UnitEntry) -> list[UnitChange]:
    unit = entry.unit
    assert unit is not None
    body = unit.organization
    of_body = {name: value for name, value in entry.values.items() if name in BODY_FIELDS}
    of_unit = {name: value for name, value in entry.values.items() if name in UNIT_FIELDS}
    changes: list[UnitChange] = []
    before = {name: getattr(body, name) for name in of_body}
    for name, value in of_body.items():
        setattr(body, name, value)
    if of_body:
        body.save(update_fields=list(of_body))
    elif of_unit:
        # The body's row tells feeds and undoing that the unit has changed.
        Organization.objects.filter(pk=body.pk).update(sort=F("sort"))
    changes.append(UnitChange(number, Organization, body, False, before))
    if of_unit:
        kept = {name: getattr(unit, name) for name in of_unit}
        for name, value in of_unit.items():
            setattr(unit, name, value)
        if "credit_code" in of_unit:
            unit.is_double = ResidentUnit.objects.twins_of(unit).exists()
        unit.save(update_fields=[*of_unit, "is_double"])
        changes.append(UnitChange(number, ResidentUnit, unit, False, kept))
    return changes
