"""T62: requests of all roles at once, in threads: nobody is sent what another one asked for."""

from __future__ import annotations

import random
import threading
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError

import pytest
from django.db import close_old_connections

from partybuild.access.querysets import ScopedQuerySet
from tests.probes.roaming import FAST, browser_of
from tests.probes.watching import Reader, Tally, column_of, foreign_canaries
from tests.probes.world import make_world

PATHS = ("/", "/units/", "/members/", "/meetings/", "/obligations/", "/dashboard/", "/notices/")
PATHS += ("/meetings/topics/", "/units/reports/", "/search/?q=Zq", "/l/nothing/", "/areas/%00/")
THREADS = 16


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *answer: Any) -> None:
        return None


def fetch(address: str, cookie: str) -> tuple[int, str]:
    """Return what a browser with this cookie is sent."""
    asked = urllib.request.Request(address, headers={"Cookie": cookie})
    try:
        with urllib.request.build_opener(_Stay).open(asked, timeout=60) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode("utf-8", "replace")


def run_threads(address: str, people: list[tuple[Reader, str]], *, requests: int) -> Tally:
    """Ask as all of them at once; each thread goes from one person to the next."""
    tally, lock = Tally(), threading.Lock()

    def work(number: int) -> None:
        dice = random.Random(number)
        for _round in range(requests // THREADS):
            reader, cookie = dice.choice(people)
            path = dice.choice(PATHS)
            status, text = fetch(address + path, cookie)
            found = foreign_canaries(reader, text)
            if status >= 500:
                found.append(f"status {status}")
            with lock:
                tally.responses += 1
                tally.faults += [f"{reader.role} {reader.key} {path}: {each}" for each in found]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return tally


def signed_in_all(client_of: Any) -> list[tuple[Reader, str]]:
    """Build a world and return its people with their cookies."""
    world = make_world(small=True)
    people = []
    for key, role, post in world.posts():
        if (key, role) in FAST or key.startswith("2"):
            client = browser_of(client_of, post)
            cookie = f"sessionid={client.cookies['sessionid'].value}"
            people.append((Reader(key, role, column_of(key, role)), cookie))
    return people


@pytest.mark.django_db(transaction=True)
def test_threads_keep_people_apart(clock, live_server, client_of):
    tally = run_threads(live_server.url, signed_in_all(client_of), requests=320)
    tally.say(f"T62 {THREADS} threads")
    assert not tally.faults, "\n".join(sorted(set(tally.faults)))
    assert tally.responses == 320


@pytest.mark.slow
@pytest.mark.timeout(14_400)
@pytest.mark.django_db(transaction=True)
def test_threads_keep_people_apart_at_length(clock, live_server, client_of):
    tally = run_threads(live_server.url, signed_in_all(client_of), requests=100_000)
    tally.say(f"T62 {THREADS} threads")
    assert not tally.faults, "\n".join(sorted(set(tally.faults))[:50])


@contextmanager
def scope_of_the_last_one(monkeypatch: Any) -> Any:
    """Plant the fault that this family looks for: a scope kept beside the requests."""
    kept: dict[str, Any] = {}
    right: Callable[..., Any] = ScopedQuerySet.visible_to

    def shared(rows: Any, scope: Any) -> Any:
        scope, kept["scope"] = kept.get("scope", scope), scope
        return right(rows, scope)

    monkeypatch.setattr(ScopedQuerySet, "visible_to", shared)
    yield


@pytest.mark.django_db(transaction=True)
def test_the_probe_sees_a_scope_that_is_kept(clock, live_server, client_of, monkeypatch):
    people = signed_in_all(client_of)
    with scope_of_the_last_one(monkeypatch):
        tally = run_threads(live_server.url, people, requests=96)
    assert any("Zq" in fault for fault in tally.faults)
