"""T20 and T21: a session has one life; its limits hold to the second."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from partybuild.access import Role
from partybuild.accounts.actors import POST_KEY
from partybuild.accounts.models import SignInSession, User
from partybuild.audit.models import Event
from tests.factories.core import make_post
from tests.factories.signing import (
    GOOD,
    account,
    code_at,
    give_factor,
    is_in,
    set_policy,
    sign_in,
)

pytestmark = pytest.mark.django_db
START = "2026-11-20T09:00:00+08:00"
HOME = "/"


@pytest.fixture
def user(cast):
    return account(cast.liaison, username="liaison-a")


@pytest.fixture
def travel():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


def entered(name="liaison-a", **more):
    client = Client()
    assert sign_in(client, name, **more).status_code == 302
    return client


def key_of(client):
    return client.cookies["sessionid"].value


def with_key(key):
    """Return a browser that carries a copied session cookie and nothing else."""
    client = Client()
    client.cookies["sessionid"] = key
    return client


# -- T21: to the second -----------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "lasts"), [(1799, True), (1800, False), (1801, False)])
def test_idle_ends_to_the_second(user, travel, seconds, lasts):
    client = entered()
    travel.shift(seconds)
    assert is_in(client) is lasts


@pytest.mark.parametrize(("seconds", "lasts"), [(1799, True), (1800, False)])
def test_idle_counts_from_the_last_page(user, travel, seconds, lasts):
    client = entered()
    travel.shift(1799)
    assert is_in(client)
    travel.shift(seconds)
    assert is_in(client) is lasts


@pytest.mark.parametrize(("seconds", "lasts"), [(-1, True), (0, False), (1, False)])
def test_the_whole_ends_to_the_second(user, travel, seconds, lasts):
    client = entered()
    for _quarter in range(47):
        travel.shift(15 * 60)
        assert is_in(client)
    travel.shift(15 * 60 + seconds)
    assert is_in(client) is lasts


@pytest.mark.parametrize("header", ["X-Polling", "X-Autosave"])
def test_what_a_page_asks_by_itself_keeps_nothing_alive(user, travel, header):
    client = entered()
    for _minute in range(29):
        travel.shift(60)
        assert client.get(HOME, headers={header: "1"}).status_code == 200
    travel.shift(60)
    assert client.get(HOME, headers={header: "1"}).status_code == 401
    assert not is_in(client)


def test_the_limits_are_figures_of_the_policy_and_hold_at_once(user, travel):
    client = entered()
    travel.shift(10 * 60)
    set_policy(idle_minutes=10)
    assert not is_in(client)


def test_a_session_without_its_cookie_of_activity_counts_from_its_beginning(user, travel):
    client = entered()
    travel.shift(29 * 60)
    assert is_in(client)
    copied = with_key(key_of(client))
    travel.shift(60)
    assert not is_in(copied)


def test_a_cookie_of_activity_of_another_session_is_worth_nothing(user, travel, cast):
    account(cast.secretary, username="secretary-a")
    client = entered()
    travel.shift(1700)
    other = entered("secretary-a")
    client.cookies["seen"] = other.cookies["seen"].value
    travel.shift(100)
    assert not is_in(client)


def test_the_end_is_said_once_and_written_down(user, travel):
    client = entered()
    travel.shift(1800)
    page = client.get(HOME, follow=True).content.decode()
    assert "您已30分钟没有操作" in page
    assert not Session.objects.filter(session_key=key_of(client)).exists()
    assert Event.objects.filter(kind="session.expired", user_id=user.pk).count() == 1


def test_a_part_of_a_page_gets_no_sign_in_page_inside(user, travel):
    client = entered()
    travel.shift(1800)
    answer = client.get(
        HOME, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/units/?q=1"}
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Funits%2F%3Fq%3D1"


# -- T20: one life ----------------------------------------------------------------------------------


def test_1_a_session_from_before_the_sign_in_is_not_signed_in(user):
    client = Client()
    client.get(reverse("accounts:sign-in"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    sign_in(client, "liaison-a")
    assert key_of(client) != planted
    assert not is_in(with_key(planted))


def test_2_the_second_factor_gives_a_new_id(user):
    give_factor(user)
    client = Client()
    sign_in(client, "liaison-a")
    waiting = key_of(client)
    client.post(reverse("accounts:factor-ask"), {"code": code_at()})
    assert is_in(client)
    assert key_of(client) != waiting
    assert not is_in(with_key(waiting))


def test_3_a_switch_of_posts_gives_a_new_id(user, cast):
    second = make_post(Role.UNIT_LIAISON, cast.second_unit, person=cast.liaison.person)
    client = entered()
    old = key_of(client)
    client.post(reverse("accounts:post-switch"), {"to": second.uid})
    assert key_of(client) != old
    assert client.session[POST_KEY] == str(second.uid)
    assert not is_in(with_key(old))
    assert SignInSession.objects.get().session_key == key_of(client)


def test_4_a_step_up_gives_a_new_id(user):
    client = entered()
    old = key_of(client)
    client.post(reverse("accounts:step-up"), {"step_up_password": GOOD})
    assert key_of(client) != old
    assert not is_in(with_key(old))


def test_5_signing_out_ends_the_session_on_the_server(user):
    client = entered()
    copied = key_of(client)
    answer = client.post(reverse("accounts:sign-out"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(with_key(copied))
    assert not Session.objects.filter(session_key=copied).exists()
    assert Event.objects.filter(kind="session.signed_out").count() == 1


def test_6_a_new_password_ends_the_other_sessions_and_keeps_this(user):
    here, there = entered(), entered()
    answer = here.post(
        reverse("accounts:password-change"),
        {"old": GOOD, "new": "Other Tree 88", "again": "Other Tree 88"},
    )
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)


def test_7_a_disabled_account_is_out_and_stays_out_when_enabled_again(user, system):
    from partybuild.accounts.services import disable_user, enable_user

    client = entered()
    disable_user(user, reason="调离", by=system)
    assert not is_in(client)
    enable_user(user, reason="调回", by=system)
    assert not is_in(client)


def test_8_signing_out_everywhere_leaves_only_this_one(user):
    here, there = entered(), entered()
    here.post(reverse("accounts:sessions-end"))
    assert is_in(here)
    assert not is_in(there)


def test_9_one_sign_in_of_ones_own_can_be_ended_and_no_others(user, cast):
    account(cast.secretary, username="secretary-a")
    here, there, other = entered(), entered(), entered("secretary-a")
    row = SignInSession.objects.get(session_key=key_of(there))
    strange = SignInSession.objects.get(session_key=key_of(other))
    assert here.post(reverse("accounts:session-end", args=(strange.uid,))).status_code == 404
    assert here.post(reverse("accounts:session-end", args=(row.uid,))).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert is_in(other)


def test_10_a_code_of_the_second_factor_works_once(user):
    give_factor(user)
    code = code_at()
    for answer in (True, False):
        client = Client()
        sign_in(client, "liaison-a")
        client.post(reverse("accounts:factor-ask"), {"code": code})
        assert is_in(client) is answer


def test_11_a_reset_of_the_second_factor_ends_the_sessions(user, cast):
    from partybuild.access import Actor
    from partybuild.accounts.services.factors import reset_factor

    give_factor(user)
    client = Client()
    sign_in(client, "liaison-a")
    client.post(reverse("accounts:factor-ask"), {"code": code_at()})
    assert is_in(client)
    reset_factor(user, reason="手机丢失", by=Actor.system("test"))
    assert not is_in(client)


def test_12_a_link_signs_in_once(user, system):
    from partybuild.accounts.services import issue_one_time_link

    _link, url = issue_one_time_link(user, purpose="sign_in", by=system, hours=1)
    path = url.partition("//")[2].partition("/")[2]
    for answer in (True, False):
        client = Client()
        client.post(f"/{path}")
        assert is_in(client) is answer


def test_a_person_who_signs_in_over_another_ends_that_session_first(user, cast, rf):
    account(cast.secretary, username="secretary-a")
    client = entered()
    old = key_of(client)
    client.post(reverse("accounts:sign-out"))
    sign_in(client, "secretary-a")
    assert not is_in(with_key(old))
    assert User.objects.get(pk=client.session["_auth_user_id"]).username == "secretary-a"
