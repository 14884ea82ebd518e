"""The words on the left lead only where their reader may go, and say where one is."""

from __future__ import annotations

import re

import pytest

from partybuild.ui.navigation import WORDS

POSTS = [
    "secretary",
    "worker",
    "street_staff",
    "district_staff",
    "city_staff",
    "unit_secretary",
    "liaison",
]


@pytest.mark.django_db
@pytest.mark.parametrize("post", POSTS)
def test_every_page_below_a_word_opens_and_is_the_current_one(cast, client_of, post):
    client = client_of(getattr(cast, post))
    page = client.get("/members/").content.decode()
    below = re.search(r'<div class="sidenav-below">(.*?)</div>', page, re.DOTALL)
    assert below is not None
    addresses = re.findall(r'href="([^"]+)"', below.group(1))
    assert len(addresses) > 5
    assert len(set(addresses)) == len(addresses)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        current = re.findall(r'<a href="([^"]+)" aria-current="page"', answer.content.decode())
        # Once in the left column, once folded on top for a phone.
        assert current[:2] == [address, address], address


@pytest.mark.django_db
def test_what_a_reader_may_not_open_is_not_offered(cast, client_of):
    secretary = client_of(cast.secretary).get("/members/").content.decode()
    liaison = client_of(cast.liaison).get("/members/").content.decode()
    assert 'href="/members/report-ins/"' in secretary
    assert 'href="/members/report-ins/"' not in liaison
    assert 'href="/members/feedback/deliveries/"' in liaison
    # Names and grades are the unit secretary's.
    assert 'href="/members/feedback/"' not in liaison


def test_no_role_has_more_than_six_words():
    assert all(len(words) <= 6 for words in WORDS.values())
