"""Signing in: by phone or name, one post at a time, refusals in plain words."""

import pytest
from django.urls import reverse

from partybuild.accounts.models import User
from partybuild.audit.models import Event
from tests.factories.core import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(cast):
    user: User = cast.secretary.person.user
    user.username = "hp-shuji"
    user.set_password(PASSWORD)
    user.save()
    return cast.secretary.person


def sign_in(client, name, password=PASSWORD):
    return client.post(reverse("accounts:sign-in"), {"name": name, "password": password})


@pytest.mark.parametrize("spelling", ["phone", "name", "spaced phone", "capitals"])
def test_phone_or_user_name_opens(client, person, spelling):
    name = {
        "phone": person.phone,
        "name": "hp-shuji",
        "spaced phone": f"+86 {person.phone[:3]} {person.phone[3:]}",
        "capitals": "HP-Shuji",
    }[spelling]
    response = sign_in(client, name)
    assert response.status_code == 302
    assert response["Location"] == reverse("portal:home")
    assert Event.objects.filter(kind="session.signed_in").count() == 1


def test_unknown_name_and_wrong_password_look_the_same(client, person):
    unknown = sign_in(client, "nobody", "x" * 12)
    wrong = sign_in(client, "hp-shuji", "x" * 12)
    assert unknown.status_code == wrong.status_code == 422
    assert "手机号（用户名）或密码不对" in unknown.content.decode()
    assert "手机号（用户名）或密码不对" in wrong.content.decode()


def test_the_sixth_try_is_refused_by_whatever_spelling(client, person):
    for spelling in (person.phone, f"+86{person.phone}", person.phone, person.phone, person.phone):
        sign_in(client, spelling, "wrong password")
    assert sign_in(client, person.phone).status_code == 429


def test_a_foreign_destination_is_not_followed(client, person):
    response = client.post(
        reverse("accounts:sign-in") + "?next=https://evil.example/",
        {"name": "hp-shuji", "password": PASSWORD},
    )
    assert response["Location"] == reverse("portal:home")


def test_an_ended_term_ends_with_the_next_request(client_of, cast, clock):
    client = client_of(cast.secretary)
    assert client.get(reverse("portal:home")).status_code == 200
    type(cast.secretary).objects.filter(pk=cast.secretary.pk).update(ends_on="2026-03-04")
    page = client.get(reverse("portal:home"))
    assert "社区党组织书记" not in page.content.decode()


def test_a_disabled_account_is_signed_out_at_once(client_of, cast):
    client = client_of(cast.secretary)
    User.objects.filter(pk=cast.secretary.person.user.pk).update(is_active=False)
    assert client.get(reverse("portal:home")).status_code == 302


def test_only_ones_own_post_can_be_taken(client_of, cast):
    client = client_of(cast.secretary)
    assert (
        client.act(reverse("accounts:post-switch"), {"to": str(cast.outsider.uid)}).status_code
        == 404
    )
    assert client.act(reverse("accounts:post-switch"), {"to": "not a uid"}).status_code == 404
