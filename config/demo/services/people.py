"""The made-up people: who holds which post, who works where, who reported in where."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.demo import words
from config.demo.services.places import Places
from members.enums import EmploymentState, MemberKind
from members.models import PartyMember
from members.services.roster import RosterEntry, record_roster
from partybuild.access import Actor, Role
from partybuild.accounts.models import Appointment
from partybuild.accounts.services import grant_appointment
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.people.services import create_person

MEMBERS = 1500
# An area code that nobody has.
_AREA_CODE = "330299"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REPORTED_SHARE = 0.72


@dataclass
class Staff:
    """The posts that the story is told from, and the members by community and unit."""

    city: Appointment
    district: Appointment
    street: Appointment
    secretaries: list[Appointment]
    workers: list[Appointment]
    unit_secretaries: dict[int, Appointment] = field(default_factory=dict)
    liaisons: dict[int, Appointment] = field(default_factory=dict)
    members: dict[int, list[PartyMember]] = field(default_factory=dict)


def id_number(born: date, order: int) -> str:
    """Return an ID number with a right check character."""
    body = f"{_AREA_CODE}{born:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


class Names:
    """Made-up names, the same in every demo."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def next(self) -> str:
        """Return another name."""
        given = self.dice.choice(words.GIVEN)
        if self.dice.random() < 0.8:
            given += self.dice.choice(words.GIVEN)
        return self.dice.choice(words.SURNAMES) + given


def appoint_everybody(places: Places, *, by: Actor) -> Staff:
    """Fill every post; only those of the sign-in list get an account, from demo_signins."""
    names = Names(7)
    since = today() - timedelta(days=800)
    numbers = iter(range(100, 300))

    def appoint(role: Role, body: Organization | None, title: str = "") -> Appointment:
        person = create_person(name=names.next(), phone=f"1990000{next(numbers):04d}", by=by)
        return grant_appointment(
            person, role=role, organization=body, title=title, starts_on=since, by=by
        )

    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        appoint(role, None)
    staff = Staff(
        city=appoint(Role.COMMITTEE, places.city_committee, "干部"),
        district=appoint(Role.COMMITTEE, places.district_committee, "科长"),
        street=appoint(Role.COMMITTEE, places.street_committee, "党建办主任"),
        secretaries=[appoint(Role.COMMUNITY_SECRETARY, body, "书记") for body in places.committees],
        workers=[appoint(Role.COMMUNITY_WORKER, body, "党务工作者") for body in places.committees],
    )
    for unit in places.units:
        body = unit.organization
        staff.unit_secretaries[unit.pk] = appoint(Role.UNIT_SECRETARY, body, "书记")
        staff.liaisons[unit.pk] = appoint(Role.UNIT_LIAISON, body, "联络员")
    return staff


def enroll_members(places: Places, staff: Staff, *, by: Actor) -> None:
    """Put 1,500 members on the rosters of their units; most have reported in where they live."""
    dice = random.Random(330299)
    names = Names(11)
    day = today()
    entries = [_entry(number, places, names, dice, day) for number in range(MEMBERS)]
    record_roster(entries, by=by)
    for entry in entries:
        if entry.community is not None and entry.member is not None:
            staff.members.setdefault(entry.community.pk, []).append(entry.member)
    first = places.units[0].pk
    member = next(
        entry.member
        for entry in entries
        if entry.unit is not None
        and entry.unit.pk == first
        and entry.community == places.communities[0]
    )
    assert member is not None
    grant_appointment(member.person, role=Role.MEMBER, starts_on=day - timedelta(days=200), by=by)
    # One person, several posts: a liaison who is a member too.
    _as_member(staff.liaisons[first].person, by=by)


def _as_member(person: Person, *, by: Actor) -> None:
    grant_appointment(person, role=Role.MEMBER, starts_on=today() - timedelta(days=200), by=by)


_AVAILABLE = (("weekends",), ("evenings",), ("weekends", "holidays"), ())


def _entry(
    number: int, places: Places, names: Names, dice: random.Random, day: date
) -> RosterEntry:
    at = _weighted(dice, len(places.units))
    unit = places.units[at]
    community = dice.choice(_homes(places, at))
    born = date(1966, 1, 1) + timedelta(days=number * 9 % 12700)
    order = (number // 12) * 2 % 1000 + number % 2
    has_reported = dice.random() < REPORTED_SHARE
    building = f"{dice.choice(words.ESTATES)}{dice.choice(words.BUILDINGS)}"
    party = places.parties.get(unit.pk)
    return RosterEntry(
        person_values={
            "name": names.next(),
            "phone": f"1990000{1000 + number:04d}",
            "id_number": id_number(born, order),
        },
        member_values={
            "kind": MemberKind.PROBATIONARY if number % 40 == 0 else MemberKind.FULL,
            "joined_on": born + timedelta(days=365 * 24 + number % 2500),
            "home_area": community,
            "home_building": building,
            "home_address": f"{community.name}{building}{100 + number % 900}室",
            "skills": dice.choice(words.SKILLS),
            # Not thrown: what is thrown afterwards stays what it was.
            "availability": list(_AVAILABLE[number % len(_AVAILABLE)]),
        },
        unit=unit.organization,
        branch=party,
        branch_name=str(party) if party else "",
        post=dice.choice(words.POSTS),
        since=day - timedelta(days=300 + number % 900),
        employment_state=EmploymentState.CONFIRMED,
        community=community if has_reported else None,
        grid=dice.choice(places.grids[community.pk]) if has_reported else None,
        reported_on=day - timedelta(days=120 + number % 400),
    )


# People of one unit live in its own community and in some others of the street.
_STEPS = (0, 1, 3, 7)


def _homes(places: Places, number: int) -> list[Area]:
    own, count = words.UNITS[number][2], len(places.communities)
    return [places.communities[(own + step) % count] for step in _STEPS]


def _weighted(dice: random.Random, count: int) -> int:
    """Larger units have more members."""
    return min(int(dice.triangular(0, count, 4)), count - 1)
