"""One-time links: stored as a hash, used once, by a press, and dead when the account changes."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partybuild.access import Actor, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.enums import LinkPurpose
from partybuild.accounts.exceptions import AccountNotBelow
from partybuild.accounts.models import OneTimeLink, SignInTry
from partybuild.accounts.services import (
    appoint,
    change_sign_in,
    disable_user,
    grant_appointment,
    invite,
    issue_one_time_link,
    send_way_in,
)
from partybuild.accounts.services.one_time import one_time_url
from partybuild.audit.models import Event
from partybuild.calendar import today
from partybuild.notices.models import Notice
from partybuild.notices.services.checking import prepare
from partybuild.notices.services.sending import claim_batch
from tests.factories.core import SYSTEM, make_person, make_post

pytestmark = pytest.mark.django_db


def path_of(url: str) -> str:
    return "/" + url.split("//", 1)[1].split("/", 1)[1]


@pytest.fixture
def link(cast):
    return invite(cast.liaison.person.user, by=actor_in(cast.secretary))


def is_in(client: Client) -> bool:
    return client.get("/notices/").status_code == 200


def test_the_table_holds_no_token(link):
    row, url = link
    token = url.rstrip("/").rsplit("/", 1)[1]
    assert token not in str(OneTimeLink.objects.filter(pk=row.pk).values())
    assert token not in str(list(Event.objects.values()))
    assert len(token) >= 43


def test_looking_uses_nothing_and_one_press_signs_in(client, link, cast):
    path = path_of(link[1])
    for method in (client.get, client.head, client.get):
        assert method(path).status_code == 200
    page = client.get(path).content.decode()
    assert "联络员甲" in page
    assert "江湾区图书馆" in page
    assert not is_in(client)
    # Without the tick nothing happens.
    assert client.post(path).status_code == 422
    assert not is_in(client)
    answer = client.post(path, {"has_read": "on"})
    assert answer.status_code == 302
    assert is_in(client)
    assert Event.objects.filter(kind="session.link_used").count() == 1
    other = Client()
    assert other.get(path).status_code == 410
    assert other.post(path, {"has_read": "on"}).status_code == 410
    assert not is_in(other)


def test_a_used_link_lets_whoever_is_signed_in_go_on(client, link):
    path = path_of(link[1])
    client.post(path, {"has_read": "on"})
    again = client.get(path).content.decode()
    assert "进入平台" in again
    assert "获取新的登录链接" not in again


def test_a_cut_link_offers_a_new_one(client, link):
    answer = client.get(path_of(link[1])[:-5] + "/")
    assert answer.status_code == 410
    assert reverse("accounts:way-in") in answer.content.decode()


@pytest.mark.parametrize("fault", ["expired", "again", "password", "disabled", "altered"])
def test_a_dead_link_says_what_to_do(client, link, cast, fault):
    row, url = link
    path = path_of(url)
    user = cast.liaison.person.user
    if fault == "expired":
        OneTimeLink.objects.filter(pk=row.pk).update(
            expires_at=timezone.now() - timedelta(seconds=1)
        )
    elif fault == "again":
        invite(user, by=actor_in(cast.secretary))
    elif fault == "password":
        user.set_password("another long secret 1A")
        user.save()
    elif fault == "disabled":
        disable_user(user, reason="离岗", by=SYSTEM)
    else:
        path = path[:-4] + "AAA/"
    for answer in (client.get(path), client.post(path, {"has_read": "on"})):
        assert answer.status_code == 410
        assert "请" in answer.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_address_begins_with_the_setting(settings, link, cast, client_of, host):
    page = client_of(cast.secretary).act(
        f"/accounts/{cast.second_liaison.person.user.uid}/invite/", headers={"host": host}
    )
    assert page.context["text"].split("\n")[1].startswith(settings.BASE_URL + "/enter/")


def test_nobody_makes_a_way_in_to_a_post_that_is_not_below(cast):
    # The same person is liaison here and works at the street: a link would act as both.
    make_post(Role.UNIT_LIAISON, cast.unit, person=cast.street_staff.person)
    user = cast.street_staff.person.user
    for by in (cast.secretary, cast.unit_secretary, cast.worker, cast.outsider):
        with pytest.raises(AccountNotBelow):
            invite(user, by=actor_in(by))
    assert not OneTimeLink.objects.exists()


def test_asking_answers_alike_whether_one_is_known(cast, client):
    user = cast.liaison.person.user
    user.mail = "li@demo.example"
    user.save()
    answers = []
    for name in (cast.liaison.person.phone, "li@demo.example", "19900009999", "no@demo.example"):
        answer = client.post("/enter/", {"name": name})
        answers.append((answer.status_code, answer["Location"]))
        SignInTry.objects.all().delete()
    assert len(set(answers)) == 1
    mails = Notice.objects.filter(kind="account.way_in")
    assert mails.count() == OneTimeLink.objects.count() == 2
    assert {each.person_id for each in mails} == {cast.liaison.person_id}
    assert not mails.filter(body__contains="/enter/").exists()


def test_asking_is_counted(cast, client):
    cache.clear()
    statuses = [client.post("/enter/", {"name": "19900009999"}).status_code for _time in range(6)]
    assert statuses == [302] * 5 + [429]


@pytest.mark.django_db(transaction=True)
def test_the_mail_carries_the_link_to_the_accounts_own_address(cast, client):
    person = cast.liaison.person
    person.mail = "roster@elsewhere.example"
    person.save()
    user = person.user
    user.mail = "li@demo.example"
    user.save()
    for _time in range(2):
        send_way_in("li@demo.example", purpose=LinkPurpose.SIGN_IN, by=Actor.anonymous())
    used, sent = OneTimeLink.objects.order_by("pk")
    client.post(path_of(one_time_url(used)))
    (letter,) = prepare(claim_batch(), by=SYSTEM)
    assert letter.address == "li@demo.example"
    words = email.message_from_bytes(letter.text, policy=email.policy.default)
    assert one_time_url(sent) in words.get_body(("plain",)).get_content()
    # The link that was used meanwhile is not sent any more.
    assert Notice.objects.get(link_uid=used.uid).state == "cancelled"


def test_a_used_link_of_one_purpose_leaves_sign_in_links(cast):
    user = cast.liaison.person.user
    first, _url = issue_one_time_link(user, purpose=LinkPurpose.SIGN_IN, by=SYSTEM, hours=1)
    issue_one_time_link(user, purpose=LinkPurpose.SIGN_IN, by=SYSTEM, hours=1)
    first.refresh_from_db()
    # Whoever asks in a victim's name does not take the victim's own link away.
    assert first.revoked_at is None


def test_a_stranger_without_posts_gets_no_link_by_guessing(cast):
    person = make_person("无账号")
    send_way_in(person.phone, purpose=LinkPurpose.SIGN_IN, by=Actor.anonymous())
    assert not OneTimeLink.objects.exists()
    assert not Notice.objects.filter(kind="account.way_in").exists()


def test_nobody_plants_an_address_in_the_account_of_somebody_above(cast):
    """A post above without an account yet; somebody below appoints the same person with a mail."""
    above = make_person("区干部")
    grant_appointment(
        above,
        role=Role.COMMITTEE,
        organization=cast.district_committee,
        starts_on=today(),
        by=SYSTEM,
    )
    appoint(
        name="区干部",
        phone=above.phone,
        mail="mine@evil.example",
        role=Role.UNIT_LIAISON,
        organization=cast.unit,
        starts_on=today(),
        by=actor_in(cast.secretary),
    )
    above.refresh_from_db()
    assert above.user.mail == ""
    send_way_in("mine@evil.example", purpose=LinkPurpose.SIGN_IN, by=Actor.anonymous())
    assert not OneTimeLink.objects.exists()
    with pytest.raises(AccountNotBelow):
        change_sign_in(above.user, phone="", mail="mine@evil.example", by=actor_in(cast.secretary))


def test_a_sign_in_link_leads_to_the_page_that_was_asked_for(client, cast):
    ask, wanted = reverse("accounts:way-in"), "/my/suggestions/"
    assert f"{ask}?next=%2Fmy%2Fsuggestions%2F" in (
        client.get("/sign-in/", {"next": wanted}).content.decode()
    )
    assert f'value="{wanted}"' in client.get(ask, {"next": wanted}).content.decode()
    client.post(ask, {"name": cast.member.person.phone, "next": wanted})
    row = OneTimeLink.objects.get()
    assert client.post(path_of(one_time_url(row)))["Location"] == wanted


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/x", "javascript:1"])
def test_a_sign_in_link_leads_nowhere_else(client, cast, place):
    client.post(reverse("accounts:way-in"), {"name": cast.member.person.phone, "next": place})
    row = OneTimeLink.objects.get()
    assert client.post(path_of(one_time_url(row)))["Location"] == "/"
