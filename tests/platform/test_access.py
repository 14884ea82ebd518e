"""The law asked: columns, reaches, tokens."""

import pytest

from partybuild.access import Reach, Refused, cell, may, require
from partybuild.accounts.actors import actor_in, scope_of_appointment
from partybuild.accounts.models import Appointment
from partybuild.organizations.models import Organization

pytestmark = pytest.mark.django_db


def test_committee_staff_read_the_column_of_their_level(cast):
    columns = [
        scope_of_appointment(post).column
        for post in (
            cast.city_staff,
            cast.district_staff,
            cast.street_staff,
            cast.secretary,
            cast.liaison,
        )
    ]
    assert columns == ["city", "district", "street", "community_secretary", "unit_liaison"]


def test_an_area_role_sees_its_area_and_below(cast):
    def names(post):
        rows = Organization.objects.visible_to(scope_of_appointment(post))
        return set(rows.values_list("name", flat=True))

    assert names(cast.secretary) == {"和平社区党委", "江湾区图书馆", "江湾供水公司"}
    assert "新桥社区党委" in names(cast.street_staff)
    assert "湖畔社区党委" not in names(cast.street_staff)
    assert names(cast.liaison) == {"江湾区图书馆"}


def test_an_administrator_sees_no_business_rows(cast):
    from partybuild.access import Role
    from tests.factories.core import make_post

    admin = make_post(Role.SYSTEM_ADMIN, name="系统管理员甲")
    assert Organization.objects.visible_to(scope_of_appointment(admin)).count() == 0
    assert Appointment.objects.visible_to(scope_of_appointment(admin)).count() > 0


def test_a_right_holds_only_where_it_reaches(cast):
    secretary = actor_in(cast.secretary)
    assert may(secretary, "organization.change", cast.committee)
    assert not may(secretary, "organization.change", cast.sibling_committee)
    assert not may(secretary, "audit.export")
    with pytest.raises(Refused):
        require(actor_in(cast.member), "organization.change")


def test_a_token_is_the_narrower_of_its_column_and_its_appointment(cast):
    street = scope_of_appointment(cast.street_staff, api="api_read")
    assert street.cell("organization.view").reach is Reach.AREA
    assert street.cell("organization.view").masked
    assert not street.cell("organization.change").allows
    listed = scope_of_appointment(
        cast.street_staff, api="api_read", operations=frozenset({"area.view"})
    )
    assert not listed.cell("organization.view").allows
    liaison = scope_of_appointment(cast.liaison, api="api_read")
    names = Organization.objects.visible_to(liaison).values_list("name", flat=True)
    assert set(names) == {"江湾区图书馆"}


def test_flags_of_a_cell():
    assert cell("minutes.reopen", "street").needs_second_person
    assert cell("minutes.reopen", "street").needs_reason
    assert cell("member.list", "city").totals_only
    assert cell("member.list", "district").masked
