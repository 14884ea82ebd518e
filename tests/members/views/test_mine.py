"""A member's own place: their own report-in and hours, nobody else's."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.services import sign_up
from members.mine import MyCertificates, MyPosts, MyReportIn, MyService, MySummaries
from members.services import end_report_in, sign_pledge
from members.services.certificates import ask_certificate
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.documents.registry import kind_of
from partybuild.documents.services import draft_of
from tests.factories.activities import make_activity
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_claim, make_post_of, make_services

pytestmark = pytest.mark.django_db


def test_a_member_sees_where_they_reported_in(world):
    context = MyReportIn().context(actor_in(world.member_post))
    assert [row.member for row in context["active"]] == [world.a]


def test_a_member_sees_their_own_hours_only(world):
    context = MyService().context(actor_in(world.member_post))
    assert {record.member_id for record in context["records"]} == {world.a.pk}
    assert context["times"] > 0


def test_whoever_has_moved_on_is_not_called_to_posts_of_the_old_place(world):
    make_post_of(world.cast.community)
    assert MyPosts().context(actor_in(world.member_post)) == {
        "claims": [],
        "others": 1,
        "heard": [],
    }
    end_report_in(world.report_in, reason="transferred", by=actor_in(world.member_post))
    assert MyPosts().context(actor_in(world.member_post)) is None


def test_whoever_has_served_may_ask_for_a_certificate(world):
    assert MyCertificates().context(actor_in(world.member_post)) == {"certificates": []}
    unserved = make_post(Role.MEMBER, person=world.d.person)
    assert MyCertificates().context(actor_in(unserved)) is None


@pytest.mark.parametrize("section", [MyReportIn, MyService, MySummaries, MyCertificates])
def test_posts_of_bodies_have_no_such_card(world, section):
    assert section().context(actor_in(world.cast.secretary)) is None
    assert section().context(actor_in(world.cast.liaison)) is None


def test_the_page_shows_the_cards(world, client_of):
    page = client_of(world.member_post).get("/my/")
    assert [each.key for each in page.context["plain"]][:1] == ["report-in"]
    assert world.cast.community.name in page.content.decode()


def count(client):
    client.get("/my/")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/my/").status_code == 200
    return len(queries)


def test_the_page_costs_the_same_with_one_row_and_with_three(world, client_of):
    client = client_of(world.member_post)

    def one_more(number):
        activity = make_activity(
            world.cast.community, world.cast.committee, title=f"清洁家园{number}"
        )
        sign_up(activity, member=world.a, by=SYSTEM)
        make_services(world.cast.community, [world.a], content=f"值勤{number}")

    one_more(0)
    with_one = count(client)
    one_more(1)
    one_more(2)
    assert count(client) == with_one


def test_the_years_list_holds_the_years_records(world, client_of, clock):
    clock(2027, 1, 5)
    page = client_of(world.member_post).get("/members/me/")
    assert (page.context["year"], list(page.context["records"])) == (2027, [])
    make_services(world.cast.community, [world.a], date=date(2027, 1, 3))
    page = client_of(world.member_post).get("/members/me/")
    assert [record.date.year for record in page.context["records"]] == [2027]
    detail = client_of(world.cast.secretary).get(world.a.get_absolute_url())
    assert [record.date.year for record in detail.context["records"]] == [2027]


def test_a_signed_pledge_is_no_draft_to_its_signer(world, client_of):
    claim = make_claim(make_post_of(world.cast.community), world.a)
    pledge = sign_pledge(claim, text="每周六到岗", due_on=date(2026, 12, 31), by=SYSTEM)
    page = client_of(world.member_post).get(claim.get_absolute_url()).content.decode()
    assert "草稿" not in page
    [path] = re.findall(r'href="(/documents/service_post\.pledge/[^"]+\.pdf)"', page)
    assert client_of(world.member_post).get(path).status_code == 200
    assert not draft_of(kind_of("service_post.pledge"), pledge).is_draft
    # What nobody has signed is one.
    assert draft_of(kind_of("service.certificate"), asked(world)).is_draft


def asked(world):
    return ask_certificate(
        world.a,
        community=world.cast.community,
        since=date(2026, 1, 1),
        until=date(2026, 3, 5),
        by=actor_in(world.member_post),
    )
