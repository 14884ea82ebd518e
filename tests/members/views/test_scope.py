"""Who sees how much of members, and what a form may name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from members.models import Employment, PartyMember
from members.services import employ
from partybuild.access import Role
from tests.factories.core import SYSTEM, id_number, make_post
from tests.factories.meetings import make_council
from tests.factories.members import make_member, make_services

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["summary-sign", "summary-preview"])
def test_the_city_reads_no_summary_by_name(world, client_of, name):
    cast = world.cast
    args = ("2026Q1", cast.unit.uid) if name == "summary-preview" else ("2026Q1",)
    path = reverse(f"members:{name}", args=args) + f"?community={cast.community.uid}"
    assert client_of(cast.street_staff).get(path).status_code == 200
    assert client_of(cast.city_staff).get(path).status_code == 403


def test_a_liaison_changes_a_member_without_seeing_the_building(world, client_of):
    path = reverse("members:member-change", args=(world.a.uid,))
    PartyMember.objects.filter(pk=world.a.pk).update(home_building="望江苑1幢")
    assert "望江苑1幢" not in client_of(world.cast.liaison).get(path).content.decode()
    assert "望江苑1幢" in client_of(world.cast.unit_secretary).get(path).content.decode()


def test_a_council_opens_no_roster_of_a_unit_from_elsewhere(world, client_of):
    cast = world.cast
    make_council(cast.community, cast.committee, cast.other_unit)
    client = client_of(cast.secretary)
    assert cast.other_unit.name not in client.get("/members/new/").content.decode()
    sent = client.act(
        "/members/new/",
        {
            "name": "钱五",
            "id_number": id_number(77),
            "unit": str(cast.other_unit.uid),
            "kind": "full",
            "category": "in_service",
        },
    )
    assert sent.status_code == 422
    assert not PartyMember.objects.filter(person__name="钱五").exists()


def test_picked_lines_that_are_no_uids_are_passed_over(world, client_of):
    client = client_of(world.cast.secretary)
    nonsense = "x" * 36
    assert client.act("/members/report-ins/confirm/", {"selected": nonsense}).status_code == 302
    form = {"date": "2026-03-01", "content": "清扫", "kind": "governance", "hours": "2"}
    sent = client.act("/members/services/new/", {**form, "selected": nonsense})
    assert sent.status_code == 422


def test_only_those_who_decide_take_in_many(world, client_of):
    assert client_of(world.cast.liaison).act("/members/report-ins/confirm/").status_code == 403


def test_a_list_of_another_community_is_not_found(world, client_of):
    record = make_services(
        world.cast.community, [world.a], date=date(2026, 2, 8), hours=Decimal(1)
    )[0]
    path = reverse("members:service-sheet", args=(record.sheet,))
    assert client_of(world.cast.outsider).get(path).status_code == 404


@pytest.mark.parametrize("answer", ["confirm", "refuse"])
def test_nobody_answers_for_themselves(world, client_of, answer):
    cast = world.cast
    stated = make_member(None, "吴七")
    employment = employ(
        stated, unit=cast.unit, valid_from=date(2026, 1, 1), state="stated", by=SYSTEM
    )
    own = make_post(Role.UNIT_LIAISON, cast.unit, person=stated.person)
    path = reverse(f"members:employment-{answer}", args=(employment.uid,))
    client_of(own).act(path, {"reason": "不是本单位职工"})
    left = Employment.objects.get(pk=employment.pk)
    assert (left.state, left.valid_to) == ("stated", None)
    client_of(cast.liaison).act(path, {"reason": "不是本单位职工"})
    left.refresh_from_db()
    assert (left.state, left.valid_to) != ("stated", None)
