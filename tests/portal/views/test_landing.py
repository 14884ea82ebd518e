"""Where one begins, and where an address that takes forms only leads."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partybuild.access import Role
from tests.factories.activities import make_activity
from tests.factories.core import make_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def security(cast):
    return make_post(Role.SECURITY_ADMIN, name="安全甲")


def test_the_security_administrator_begins_with_the_own_work(client_of, security):
    client = client_of(security)
    assert client.get("/")["Location"] == reverse("ops:security-home")
    page = client.get(reverse("ops:security-home"))
    assert "安全管理员办这些事" in page.content.decode()


def test_its_figures_are_the_lists_that_they_open(client_of, security, cast):
    client = client_of(security)
    cast.liaison.ends_on = "2026-03-20"
    cast.liaison.save()
    page = client.get(reverse("ops:security-home"))
    listed = client.get(reverse("accounts:appointment-list"), {"state": "soon"})
    assert page.context["ending"] == listed.context["count"] == 1
    accounts = client.get(reverse("accounts:user-list"), {"state": "fresh"})
    assert page.context["unopened"] == accounts.context["count"]


@pytest.mark.parametrize("who", ["secretary", "liaison", "member"])
def test_it_is_for_nobody_else(client_of, cast, who):
    assert client_of(getattr(cast, who)).get(reverse("ops:security-home")).status_code == 403


def test_an_address_that_takes_forms_only_leads_on(client_of, cast):
    answer = client_of(cast.secretary).get(reverse("notices:notice-read-all"))
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "这个网址不能直接打开" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_it_leads_back_to_the_record_whose_button_it_is(client_of, cast):
    activity = make_activity(cast.community, cast.committee)
    client = client_of(cast.secretary)
    for button in ("publish", "cancel"):
        answer = client.get(f"{activity.get_absolute_url()}{button}/")
        assert answer.status_code == 405
        assert f'href="{activity.get_absolute_url()}">回到原来的页面' in answer.content.decode()
    away = client.get(reverse("members:member-call-list"))
    assert f'href="{reverse("members:member-list")}">回到原来的页面' in away.content.decode()


def test_before_signing_in_too(client):
    answer = client.get(reverse("ui:preference-save"))
    assert answer.status_code == 405
    assert "data-refusal" in answer.content.decode()


def test_programs_are_told_in_their_own_way(client_of, cast):
    answer = client_of(cast.secretary).post("/api/v1/units/", {})
    assert answer["Content-Type"].startswith("application/")
