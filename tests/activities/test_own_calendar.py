"""A member's own calendar: what they signed up for, at an address that only they know and may change."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from activities.services import (
    cancel_activity,
    change_places,
    fill_places,
    sign_up,
    withdraw_sign_up,
)
from partybuild.access import Role
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM, make_post
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db
PAGE = "/notices/calendar/"


@pytest.fixture
def members(cast, clock):
    clock(2026, 3, 5)
    make_unit_of(cast.unit)
    return make_reported_in(cast.unit, cast.community, 2)


def address_of(browser):
    found = re.search(r"http://[^/]+(/l/[^<\s]+)", browser.get(PAGE).content.decode())
    assert found
    return found.group(1)


def test_the_feed_holds_what_one_goes_to_and_follows_it(cast, client_of, client, members):
    going = make_activity(cast.community, cast.committee, title="清洁家园")
    make_activity(cast.community, cast.committee, title="义诊")
    row = sign_up(going, member=members[0], by=SYSTEM)
    browser = client_of(make_post(Role.MEMBER, person=members[0].person))
    browser.act(PAGE)
    feed = client.get(address_of(browser))
    assert feed["Content-Type"].startswith("text/calendar")
    text = feed.content.decode()
    assert "清洁家园" in text
    assert "义诊" not in text
    cancel_activity(going, reason="下雨", by=SYSTEM)
    assert "STATUS:CANCELLED" in client.get(address_of(browser)).content.decode()
    assert row.pk


def test_who_steps_back_no_longer_has_it(cast, client_of, client, members):
    going = make_activity(cast.community, cast.committee, title="清洁家园")
    row = sign_up(going, member=members[0], by=SYSTEM)
    browser = client_of(make_post(Role.MEMBER, person=members[0].person))
    browser.act(PAGE)
    withdraw_sign_up(row, by=SYSTEM)
    assert "清洁家园" not in client.get(address_of(browser)).content.decode()


def test_another_member_has_another_address_and_nothing_of_it(cast, client_of, client, members):
    going = make_activity(cast.community, cast.committee, title="清洁家园")
    sign_up(going, member=members[0], by=SYSTEM)
    first, second = (client_of(make_post(Role.MEMBER, person=each.person)) for each in members)
    for browser in (first, second):
        browser.act(PAGE)
    assert address_of(first) != address_of(second)
    assert "清洁家园" not in client.get(address_of(second)).content.decode()


def test_a_new_address_ends_the_old_one(cast, client_of, client, members):
    browser = client_of(make_post(Role.MEMBER, person=members[0].person))
    browser.act(PAGE)
    old = address_of(browser)
    browser.act(PAGE, {"do": "renew"})
    assert address_of(browser) != old
    assert client.get(old).status_code in {404, 410}
    assert client.get(address_of(browser)).status_code == 200


def events(browser, client):
    calendar = Calendar.from_ical(client.get(address_of(browser)).content)
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def test_it_wakes_who_goes_a_day_and_an_hour_before_and_says_where(
    cast, client_of, client, members
):
    going = make_activity(cast.community, cast.committee, title="清洁家园", places=1)
    for member in members:
        sign_up(going, member=member, by=SYSTEM)
    first, second = (client_of(make_post(Role.MEMBER, person=each.person)) for each in members)
    for browser in (first, second):
        browser.act(PAGE)
    event = events(first, client)["清洁家园"]
    assert [each.decoded("trigger") for each in event.walk("VALARM")] == [
        -timedelta(days=1),
        -timedelta(hours=1),
    ]
    assert str(event["LOCATION"]) == "和平社区广场"
    # Who only waits for a place knows it, and is not woken.
    waiting = events(second, client)["候补：清洁家园"]
    assert waiting.walk("VALARM") == []
    change_places(going, places=2, by=SYSTEM)
    fill_places(going.pk, by=SYSTEM)
    assert set(events(second, client)) == {"清洁家园"}
    cancel_activity(going, reason="下雨", by=SYSTEM)
    assert events(first, client)["清洁家园"].walk("VALARM") == []


def test_a_unit_has_what_its_people_go_to_in_numbers(cast, client_of, client, members):
    going = make_activity(cast.community, cast.committee, title="清洁家园")
    make_activity(cast.community, cast.committee, title="义诊")
    rows = [sign_up(going, member=each, by=SYSTEM) for each in members]
    browser = client_of(cast.liaison)
    browser.act(PAGE)
    assert "清洁家园（本单位2人报名）" in events(browser, client)
    assert not any("义诊" in title for title in events(browser, client))
    feed = client.get(address_of(browser)).content.decode()
    assert not any(each.person.name in feed for each in members)
    withdraw_sign_up(rows[0], by=SYSTEM)
    assert "清洁家园（本单位1人报名）" in events(browser, client)
    other = client_of(cast.other_liaison)
    other.act(PAGE)
    assert events(other, client) == {}
