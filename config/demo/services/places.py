"""The made-up areas, their committees, the units and their Party organizations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from config.demo import words
from partybuild.access import Actor, Level
from partybuild.areas.enums import AreaKind
from partybuild.areas.models import Area
from partybuild.areas.services import create_area
from partybuild.areas.services.register import RegisterEntry, record_register
from partybuild.calendar import today
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.organizations.services import create_party_organization
from units.models import ResidentUnit
from units.services import tie_branch
from units.services.register import UnitEntry, register_units

_KINDS = {
    "党委": PartyOrganizationKind.COMMITTEE,
    "党总支": PartyOrganizationKind.GENERAL_BRANCH,
    "党支部": PartyOrganizationKind.BRANCH,
}
_ENDINGS = {"党委": "委员会", "党总支": "总支部委员会", "党支部": "支部委员会"}
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_REGISTRARS = {"office": "11", "institution": "12", "enterprise": "91", "social": "52"}


@dataclass
class Places:
    """What the other parts of the demo stand on."""

    city: Area
    district: Area
    street: Area
    communities: list[Area]
    grids: dict[int, list[Area]] = field(default_factory=dict)
    city_committee: Organization | None = None
    district_committee: Organization | None = None
    street_committee: Organization | None = None
    committees: list[Organization] = field(default_factory=list)
    units: list[ResidentUnit] = field(default_factory=list)
    parties: dict[int, PartyOrganization] = field(default_factory=dict)


def build_places(*, by: Actor) -> Places:
    """Make the areas, their committees and the units."""
    places = _areas(by)
    _committees(places, by)
    _units(places, by)
    return places


def _areas(by: Actor) -> Places:
    line = (
        (words.PROVINCE, Level.PROVINCE, AreaKind.PROVINCE),
        (words.CITY, Level.CITY, AreaKind.CITY),
        (words.DISTRICT, Level.DISTRICT, AreaKind.DISTRICT),
        (words.STREET, Level.STREET, AreaKind.STREET),
    )
    entries = []
    parent = ""
    for (name, code), level, kind in line:
        entries.append(RegisterEntry(code, name, level, kind, parent, 0))
        parent = code
    entries += [
        RegisterEntry(f"{parent}{n:03d}", name, Level.COMMUNITY, AreaKind.COMMUNITY, parent, n)
        for n, name in enumerate(words.COMMUNITIES, start=1)
    ]
    record_register(entries, by=by, reason="演示数据")
    areas = {area.code: area for area in Area.objects.filter(code__in=[e.code for e in entries])}
    places = Places(
        city=areas[words.CITY[1]],
        district=areas[words.DISTRICT[1]],
        street=areas[words.STREET[1]],
        communities=[areas[entry.code] for entry in entries[4:]],
    )
    for community in places.communities:
        places.grids[community.pk] = [
            create_area(
                name=name,
                level=Level.GRID,
                kind=AreaKind.GRID,
                parent=community,
                code=f"{community.code}{n:03d}",
                sort=n,
                by=by,
            )
            for n, name in enumerate(words.GRIDS, start=1)
        ]
    return places


def _committees(places: Places, by: Actor) -> None:
    def committee(
        name: str, area: Area, parent: Organization | None, number: int = 0
    ) -> Organization:
        kind = (
            PartyOrganizationKind.WORKING_COMMITTEE
            if area.level == Level.STREET
            else PartyOrganizationKind.COMMITTEE
        )
        return create_party_organization(
            kind=kind,
            name=name,
            leads_area=area,
            parent=parent,
            sort=number,
            contact_mail=f"committee{number:02d}@demo.example",
            contact_phone=f"1990000{number:04d}",
            address=f"{area.name}{10 + number}号",
            valid_from=today() - timedelta(days=1500),
            by=by,
        ).organization

    places.city_committee = committee("中共临江市委社会工作部", places.city, None, 90)
    places.district_committee = committee(
        "中共滨河区委社会工作部", places.district, places.city_committee, 91
    )
    places.street_committee = committee(
        "中共望江街道工作委员会", places.street, places.district_committee, 92
    )
    places.committees = [
        committee(f"中共{area.name}委员会", area, places.street_committee, number)
        for number, area in enumerate(places.communities, start=1)
    ]


def credit_code(kind: str, number: int) -> str:
    """Return a credit code with a right check character in an area code that nobody has."""
    body = f"{_REGISTRARS[kind]}990101MADE{number:05d}"[:17].ljust(17, "0")
    body = "".join(sign if sign in _CREDIT_ALPHABET else "0" for sign in body)
    total = sum(
        _CREDIT_ALPHABET.index(sign) * pow(3, position, 31) for position, sign in enumerate(body)
    )
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]


def _units(places: Places, by: Actor) -> None:
    entries = []
    for number, (name, kind, place, _party) in enumerate(words.UNITS, start=1):
        entries.append(
            UnitEntry(
                area=places.communities[place],
                values={
                    "name": name,
                    "sort": number,
                    "address": f"望江路{number * 8}号",
                    "contact_phone": f"1990000{300 + number:04d}",
                    "contact_mail": f"unit{number:02d}@demo.example",
                    "kind": kind,
                    "credit_code": credit_code(kind, number),
                    "residence": f"望江路{number * 8}号",
                    "employee_count": 20 + number * 7 % 180,
                    "grid": places.grids[places.communities[place].pk][number % 3],
                },
            )
        )
    changes = register_units(entries, by=by)
    places.units = [
        change.instance for change in changes if isinstance(change.instance, ResidentUnit)
    ]
    since = today() - timedelta(days=1200)
    for unit, (name, _kind, place, party) in zip(places.units, words.UNITS, strict=True):
        if not party:
            continue
        places.parties[unit.pk] = create_party_organization(
            kind=_KINDS[party],
            name=f"中共{name}{_ENDINGS[party]}",
            area=places.communities[place],
            by=by,
        )
        tie_branch(unit, party=places.parties[unit.pk], valid_from=since, by=by)
