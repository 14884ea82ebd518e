"""Registering, changing and closing units; tying their Party organizations."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.fields.codes import normalize_credit_code, normalize_phone
from partybuild.organizations.enums import OrganizationKind
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.organizations.services import (
    change_organization,
    create_organization,
    end_organization,
)
from units.enums import EventKind
from units.exceptions import EndingBlocked, UnitAlreadyRegistered, UnitHasEnded
from units.models import ResidentUnit, UnitBranch
from units.registry import reasons_to_stay

# What stands on the Organization and what on the unit itself.
BODY_FIELDS = (
    "name",
    "short_name",
    "area",
    "contact_name",
    "contact_phone",
    "contact_mail",
    "address",
    "sort",
)
UNIT_FIELDS = (
    "kind",
    "credit_code",
    "license_number",
    "residence",
    "grid",
    "licensed_from",
    "licensed_to",
    "category",
    "affiliation",
    "industry",
    "head_name",
    "head_phone",
    "telephone",
    "fax",
    "floor_area",
    "employee_count",
    "member_count",
    "introduction",
    "honor",
    "remark",
)
CONTACT_FIELDS = (
    "contact_name",
    "contact_phone",
    "contact_mail",
    "address",
    "head_name",
    "head_phone",
    "telephone",
)
_PHONES = ("contact_phone", "head_phone", "telephone", "fax")


def _split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part values into those of the body and those of the unit, in their normal form."""
    values = dict(values)
    for name in _PHONES:
        if name in values:
            values[name] = normalize_phone(values[name] or "")
    if "credit_code" in values:
        values["credit_code"] = normalize_credit_code(values["credit_code"] or "")
    unknown = set(values) - set(BODY_FIELDS) - set(UNIT_FIELDS)
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not set here")
    return (
        {name: values[name] for name in BODY_FIELDS if name in values},
        {name: values[name] for name in UNIT_FIELDS if name in values},
    )


def _refuse_a_second(unit: ResidentUnit, *, by: Actor) -> None:
    """Refuse a code that stands in sight; of one elsewhere nothing is said (access.md, principle 5)."""
    twins = ResidentUnit.objects.twins_of(unit)
    if twins.visible_to(by.scope).exists():
        raise UnitAlreadyRegistered
    unit.is_double = twins.exists()


@transaction.atomic
def create_unit(*, name: str, area: Area, kind: str, by: Actor, **values: Any) -> ResidentUnit:
    """Register a unit located in an area; a code that looks wrong is let through with a warning."""
    body, own = _split({"name": name, "area": area, "kind": kind, **values})
    body.pop("name"), body.pop("area")
    body["name"] = name.strip()
    organization = create_organization(kind=OrganizationKind.UNIT, area=area, by=by, **body)
    return _put_on(organization, by=by, **own)


@transaction.atomic
def create_unit_of(
    organization: Organization, *, kind: str, by: Actor, **values: Any
) -> ResidentUnit:
    """Give a body that exists its unit's register."""
    body, own = _split({"kind": kind, **values})
    if body:
        change_organization(organization, by=by, **body)
    return _put_on(organization, by=by, **own)


def _put_on(organization: Organization, *, by: Actor, **own: Any) -> ResidentUnit:
    unit = ResidentUnit(organization=organization, **own)
    _refuse_a_second(unit, by=by)
    unit.full_clean()
    unit.save()
    record_event(EventKind.UNIT_REGISTERED, target=unit, by=by)
    return unit


@transaction.atomic
def change_unit(
    unit: ResidentUnit,
    *,
    by: Actor,
    reason: str = "",
    kind_of_event: EventKind = EventKind.UNIT_CHANGED,
    **values: Any,
) -> ResidentUnit:
    """Correct what is known of a unit."""
    if not unit.is_current:
        raise UnitHasEnded
    body, own = _split(values)
    before = copy(unit)
    if body:
        change_organization(unit.organization, by=by, **body)
    for name, value in own.items():
        setattr(unit, name, value)
    if unit.credit_code != before.credit_code:
        _refuse_a_second(unit, by=by)
    unit.full_clean()
    unit.save()
    changes = differences(before, unit, tuple(own))
    if changes:
        # The body's row tells feeds that the unit has changed.
        Organization.objects.filter(pk=unit.pk).update(sort=F("sort"))
        record_event(kind_of_event, target=unit, by=by, reason=reason, changes=changes)
    return unit


@transaction.atomic
def change_contacts(unit: ResidentUnit, *, by: Actor, **values: Any) -> ResidentUnit:
    """Let a unit keep its own contacts up to date."""
    unknown = set(values) - set(CONTACT_FIELDS)
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not a contact")
    return change_unit(unit, by=by, kind_of_event=EventKind.UNIT_CONTACTS_CHANGED, **values)


@transaction.atomic
def end_unit(unit: ResidentUnit, *, on: date, reason: str, by: Actor) -> None:
    """Close a unit; refused while something is open that it must settle first."""
    open_things = reasons_to_stay(unit.organization)
    if open_things:
        raise EndingBlocked(open_things)
    if not ResidentUnit.objects.filter(pk=unit.pk, is_current=True).update(is_current=False):
        raise UnitHasEnded
    end_organization(unit.organization, on=on, reason=reason, by=by)
    unit.refresh_from_db()
    record_event(EventKind.UNIT_ENDED, target=unit, by=by, reason=reason)


@transaction.atomic
def tie_branch(
    unit: ResidentUnit, *, party: PartyOrganization, valid_from: date, by: Actor
) -> UnitBranch:
    """Say that a Party organization covers a unit; a joint branch covers several."""
    branch, created = UnitBranch.objects.get_or_create(
        unit=unit, party=party, valid_to=None, defaults={"valid_from": valid_from}
    )
    if created:
        record_event(EventKind.BRANCH_TIED, target=branch, by=by)
    return branch


@transaction.atomic
def untie_branch(branch: UnitBranch, *, on: date, reason: str, by: Actor) -> None:
    """End a tie; the row stays."""
    if UnitBranch.objects.filter(pk=branch.pk, valid_to=None).update(
        valid_to=on, end_reason=reason
    ):
        branch.refresh_from_db()
        record_event(EventKind.BRANCH_UNTIED, target=branch, by=by, reason=reason)
