"""Everybody's own place: what is registered, who sees which card, and that large type shows fewer."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partybuild.ui import mine
from partybuild.ui.mine import MySection, register, sections

pytestmark = pytest.mark.django_db
HOME = "/my/"


def cards(response):
    return [each.key for each in (*response.context["plain"], *response.context["more_cards"])]


def test_own_place_of_a_member_stands_where_home_leads(client_of, cast):
    client = client_of(cast.member)
    assert client.get(reverse("portal:home"))["Location"] == HOME
    assert client.get(HOME).status_code == 200


def test_bodies_begin_with_their_debts_and_may_open_their_own_place(client_of, cast):
    client = client_of(cast.secretary)
    assert client.get(reverse("portal:home")).status_code == 200
    found = cards(client.get(HOME))
    assert "calendar" in found
    assert "readings" in found
    assert not {"report-in", "service", "activities"} & set(found)


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(HOME)["Location"].startswith(reverse("accounts:sign-in"))


def test_sections_stand_in_their_order():
    orders = [section.order for section in sections()]
    assert orders == sorted(orders)


def test_a_section_is_named_once(monkeypatch):
    monkeypatch.setattr(mine, "_sections", {})

    class First(MySection):
        key, template = "twice", "x.html"

    class Second(MySection):
        key, template = "twice", "y.html"

    register(First)
    with pytest.raises(ValueError, match="two sections"):
        register(Second)


@pytest.mark.parametrize("missing", ["key", "template"])
def test_a_section_needs_key_and_template(monkeypatch, missing):
    monkeypatch.setattr(mine, "_sections", {})

    class Half(MySection):
        key = "" if missing == "key" else "half"
        template = "" if missing == "template" else "x.html"

    with pytest.raises(ValueError, match="no key or no template"):
        register(Half)


def test_large_type_shows_fewer_cards_at_once(client_of, cast):
    client = client_of(cast.secretary)
    ordinary = client.get(HOME)
    assert ordinary.context["more_cards"] == []
    client.cookies["text"] = "large"
    large = client.get(HOME)
    assert "readings" in [each.key for each in large.context["more_cards"]]
    assert sorted(cards(large)) == sorted(cards(ordinary))
