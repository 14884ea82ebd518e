"""T06: nobody gives a role at or above their own level or outside their own scope, by any path.

What is expected is worked out here anew from access.csv and the tree, not from the service's own rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from partybuild.access import Actor, Reach, Role, cell
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.accounts.services import grant_appointment
from partybuild.calendar import today
from partybuild.exchange.models import StagedRow
from tests.factories.core import make_person, make_post
from tests.factories.sheets import staged, workbook

pytestmark = pytest.mark.django_db

ROLES = [role for role in Role if role not in {Role.SECTOR_COMMITTEE, Role.GRID_WORKER}]
ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}


@dataclass
class Granter:
    """A post, its column and how high it stands: smaller is higher."""

    post: Any
    column: str
    height: float


@dataclass
class World:
    """Who grants, where, to whom."""

    granters: list[Granter]
    bodies: dict[str, Any]
    targets: dict[str, Any]


HEIGHTS = {
    Role.COMMUNITY_SECRETARY: 5,
    Role.COMMUNITY_WORKER: 6,
    Role.UNIT_SECRETARY: 7,
    Role.UNIT_LIAISON: 8,
    Role.MEMBER: 9,
}


@pytest.fixture
def world(cast):
    def admin(role: Role) -> Any:
        return make_post(role, name=f"管理员{role}")

    granters = [
        Granter(admin(Role.SYSTEM_ADMIN), "system_admin", 0),
        Granter(admin(Role.SECURITY_ADMIN), "security_admin", 0),
        Granter(admin(Role.AUDITOR), "auditor", 0),
        Granter(cast.city_staff, "city", 2),
        Granter(cast.district_staff, "district", 3),
        Granter(cast.street_staff, "street", 4),
        Granter(cast.secretary, "community_secretary", 5),
        Granter(cast.worker, "community_worker", 6),
        Granter(cast.unit_secretary, "unit_secretary", 7),
        Granter(cast.liaison, "unit_liaison", 8),
        Granter(cast.member, "member", 9),
    ]
    bodies = {
        "city": cast.city_committee,
        "district": cast.district_committee,
        "street": cast.street_committee,
        "own community": cast.committee,
        "sibling community": cast.sibling_committee,
        "other street": cast.other_street_committee,
        "other community": cast.other_committee,
        "own unit": cast.unit,
        "second unit": cast.second_unit,
        "other unit": cast.other_unit,
        "no body": None,
    }
    targets = {
        "a stranger": make_person("新人"),
        "somebody above": cast.district_staff.person,
        "somebody below": cast.second_liaison.person,
        "somebody from elsewhere": cast.outsider.person,
    }
    return World(granters, bodies, targets)


def fits(role: Role, body: Any) -> bool:
    """Tell whether such an office exists at such a body."""
    if body is None:
        return role in ADMINISTRATORS or role == Role.MEMBER
    if body.kind == "unit":
        return role in {Role.UNIT_SECRETARY, Role.UNIT_LIAISON}
    if body.area.level == 5:
        return role in {Role.COMMUNITY_SECRETARY, Role.COMMUNITY_WORKER}
    return role == Role.COMMITTEE


def lies_in(granter: Granter, organization: Any) -> bool:
    """Tell whether a body lies in a granter's scope, by area code or by being the unit."""
    own = granter.post.organization
    if granter.column.startswith("unit"):
        return organization.pk == own.pk
    return organization.area.code.startswith(own.area.code)


def is_allowed(granter: Granter, role: Role, body: Any, person: Any) -> bool:
    """Tell what access.csv and the four principles say."""
    if not fits(role, body) or (person is not None and person.pk == granter.post.person_id):
        return False
    held = list(person.appointments.all()) if person is not None else []
    if role in ADMINISTRATORS and any(post.role != role for post in held):
        return False
    if any(post.role in ADMINISTRATORS and post.role != role for post in held):
        return False
    right = cell("appointment.grant", granter.column)
    invites = cell("account.create", granter.column)
    if right.reach is Reach.EVERYWHERE:
        return True
    if role == Role.MEMBER:
        # People of one's own scope; workers and liaisons may invite them too.
        reaches = right.reach is not Reach.NONE or invites.reach in {Reach.AREA, Reach.UNIT}
        return (
            reaches
            and granter.height < 9
            and any(post.organization and lies_in(granter, post.organization) for post in held)
        )
    if right.reach is Reach.NONE or role in ADMINISTRATORS:
        return False
    height = body.area.level if role == Role.COMMITTEE else HEIGHTS[role]
    return height > granter.height and lies_in(granter, body)


def has_already(role: Role, body: Any, person: Any) -> bool:
    return Appointment.objects.filter(person=person, role=role, organization=body).exists()


def tries(world: World) -> Any:
    """Yield every granter × role × place × person, oneself among them."""
    for granter in world.granters:
        people = {**world.targets, "oneself": granter.post.person}
        for role in ROLES:
            for place, body in world.bodies.items():
                for who, person in people.items():
                    if not has_already(role, body, person):
                        yield granter, role, place, body, who, person


def granted(person: Any, role: Role, body: Any, by: Actor) -> bool:
    """Try the service; whatever it did is taken back."""
    try:
        with transaction.atomic():
            grant_appointment(
                person, role=role, organization=body, starts_on=today(), reason="试", by=by
            )
            transaction.set_rollback(True)
    except ValidationError:
        return False
    return True


def test_the_service_gives_what_the_law_gives_and_nothing_else(world, capsys):
    count = given = 0
    faults = []
    for granter, role, place, body, who, person in tries(world):
        count += 1
        done = granted(person, role, body, actor_in(granter.post))
        given += done
        if done != is_allowed(granter, role, body, person):
            faults.append(f"{granter.column} gives {role} at {place} to {who}: {done}")
    with capsys.disabled():
        print(f"\nT06 services: {count} tries, {given} granted, {len(faults)} against the law")  # noqa: T201
    assert faults == []
    assert count > 4000
    assert given > 60


def test_the_form_gives_no_more_than_the_service(world, client_of, capsys):
    """The form's hidden field and its choices are changed as an attacker would."""
    count = given = escalations = 0
    faults = []
    for granter in world.granters:
        client = client_of(granter.post)
        client.step_up()
        for role in ROLES:
            for number, (place, body) in enumerate(world.bodies.items()):
                before = Appointment.objects.count()
                count += 1
                data = {
                    "organization": str(body.uid) if body else "administrators",
                    "name": "张新任",
                    "phone": f"1990009{world.granters.index(granter):02d}{number:02d}",
                    "role": role,
                    "starts_on": today().isoformat(),
                    "reason": "试",
                }
                with transaction.atomic():
                    client.act("/appointments/new/", data)
                    done = Appointment.objects.count() > before
                    transaction.set_rollback(True)
                given += done
                # The form gives no posts as member: those are invited from their own page.
                allowed = role != Role.MEMBER and is_allowed(granter, role, body, None)
                if done and not allowed:
                    escalations += 1
                if done != allowed:
                    faults.append(f"{granter.column} gives {role} at {place}: {done}")
    with capsys.disabled():
        print(f"T06 form: {count} tries, {given} granted, {escalations} escalations")  # noqa: T201
    assert faults == []


def test_the_sheet_gives_no_more_than_the_service(world, capsys):
    head = ["姓名", "手机号", "组织", "岗位"]
    count = good = 0
    faults = []
    for place, granter in enumerate(world.granters):
        if not all(
            cell(key, granter.column).allows for key in ("import.rows", "appointment.grant")
        ):
            continue
        lines = [
            (role, where, body)
            for role in ROLES
            for where, body in world.bodies.items()
            if body is not None
        ]
        rows = [
            [
                f"新任{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
                f"199{place:02d}{number:06d}",
                body.name,
                str(Role(role).label),
            ]
            for number, (role, _where, body) in enumerate(lines)
        ]
        batch = staged("appointments", workbook(head, *rows), by=actor_in(granter.post))
        states = dict(StagedRow.objects.filter(batch=batch).values_list("line", "state"))
        for number, (role, where, body) in enumerate(lines):
            count += 1
            done = states[number + 2] == "new"
            good += done
            if done != (role != Role.MEMBER and is_allowed(granter, role, body, None)):
                faults.append(f"{granter.column} imports {role} at {where}: {done}")
    with capsys.disabled():
        print(f"T06 sheet: {count} rows, {good} good, {len(faults)} against the law")  # noqa: T201
    assert faults == []
    assert count >= 200


def test_the_guard_sees_a_planted_fault(world, monkeypatch):
    """With the rule taken away, the test above would find escalations."""
    from partybuild.accounts.services import appointments

    monkeypatch.setattr(appointments, "stands_above", lambda by, role, body: True)
    secretary = next(each for each in world.granters if each.column == "community_secretary")
    street = world.bodies["street"]
    assert granted(world.targets["a stranger"], Role.COMMITTEE, street, actor_in(secretary.post))
    assert not is_allowed(secretary, Role.COMMITTEE, street, world.targets["a stranger"])
