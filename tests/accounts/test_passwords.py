"""Passwords: what the policy asks, and that what is typed is what counts."""

from __future__ import annotations

import time

import pytest
import time_machine
from django.contrib.auth.hashers import identify_hasher
from django.core.exceptions import ValidationError
from django.test import Client

from partybuild.access import Actor
from partybuild.accounts.models import PastPassword
from partybuild.accounts.passwords import forbidden_piece, kinds_in
from partybuild.accounts.policy import Policy
from partybuild.accounts.services.passwords import change_password
from partybuild.audit.models import Event
from tests.factories.core import id_number
from tests.factories.signing import GOOD, account, is_in, set_policy, sign_in

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
CHANGE = "/security/password/"


@pytest.fixture
def user(cast):
    person = cast.secretary.person
    person.name, person.phone, person.id_number = (
        "张伟强",
        "19900004827",
        id_number(born="19850716"),
    )
    person.save()
    return account(cast.secretary, username="river-east")


def refused(user, password):
    with pytest.raises(ValidationError) as found:
        change_password(user, password=password, by=SYSTEM)
    return " ".join(found.value.messages)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Tall Tr 7", "至少10位"),
        ("talltrees77", "至少3种"),
        ("x" * 65 + "Y9" + "z" * 62, "最多128位"),
        ("My River 77x", "用户名里连续的3位"),
        ("Zhang tree 77", "姓名"),
        ("张伟强 Tree 77", "姓名"),
        ("Tall Tree 482", "手机号里连续的3位"),
        ("Tall Tree 716", "身份证号里连续的3位"),
        ("Password123!", "太常见"),
        ("Qwertyuiop1", "太常见"),
    ],
)
def test_what_the_policy_refuses_is_refused_in_plain_words(user, password, words):
    assert words in refused(user, password)
    assert user.check_password(GOOD)


EMOJI = "长城 Wall 😀 77"
EXACT = [
    "  Tall  Tree 77  ",
    EMOJI,
    "Ｔａｌｌ　Ｔｒｅｅ　７７",
    "Aa1 " * 32,
    "密" * 60 + "Aa7" + "码" * 65,
    "Tree\u00e9\u0301 Tall 77",
]


@pytest.mark.parametrize("password", EXACT)
def test_a_password_works_exactly_as_typed(user, password):
    client = Client()
    sign_in(client, "river-east")
    answer = client.post(CHANGE, {"old": GOOD, "new": password, "again": password})
    assert answer.status_code == 302, answer.content.decode()
    assert sign_in(Client(), "river-east", password).status_code == 302
    for other in {password.strip(), password.lower(), password + " "} - {password}:
        assert sign_in(Client(), "river-east", other).status_code == 422


def test_full_width_and_plain_are_two_passwords(user):
    change_password(user, password="Ｔａｌｌ　Ｔｒｅｅ　７７", by=SYSTEM)
    assert sign_in(Client(), "river-east", "Tall Tree 77").status_code == 422


@pytest.mark.parametrize("field", ["name", "password", "code"])
def test_ten_thousand_bytes_are_refused_fast(user, field):
    data = {"name": "river-east", "password": GOOD, field: "x" * 10_000}
    client = Client()
    client.get("/sign-in/")
    began = time.process_time()
    assert client.post("/sign-in/", data).status_code == 400
    assert time.process_time() - began < 0.05


def test_the_hash_is_argon2(user):
    change_password(user, password="Other Tree 88", by=SYSTEM)
    assert identify_hasher(user.password).algorithm == "argon2"


def test_the_last_five_are_refused_and_the_sixth_is_not(user):
    words = [f"Tall Tree {n}{n}" for n in (11, 22, 33, 44, 55)]
    for word in words:
        change_password(user, password=word, by=SYSTEM)
    for word in words:
        assert "最近5次" in refused(user, word)
    change_password(user, password=GOOD, by=SYSTEM)
    assert PastPassword.objects.filter(user=user).count() == 5


def test_a_first_sign_in_must_change_it_and_the_server_holds_to_it(user):
    user.must_change_password = True
    user.save()
    client = Client()
    sign_in(client, "river-east")
    assert client.get("/units/")["Location"] == "/security/password/?next=%2Funits%2F"
    assert client.get("/api/v1/units/").status_code == 403
    assert client.post("/units/new/", {"name": "x"})["Location"] == CHANGE
    same = client.post(CHANGE, {"old": GOOD, "new": GOOD, "again": GOOD})
    assert same.status_code == 422
    done = client.post(CHANGE, {"old": GOOD, "new": EMOJI, "again": EMOJI, "next": "/units/"})
    assert done["Location"] == "/units/"
    assert client.get("/units/").status_code == 200
    event = Event.objects.get(kind="account.password_changed")
    assert EMOJI not in str({f.name: getattr(event, f.name) for f in Event._meta.fields})


def test_two_that_differ_are_not_taken(user, cast, client_of):
    client = client_of(cast.secretary)
    page = client.act(CHANGE, {"old": GOOD, "new": EMOJI, "again": "other"})
    assert page.status_code == 422
    assert EMOJI not in page.content.decode()


def aged(user, days):
    """Sign in some days after the password was changed; tell where that leads."""
    with time_machine.travel("2026-12-01T09:00:00+08:00", tick=False) as clock:
        change_password(user, password="Other Tree 88", by=SYSTEM)
        clock.shift(days * 24 * 3600)
        client = Client()
        sign_in(client, user.username, "Other Tree 88")
        return client.get("/").get("Location", "")


@pytest.mark.parametrize(("days", "there"), [(89, ""), (90, "/security/password/?next=%2F")])
def test_a_community_changes_it_every_ninety_days(user, days, there):
    assert aged(user, days) == there


def test_a_liaison_who_comes_once_a_quarter_never_has_to(cast):
    assert aged(account(cast.liaison, username="liaison-a"), 300) == ""


def test_a_link_asks_for_no_old_password_and_no_rotation(user, system):
    from partybuild.accounts.services import issue_one_time_link

    with time_machine.travel("2026-12-01T09:00:00+08:00", tick=False) as clock:
        change_password(user, password="Other Tree 88", by=SYSTEM)
        clock.shift(100 * 24 * 3600)
        _link, url = issue_one_time_link(user, purpose="sign_in", by=system, hours=1)
        client = Client()
        client.post("/" + url.partition("//")[2].partition("/")[2])
        assert is_in(client)
        assert client.post(CHANGE, {"new": EMOJI, "again": EMOJI}).status_code == 302
        clock.shift(31 * 60)
    assert sign_in(Client(), "river-east", EMOJI).status_code == 302


def test_the_profile_asvs_asks_for_length_alone(user):
    set_policy(profile="asvs")
    assert "至少15位" in refused(user, "Tall Tree 7777")
    change_password(user, password="fourteen small words", by=SYSTEM)
    change_password(user, password="another long sentence", by=SYSTEM)
    change_password(user, password="fourteen small words", by=SYSTEM)
    assert aged_asvs(user) == ""


def aged_asvs(user):
    with time_machine.travel("2026-12-01T09:00:00+08:00", tick=False) as clock:
        change_password(user, password="a sentence of mine", by=SYSTEM)
        clock.shift(400 * 24 * 3600)
        client = Client()
        sign_in(client, user.username, "a sentence of mine")
        return client.get("/").get("Location", "")


@pytest.mark.parametrize(
    ("password", "kinds"), [("abc", 1), ("Abc", 2), ("Abc1", 3), ("Abc1 ", 4), ("长城", 1)]
)
def test_kinds(password, kinds):
    assert kinds_in(password) == kinds


def test_short_names_do_not_forbid_every_word(user):
    user.username = "li"
    assert forbidden_piece("a blissful day", user, Policy()) == "用户名"
    user.username = "x"
    assert forbidden_piece("a blissful day x", user, Policy()) == ""
