"""T18: guessing is stopped on every way round, and locks out nobody who may come in."""

from __future__ import annotations

import threading
from itertools import count

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from partybuild.accounts.models import SignInTry
from partybuild.audit.models import Event
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
WRONG = "not the password"
_others = count()


@pytest.fixture
def user(cast):
    return account(cast.liaison, username="liaison-a")


def guess(client, name, times=1, **more):
    return [sign_in(client, name, WRONG, **more) for _time in range(times)][-1]


def accepted(name="liaison-a", **more):
    """Tell whether the right password opens for a browser that nobody knows."""
    return sign_in(Client(), name, **more).status_code == 302


# -- The eight ways round -------------------------------------------------------------------------


def spoofed_address(user):
    for number in range(5):
        guess(Client(), "liaison-a", headers={"X-Forwarded-For": f"203.0.113.{number}"})


def other_spelling(user):
    for name in ("Liaison-A", " liaison-a ", "ＬＩＡＩＳＯＮ－Ａ", "liaison-a\t", "LIAISON-a"):
        guess(Client(), name)


def both_names(user):
    phone = user.person.phone
    for name in ("liaison-a", phone, f"+86 {phone}", "liaison-a", f"０{phone}"[1:]):
        guess(Client(), name)


def new_browser_each_time(user):
    for _time in range(5):
        guess(Client(), "liaison-a")


def another_network_each_time(user):
    for number in range(5):
        guess(Client(), "liaison-a", REMOTE_ADDR=f"198.51.100.{number}")


def step_up_of_a_stolen_session(user):
    client = Client()
    client.force_login(user)
    for _time in range(5):
        client.post(reverse("accounts:step-up"), {"step_up_password": WRONG})


def old_password_of_a_stolen_session(user):
    client = Client()
    client.force_login(user)
    for _time in range(5):
        client.post(
            reverse("accounts:password-change"),
            {"old": WRONG, "new": "Other Tree 88", "again": "Other Tree 88"},
        )


def good_sign_ins_between(user):
    for _time in range(2):
        guess(Client(), "liaison-a", 2)
        assert accepted()
    guess(Client(), "liaison-a")


@pytest.mark.parametrize(
    "way_round",
    [
        spoofed_address,
        other_spelling,
        both_names,
        new_browser_each_time,
        another_network_each_time,
        step_up_of_a_stolen_session,
        old_password_of_a_stolen_session,
        good_sign_ins_between,
    ],
)
def test_after_five_failures_the_sixth_try_is_refused_whatever_the_way(user, way_round):
    way_round(user)
    refused = sign_in(Client(), "liaison-a")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 30 * 60
    assert "请30分钟后再试" in refused.content.decode()
    assert Event.objects.filter(kind="session.locked").count() == 1


def test_four_failures_lock_nothing(user):
    guess(Client(), "liaison-a", 4)
    assert accepted()


def test_the_lock_ends_to_the_second(user):
    with time_machine.travel("2026-11-20T09:00:00+08:00", tick=False) as clock:
        guess(Client(), "liaison-a", 5)
        clock.shift(30 * 60 - 1)
        assert not accepted()
        clock.shift(1)
        assert accepted()


def test_failures_far_apart_lock_nothing(user):
    with time_machine.travel("2026-11-20T09:00:00+08:00", tick=False) as clock:
        for _time in range(6):
            guess(Client(), "liaison-a")
            clock.shift(4 * 60)
        assert accepted()


def test_a_refused_try_does_not_prolong_the_lock(user):
    with time_machine.travel("2026-11-20T09:00:00+08:00", tick=False) as clock:
        guess(Client(), "liaison-a", 5)
        clock.shift(29 * 60)
        guess(Client(), "liaison-a", 5)
        clock.shift(60)
        assert accepted()


# -- Nobody is kept out -----------------------------------------------------------------------------


def test_whoever_locks_a_colleague_does_not_lock_their_known_device(user):
    own = Client()
    assert sign_in(own, "liaison-a").status_code == 302
    own.post(reverse("accounts:sign-out"))
    guess(Client(), "liaison-a", 6, REMOTE_ADDR="198.51.100.9")
    assert not accepted()
    assert sign_in(own, "liaison-a").status_code == 302
    assert is_in(own)


def test_a_known_device_has_its_own_five_tries(user):
    own = Client()
    sign_in(own, "liaison-a")
    own.post(reverse("accounts:sign-out"))
    guess(own, "liaison-a", 5)
    assert sign_in(own, "liaison-a").status_code == 429
    assert accepted()


def test_while_locked_password_and_code_together_open(user):
    give_factor(user)
    guess(Client(), "liaison-a", 5)
    away = Client()
    page = sign_in(away, "liaison-a", WRONG)
    assert 'name="code"' in page.content.decode()
    assert sign_in(away, "liaison-a", WRONG, code=code_at()).status_code == 429
    assert sign_in(away, "liaison-a", GOOD, code="000000").status_code == 429
    assert sign_in(away, "liaison-a", GOOD, code=code_at()).status_code == 302
    assert is_in(away)


def test_while_locked_the_right_password_alone_is_answered_like_a_wrong_one(user):
    give_factor(user)
    guess(Client(), "liaison-a", 5)
    right = sign_in(Client(), "liaison-a", GOOD)
    wrong = sign_in(Client(), "liaison-a", WRONG)
    assert right.status_code == wrong.status_code == 429
    assert len(right.content) == len(wrong.content)


def test_the_lock_leaves_sessions_alone(user):
    client = Client()
    sign_in(client, "liaison-a")
    guess(Client(), "liaison-a", 6)
    assert is_in(client)


# -- One address ------------------------------------------------------------------------------------


def spray(times, **more):
    for _time in range(times):
        guess(Client(), f"nobody-{next(_others)}", **more)


def test_an_address_has_twenty_failures_an_hour_whatever_the_names(user):
    spray(20)
    assert sign_in(Client(), "liaison-a").status_code == 429
    assert accepted(REMOTE_ADDR="198.51.100.1")


def test_a_good_sign_in_does_not_clear_the_address(user):
    spray(19)
    assert accepted()
    spray(1)
    assert not accepted()


def test_colleagues_behind_a_used_up_address_come_in_on_their_own_devices(user):
    own = Client()
    sign_in(own, "liaison-a")
    own.post(reverse("accounts:sign-out"))
    spray(20)
    assert sign_in(own, "liaison-a").status_code == 302


def test_an_office_may_be_given_its_own_figure(user):
    set_policy(office_networks=("203.0.113.0/28",), office_per_hour=40)
    spray(20, REMOTE_ADDR="203.0.113.5")
    assert accepted(REMOTE_ADDR="203.0.113.5")
    spray(20, REMOTE_ADDR="203.0.113.5")
    assert not accepted(REMOTE_ADDR="203.0.113.5")


def test_addresses_of_one_ipv6_subscriber_are_one(user):
    for number in range(20):
        spray(1, REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}")
    assert not accepted(REMOTE_ADDR="2001:db8:1:2:ffff::1")
    assert accepted(REMOTE_ADDR="2001:db8:1:3::1")


def test_behind_a_proxy_of_ours_its_own_word_counts_and_no_other(user, settings):
    settings.TRUSTED_PROXY_COUNT = 1
    for number in range(20):
        spray(1, headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.77"})
    assert not accepted(headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.77"})
    assert accepted(headers={"X-Forwarded-For": "203.0.113.77, 203.0.113.78"})


# -- Counted where it lasts, and by one -------------------------------------------------------------


def test_tries_survive_an_empty_cache(user):
    from django.core.cache import cache

    guess(Client(), "liaison-a", 5)
    cache.clear()
    assert not accepted()


def test_an_unknown_name_leaves_nothing_readable(user):
    guess(Client(), "my-secret-word")
    assert SignInTry.objects.exists()
    assert not any("secret" in key for key in SignInTry.objects.values_list("key", flat=True))
    event = Event.objects.get(kind="session.failed")
    assert "secret" not in str(
        {field.name: getattr(event, field.name) for field in Event._meta.fields}
    )


@pytest.mark.django_db(transaction=True)
def test_of_twelve_tries_at_once_five_are_made(user):
    barrier = threading.Barrier(12)
    answers = []

    def send():
        try:
            barrier.wait(60)
            answers.append(guess(Client(), "liaison-a").status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [422] * 5 + [429] * 7


def test_old_tries_are_swept(user):
    from partybuild.accounts.services.tries import forget_old_tries

    with time_machine.travel("2026-11-20T09:00:00+08:00", tick=False) as clock:
        guess(Client(), "liaison-a")
        assert forget_old_tries() == 0
        clock.shift(25 * 3600)
        assert forget_old_tries() == 2
        assert forget_old_tries() == 0
