"""Registering, changing and closing units."""

from __future__ import annotations

from datetime import date

import pytest

from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.services import create_party_organization
from tests.factories.members import make_member
from tests.factories.units import make_unit, make_unit_of
from units.exceptions import EndingBlocked, UnitAlreadyRegistered
from units.models import ResidentUnit, UnitBranch
from units.services import change_contacts, create_unit, end_unit, tie_branch, untie_branch

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"


def test_create_unit_uses_its_organizations_uid(cast, system):
    unit = create_unit(name="江湾中学", area=cast.community, kind="institution", by=system)
    assert (unit.uid, unit.name, unit.is_current) == (unit.organization.uid, "江湾中学", True)


def test_a_name_of_a_hundred_characters_is_taken(cast, system):
    name = "江湾" * 50
    assert make_unit(cast.community, name).name == name


def test_credit_code_is_normalized(cast):
    unit = make_unit(cast.community, credit_code=" ９1350100m000100y43 ")
    assert (unit.credit_code, unit.warnings) == (CODE, [])


def test_a_wrong_credit_code_warns_and_does_not_block(cast):
    unit = make_unit(cast.community, credit_code="91350100M000100Y4Z")
    assert len(unit.warnings) == 1
    assert ResidentUnit.objects.filter(pk=unit.pk).exists()


def test_a_second_unit_with_the_same_code_is_refused(cast):
    make_unit(cast.community, credit_code=CODE)
    with pytest.raises(UnitAlreadyRegistered):
        make_unit(cast.sibling, credit_code=CODE)
    assert ResidentUnit.objects.count() == 1


def test_a_code_that_stands_out_of_sight_is_taken_without_a_word(cast):
    first = make_unit(cast.other_community, credit_code=CODE)
    second = create_unit(
        name="同一家",
        area=cast.community,
        kind="office",
        credit_code=CODE,
        by=actor_in(cast.secretary),
    )
    assert (first.is_double, second.is_double) == (False, True)
    units = ResidentUnit.objects
    assert list(units.visible_to(actor_in(cast.secretary).scope).twins_of(second)) == []
    assert list(units.visible_to(actor_in(cast.district_staff).scope).twins_of(second)) == [first]


def test_an_ended_unit_frees_its_code(cast, system):
    end_unit(
        make_unit(cast.community, credit_code=CODE), on=date(2026, 3, 1), reason="注销", by=system
    )
    assert make_unit(cast.community, credit_code=CODE).is_current


def test_change_contacts_leaves_everything_else_alone(cast, system):
    unit = make_unit(cast.community)
    with pytest.raises(TypeError):
        change_contacts(unit, name="别的名字", by=system)


def test_change_contacts_writes_down_who_did_it(cast):
    unit = make_unit_of(cast.unit)
    by = actor_in(cast.liaison)
    change_contacts(unit, contact_name="联络员甲", contact_phone="138 0013 8000", by=by)
    unit.organization.refresh_from_db()
    assert unit.organization.contact_phone == "13800138000"
    assert Event.objects.filter(kind="organization.changed", actor_post=by.post).count() == 1


def test_a_unit_with_people_on_its_roster_does_not_end(cast, system):
    unit = make_unit_of(cast.unit)
    make_member(cast.unit)
    with pytest.raises(EndingBlocked) as refused:
        end_unit(unit, on=date(2026, 3, 1), reason="注销", by=system)
    assert refused.value.messages == ["花名册上还有1名党员，请先办理转出。"]
    unit.refresh_from_db()
    assert unit.is_current


def test_a_joint_branch_covers_several_units(cast, system):
    party = create_party_organization(
        kind=PartyOrganizationKind.JOINT_BRANCH,
        name="江湾联合党支部",
        area=cast.community,
        by=system,
    )
    ties = [
        tie_branch(make_unit_of(body), party=party, valid_from=date(2025, 1, 1), by=system)
        for body in (cast.unit, cast.second_unit)
    ]
    untie_branch(ties[0], on=date(2026, 1, 1), reason="单独成立", by=system)
    assert UnitBranch.objects.filter(party=party).count() == 2
    assert list(UnitBranch.objects.current().filter(party=party)) == [ties[1]]


def test_half_written_unit_is_gone(cast, monkeypatch):
    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("units.services.units._put_on", fails)
    with pytest.raises(RuntimeError):
        create_unit(name="只写了一半", area=cast.community, kind="other", by=Actor.system("test"))
    from partybuild.organizations.models import Organization

    assert not Organization.objects.filter(name="只写了一半").exists()
