"""T04, T14, T22, T23, T24: every role follows every link; nothing foreign, nothing masked, no write."""

from __future__ import annotations

import random
from typing import Any

import pytest

from partybuild.accounts.models import Appointment
from tests.probes.crawling import crawl, route_of
from tests.probes.reading import text_of
from tests.probes.watching import (
    READING_WRITES,
    Reader,
    Tally,
    business,
    column_of,
    foreign_canaries,
    header_faults,
    personal_hits,
    watched,
)
from tests.probes.world import World

# One of each column; the others only in the long form.
FAST = {
    ("", "staff"),
    ("1", "staff"),
    ("11", "staff"),
    ("111", "secretary"),
    ("112", "worker"),
    ("1111", "secretary"),
    ("1112", "liaison"),
    ("1121", "member"),
    ("", "system"),
    ("", "security"),
    ("", "auditor"),
}


class Watch:
    """Looks at every answer that somebody is sent."""

    def __init__(self, world: World, tally: Tally, reader: Reader, post: Appointment) -> None:
        self.world, self.tally, self.reader, self.post = world, tally, reader, post
        self.writes: list[tuple[str, str]] = []

    def __call__(self, address: str, answer: Any, content: bytes) -> None:
        text = text_of(content)
        self.tally.responses += 1
        found = [f"canary {each}" for each in foreign_canaries(self.reader, text)]
        found += personal_hits(self.world, self.reader, text, self.post.person_id)
        found += [f"header {each}" for each in header_faults(answer, address)]
        if answer.status_code >= 500:
            found.append(f"status {answer.status_code}")
        found += [
            f"a GET wrote: {verb} {table}"
            for verb, table in business(self.writes)
            if (route_of(address), table) not in READING_WRITES
        ]
        self.writes.clear()
        self.tally.faults += [f"{self.reader.role} {self.reader.key} {address}: {each}" for each in found]


def run_crawl(
    world: World, client_of: Any, whos: Any, *, per_shape: int, most: int
) -> tuple[Tally, dict[Any, list[str]]]:
    """Crawl as each of them."""
    tally, addresses = Tally(), {}
    for key, role, post in whos:
        reader = Reader(key, role, column_of(key, role))
        look = Watch(world, tally, reader, post)
        with watched() as look.writes:
            _count, addresses[key, role], _forms = crawl(
                client_of(post), look, per_shape=per_shape, most=most
            )
    return tally, addresses


def run_strangers(
    world: World, client_of: Any, whos: Any, addresses: dict[Any, list[str]], *, each: int
) -> Tally:
    """Ask as each of them for what others were led to."""
    tally = Tally()
    dice = random.Random(7)
    everything = sorted({address for found in addresses.values() for address in found})
    for key, role, post in whos:
        look = Watch(world, tally, Reader(key, role, column_of(key, role)), post)
        client = client_of(post)
        own = set(addresses.get((key, role), ()))
        others = [address for address in everything if address not in own and address.count("-") >= 4]
        with watched() as look.writes:
            for address in dice.sample(others, min(each, len(others))):
                answer = client.get(address)
                content = (
                    b"".join(answer.streaming_content) if answer.streaming else answer.content
                )
                look(address, answer, content)
    return tally


def test_nobody_is_sent_what_lies_elsewhere(world, client_of):
    whos = [who for who in world.posts() if who[:2] in FAST]
    tally, addresses = run_crawl(world, client_of, whos, per_shape=1, most=70)
    tally.say("T04/T14/T22/T24 crawl")
    strangers = run_strangers(world, client_of, whos, addresses, each=15)
    strangers.say("T04 others' addresses")
    assert not tally.faults + strangers.faults, "\n".join(tally.faults + strangers.faults)
    assert tally.responses > 300


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nobody_is_sent_what_lies_elsewhere_at_length(world, client_of):
    tally, addresses = run_crawl(world, client_of, world.posts(), per_shape=12, most=600)
    strangers = run_strangers(world, client_of, world.posts(), addresses, each=120)
    tally.say("T04/T14/T22/T24 crawl")
    strangers.say("T04 others' addresses")
    assert not tally.faults + strangers.faults, "\n".join(tally.faults + strangers.faults)
    assert tally.responses >= 3000
