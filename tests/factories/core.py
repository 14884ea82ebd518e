"""Factories of areas, bodies, people and posts: the services themselves, with defaults."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from partybuild.access import Actor, Level, Role
from partybuild.accounts.models import Appointment
from partybuild.accounts.services import create_user, grant_appointment
from partybuild.areas.enums import AreaKind
from partybuild.areas.models import Area
from partybuild.areas.services import create_area
from partybuild.organizations.enums import OrganizationKind, PartyOrganizationKind
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.organizations.services import create_organization, create_party_organization
from partybuild.people.models import Person
from partybuild.people.services import create_person

SYSTEM = Actor.system("test")
_numbers = count(1)
_KINDS = {
    Level.PROVINCE: AreaKind.PROVINCE,
    Level.CITY: AreaKind.CITY,
    Level.DISTRICT: AreaKind.DISTRICT,
    Level.STREET: AreaKind.STREET,
    Level.COMMUNITY: AreaKind.COMMUNITY,
    Level.GRID: AreaKind.GRID,
}
PASSWORD = "correct horse battery"


def id_number(
    serial: int = 0, *, born: str = "19800101", area: str = "330299", male: bool = True
) -> str:
    """Return an ID number with a right check character in an area code that nobody has."""
    order = serial * 2 % 1000 + (1 if male else 0)
    body = f"{area}{born}{order:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def phone() -> str:
    """Return a mobile number of a range that is not given out, and that no test writes out itself."""
    return f"199000{10_000 + next(_numbers) % 90_000}"


def make_area(name: str, level: int, parent: Area | None = None, **values: Any) -> Area:
    """Return an area."""
    kind = values.pop("kind", _KINDS[Level(level)])
    return create_area(name=name, level=level, kind=kind, parent=parent, by=SYSTEM, **values)


def make_committee(area: Area, name: str = "", parent: Organization | None = None) -> Organization:
    """Return the committee that leads an area."""
    kind = {
        Level.STREET: PartyOrganizationKind.WORKING_COMMITTEE,
        Level.DISTRICT: PartyOrganizationKind.COMMITTEE,
        Level.CITY: PartyOrganizationKind.COMMITTEE,
    }.get(Level(area.level), PartyOrganizationKind.COMMITTEE)
    party: PartyOrganization = create_party_organization(
        kind=kind, name=name or f"{area.name}党委", leads_area=area, parent=parent, by=SYSTEM
    )
    return party.organization


def make_unit_organization(name: str, area: Area, **values: Any) -> Organization:
    """Return a body of kind unit, without the unit's own table."""
    return create_organization(
        kind=OrganizationKind.UNIT, name=name, area=area, by=SYSTEM, **values
    )


def make_person(name: str = "张三", **values: Any) -> Person:
    """Return a person with a phone."""
    values.setdefault("phone", phone())
    return create_person(name=name, by=SYSTEM, **values)


def make_post(
    role: Role,
    organization: Organization | None = None,
    *,
    person: Person | None = None,
    name: str = "张三",
    username: str | None = None,
    starts_on: date = date(2020, 1, 1),
    **values: Any,
) -> Appointment:
    """Return an appointment whose person can sign in."""
    person = person or make_person(name)
    if not hasattr(person, "user"):
        create_user(person, username=username, password=None, by=SYSTEM)
    return grant_appointment(
        person, role=role, organization=organization, starts_on=starts_on, by=SYSTEM, **values
    )
