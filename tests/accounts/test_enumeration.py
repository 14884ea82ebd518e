"""T19: nobody learns from the answer, its size or its time whether there is an account."""

from __future__ import annotations

import re
import statistics
import time
from math import erf, sqrt

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partybuild.accounts import backends
from partybuild.accounts.models import SignInTry
from tests.factories.signing import account, sign_in

pytestmark = pytest.mark.django_db
WRONG = "not the password"


@pytest.fixture
def names(cast):
    """One name per state, all of one length."""
    account(cast.liaison, username="known-a")
    locked = account(cast.secretary, username="known-b")
    disabled = account(cast.worker, username="known-c")
    disabled.is_active = False
    disabled.save()
    unusable = account(cast.outsider, username="known-d")
    unusable.set_unusable_password()
    unusable.save()
    for _time in range(5):
        sign_in(Client(), locked.username, WRONG)
        sign_in(Client(), "nobodyb", WRONG)
    return {
        "unknown": "nobodya",
        "known": "known-a",
        "disabled": "known-c",
        "unusable": "known-d",
    }


def stripped(response, name):
    """Return an answer without what differs between any two: the typed name, nonces, tokens."""
    text = response.content.decode().replace(name, "NAME")
    text = re.sub(r'name="(nonce|csrfmiddlewaretoken)" value="[^"]+"', "", text)
    text = re.sub(r'content="[A-Za-z0-9]{64}"', "", text)
    headers = {
        key: value
        for key, value in response.headers.items()
        # The time of day, and a number drawn for each request.
        if key not in {"X-Request-Id", "Expires", "Retry-After"}
    }
    return response.status_code, text, headers, sorted(response.cookies)


def test_the_same_bytes_for_every_state(names):
    answers = {
        state: stripped(sign_in(Client(), name, WRONG), name) for state, name in names.items()
    }
    assert answers["unknown"][0] == 422
    assert all(answer == answers["unknown"] for answer in answers.values())


def test_the_same_bytes_for_locked_accounts_and_locked_names(names):
    SignInTry.objects.update(at=timezone.now())
    known = stripped(sign_in(Client(), "known-b", WRONG), "known-b")
    unknown = stripped(sign_in(Client(), "nobodyb", WRONG), "nobodyb")
    right = stripped(sign_in(Client(), "known-b"), "known-b")
    assert known[0] == 429
    assert known == unknown == right


def shapes(name, password=WRONG):
    """Return the statements of a try, without their values."""
    with CaptureQueriesContext(connection) as queries:
        sign_in(Client(), name, password)
    return [
        re.sub(r"'[^']*'|\b\d+\b|NULL|IS NULL", "?", query["sql"])[:60]
        for query in queries
        if "SAVEPOINT" not in query["sql"]
    ]


def test_the_same_work_in_the_database_for_every_state(names):
    states = {state: shapes(name) for state, name in names.items()}
    # The person behind the name comes in the same statement.
    assert all(work == states["unknown"] for work in states.values())
    assert shapes("known-b") == shapes("nobodyb") == shapes("known-b", "Tall Tree 77")


def p_of(left, right):
    """Return the two-sided p of Mann and Whitney, by the normal approximation."""
    ranked = sorted((value, side) for side, sample in enumerate((left, right)) for value in sample)
    rank_sum = sum(rank for rank, (_value, side) in enumerate(ranked, 1) if side == 0)
    n, m = len(left), len(right)
    mean, deviation = n * (n + m + 1) / 2, sqrt(n * m * (n + m + 1) / 12)
    z = abs(rank_sum - mean) / deviation
    return 2 * (1 - (1 + erf(z / sqrt(2))) / 2)


def measured(states, rounds):
    """Return the processor time of each try, interleaved: what else the machine does is not in it."""
    samples = {state: [] for state in states}
    clients = {state: Client() for state in states}
    for number in range(rounds):
        order = list(states.items())
        # Whoever comes first pays for what the one before left behind: each in turn.
        for state, name in order[number % len(order) :] + order[: number % len(order)]:
            SignInTry.objects.all().delete()
            began = time.process_time()
            sign_in(clients[state], name, WRONG)
            samples[state].append(time.process_time() - began)
    return samples


def faults_of(samples, base="unknown"):
    """Return the states whose time tells them apart from an unknown name."""
    usual = statistics.median(samples[base])
    return {
        state: (statistics.median(times) - usual, p_of(times, samples[base]))
        for state, times in samples.items()
        if abs(statistics.median(times) - usual) >= 0.005 and p_of(times, samples[base]) <= 0.01
    }


def faults_seen_twice(states, rounds):
    """Return the faults that a longer look at the same states confirms: one in a hundred comes by chance."""
    found = faults_of(measured(states, rounds))
    if not found:
        return found
    again = {state: name for state, name in states.items() if state in {"unknown", *found}}
    return faults_of(measured(again, 2 * rounds))


def test_the_same_time_for_every_state(names):
    states = {state: name for state, name in names.items() if state != "disabled"}
    assert faults_seen_twice(states, 12) == {}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_same_time_in_three_hundred_samples(names, record_property):
    samples = measured(names, 300)
    usual = statistics.median(samples["unknown"])
    for state, times in samples.items():
        apart, chance = statistics.median(times) - usual, p_of(times, samples["unknown"])
        record_property(state, f"{apart * 1000:+.2f} ms, p={chance:.3f}")
    assert faults_of(samples) == {}


def test_the_measure_sees_a_check_that_is_left_out(names, monkeypatch):
    """The control: without the work for an unknown name, the time tells."""
    make_password("warm")
    monkeypatch.setattr(backends, "make_password", lambda password: "")
    states = {"unknown": names["unknown"], "known": names["known"]}
    assert set(faults_seen_twice(states, 12)) == {"known"}
