"""What is masked is in no byte sent; who looked is written down."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from members.models import MemberPlace, PartyMember
from members.services import change_member
from partybuild.audit.models import Event
from partybuild.calendar.words import short_date_cn
from tests.chance import without_chance

pytestmark = pytest.mark.django_db

PHONE, HOME, JOINED = "13900001111", "望江苑1幢2单元301室", date(2001, 7, 1)


@pytest.fixture
def full(world, system):
    """A member with everything that can be known of somebody."""
    change_member(
        world.a, home_address=HOME, joined_on=JOINED, home_area=world.cast.community, by=system
    )
    world.a.refresh_from_db()
    return world


def _bytes(client, member):
    response = client.get(reverse("members:member-detail", args=(member.uid,)))
    assert response.status_code == 200
    return response.content.decode()


# What stands in the page of a member, by post: masked phone, full phone, masked ID number, full ID
# number, birth date, birth year, joining date, full address, building.
SEEN = {
    "district_staff": "m........",
    "street_staff": "m....y...",
    "secretary": "m....y..b",
    "worker": "m.......b",
    # No masked ID number beside the birth date.
    "unit_secretary": "m...d.jhb",
    "liaison": "m....y...",
}


@pytest.mark.parametrize("post", SEEN)
def test_page_sends_what_the_table_allows(full, client_of, post):
    number = full.a.person.id_number
    born = full.a.person.birth_date
    page = _bytes(client_of(getattr(full.cast, post)), full.a)
    searched = {
        "m": f"{PHONE[:3]}****{PHONE[-4:]}",
        "f": PHONE,
        "i": f"{number[:3]}{'*' * 14}{number[-1]}",
        "n": number,
        "d": short_date_cn(born),
        "y": f">{born.year}年<",
        "j": short_date_cn(JOINED),
        "h": HOME,
        "b": "望江苑1幢",
    }
    found = "".join(
        letter if text in page.replace(" ", "").replace("\n", "") else "."
        for letter, text in searched.items()
    )
    assert found == SEEN[post]


def test_lists_send_no_numbers(full, client_of):
    number = full.a.person.id_number
    for post in ("street_staff", "secretary", "unit_secretary", "liaison", "district_staff"):
        answer = client_of(getattr(full.cast, post)).get("/members/")
        page = without_chance(answer.content.decode())
        assert "安一" in page
        for text in (PHONE, PHONE[-4:], number, number[-4:], HOME, short_date_cn(JOINED)):
            assert text not in page


def test_one_tap_shows_a_phone_and_writes_it_down(full, client_of):
    url = reverse("members:member-phone", args=(full.a.uid,))
    client = client_of(full.cast.worker)
    assert client.get(url).status_code == 405
    response = client.act(url, HTTP_HX_REQUEST="true")
    assert PHONE in response.content.decode()
    event = Event.objects.get(kind="member.phone_shown")
    assert (event.object_uid, event.person_id) == (full.a.uid, full.cast.worker.person_id)
    assert PHONE not in str(event.changes) + event.object_text + event.reason


@pytest.mark.parametrize(("post", "status"), [("district_staff", 403), ("outsider", 404)])
def test_who_may_not_call_gets_no_phone(full, client_of, post, status):
    url = reverse("members:member-phone", args=(full.a.uid,))
    response = client_of(getattr(full.cast, post)).act(url)
    assert response.status_code == status
    assert PHONE not in response.content.decode()
    assert not Event.objects.filter(kind="member.phone_shown").exists()


def test_id_number_needs_a_reason(full, client_of):
    url = reverse("members:member-id-number", args=(full.a.uid,))
    client = client_of(full.cast.unit_secretary)
    client.step_up()
    number = full.a.person.id_number
    refused = client.act(url, {"reason": ""})
    assert refused.status_code == 422
    assert number not in refused.content.decode()
    shown = client.act(url, {"reason": "other", "words": "办理社保"})
    assert number in shown.content.decode()
    assert Event.objects.get(kind="member.id_number_shown").reason == "办理社保"
    liaison = client_of(full.cast.liaison).act(url, {"reason": "other", "words": "办理社保"})
    assert liaison.status_code == 403


def test_change_form_does_not_send_numbers_back(full, client_of):
    for post in ("secretary", "unit_secretary", "liaison"):
        page = client_of(getattr(full.cast, post)).get(
            reverse("members:member-change", args=(full.a.uid,))
        )
        text = page.content.decode()
        assert page.status_code == 200
        assert PHONE not in text
        assert full.a.person.id_number not in text
        assert (HOME in text) is (post == "unit_secretary")


def test_the_desk_answers_the_same_for_everybody(full, client_of):
    """Known here, known elsewhere, unknown: one answer, and no name that was not typed."""
    from tests.factories.core import id_number
    from tests.factories.members import make_member

    elsewhere = make_member(full.cast.other_unit, "异地人")
    answers = []
    client = client_of(full.cast.secretary)
    for number in (
        full.a.person.id_number,
        elsewhere.person.id_number,
        id_number(77, born="19900909"),
    ):
        response = client.act(
            "/members/desk/",
            {"id_number": number, "name": "来人", "channel": "in_person"},
            follow=True,
        )
        answers.append(
            (response.status_code, "来人：已登记报到，请核对后确认。" in response.content.decode())
        )
        assert "异地人" not in response.content.decode()
    assert answers == [(200, True)] * 3
    waiting = client.get("/members/report-ins/").content.decode()
    assert "异地人" not in waiting
    page = client.get(reverse("members:member-detail", args=(elsewhere.uid,)))
    assert page.status_code == 404


def test_after_the_report_in_ends_the_community_sees_the_member_no_more(full, client_of, system):
    from members.services import end_report_in

    end_report_in(full.report_in, reason="moved", by=system)
    assert not MemberPlace.objects.filter(member=full.a, side="community").exists()
    page = client_of(full.cast.secretary).get(reverse("members:member-detail", args=(full.a.uid,)))
    assert page.status_code == 404


def test_a_city_sees_totals_and_no_row(full, client_of):
    from partybuild.accounts.actors import actor_in

    by = actor_in(full.cast.city_staff)
    assert not PartyMember.objects.visible_to(by.scope).exists()
    assert not MemberPlace.objects.visible_to(by.scope).exists()
    page = client_of(full.cast.city_staff).get("/members/").content.decode()
    assert "安一" not in page


def test_a_members_own_page_shows_who_looked(full, client_of):
    client_of(full.cast.secretary).act(reverse("members:member-phone", args=(full.a.uid,)))
    page = client_of(full.member_post).get("/members/me/").content.decode()
    assert "查看手机号" in page
    other = client_of(full.cast.liaison).get(reverse("members:member-detail", args=(full.a.uid,)))
    assert "查看手机号" not in other.content.decode()
