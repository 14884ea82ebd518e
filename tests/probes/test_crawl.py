"""T04, T14, T22, T24: every role follows every link; nothing foreign, nothing masked, no write, every header."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection

from partybuild.access.querysets import ScopedQuerySet
from partybuild.notices.models import Notice
from tests.probes.crawling import UID, route_of
from tests.probes.reading import body_of, text_of
from tests.probes.roaming import Visitor, holders_of_links, programs, roam, signed_in
from tests.probes.watching import (
    READING_WRITES,
    Tally,
    business,
    figures,
    foreign_canaries,
    header_faults,
    personal_hits,
    watched,
)
from tests.probes.world import CANARY, World


class Look:
    """Looks at every answer that somebody is sent."""

    def __init__(self, world: World, visitor: Visitor, tally: Tally, writes: Any) -> None:
        self.world, self.visitor, self.tally, self.writes = world, visitor, tally, writes

    def __call__(self, address: str, answer: Any, content: bytes) -> None:
        text, reader = text_of(content), self.visitor.reader
        self.tally.responses += 1
        found = [f"canary {each}" for each in foreign_canaries(reader, text)]
        found += personal_hits(self.world, reader, text, self.visitor.person_id)
        found += [f"header {each}" for each in header_faults(answer, address)]
        if answer.status_code >= 500:
            found.append(f"status {answer.status_code}")
        found += [
            f"a GET wrote: {verb} {table}"
            for verb, table in business(self.writes)
            if (route_of(address), table) not in READING_WRITES
        ]
        self.writes.clear()
        self.tally.faults += [f"{reader.role} {reader.key} {address}: {each}" for each in found]


def everybody(world: World, client_of: Any, *, fast: bool) -> list[Visitor]:
    """Return browsers, programs and links."""
    return [
        *signed_in(world, client_of, fast=fast),
        *programs(world, fast=fast),
        *holders_of_links(world),
    ]


def crawl_all(
    world: World, visitors: list[Visitor], *, per_shape: int, most: int, strangers: int
) -> tuple[Tally, Tally]:
    """Let each follow every link, then ask for what others were led to."""
    with watched() as writes:
        tally = roam(
            visitors,
            lambda visitor, tally: Look(world, visitor, tally, writes),
            per_shape=per_shape,
            most=most,
        )
        others = Tally()
        dice = random.Random(7)
        everything = sorted({address for each in visitors for address in each.visited})
        for visitor in visitors:
            own = set(visitor.visited)
            # The link in a mail is a key by itself: whoever holds it may open it, so none is handed on.
            rest = [each for each in everything if each not in own and UID.search(each)]
            look = Look(world, visitor, others, writes)
            for address in dice.sample(rest, min(strangers, len(rest))):
                answer = visitor.client.get(address)
                look(address, answer, body_of(answer))
    return tally, others


def test_nobody_is_sent_what_lies_elsewhere(world, client_of):
    visitors = everybody(world, client_of, fast=True)
    tally, others = crawl_all(world, visitors, per_shape=1, most=60, strangers=10)
    tally.say("T04/T14/T22/T24 crawl")
    others.say("T04 what others were led to")
    assert not tally.faults + others.faults, "\n".join(tally.faults + others.faults)
    assert tally.responses > 500


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nobody_is_sent_what_lies_elsewhere_at_length(world, client_of):
    visitors = everybody(world, client_of, fast=False)
    tally, others = crawl_all(world, visitors, per_shape=12, most=600, strangers=100)
    tally.say("T04/T14/T22/T24 crawl")
    others.say("T04 what others were led to")
    assert not tally.faults + others.faults, "\n".join(tally.faults + others.faults)
    assert tally.responses >= 3000


def test_the_crawl_sees_a_lost_scope(world, client_of, monkeypatch):
    monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda rows, scope: rows.all())
    visitors = [each for each in everybody(world, client_of, fast=True) if each.reader.key == "112"]
    tally, _others = crawl_all(world, visitors, per_shape=1, most=12, strangers=0)
    assert any("canary" in fault for fault in tally.faults)


def test_the_crawl_sees_an_unmasked_value(world, client_of, monkeypatch):
    from members import personal

    monkeypatch.setitem(personal.TREATMENT["phone"], "community_worker", personal.FULL)
    worker = next(
        each for each in signed_in(world, client_of, fast=True) if each.reader.role == "worker"
    )
    worker.begin = [world.spots["112"].members[0].get_absolute_url()]
    tally, _others = crawl_all(world, [worker], per_shape=1, most=1, strangers=0)
    assert any("phone of 112" in fault for fault in tally.faults)


def test_the_crawl_sees_a_page_that_writes(world, client_of, monkeypatch):
    from partybuild.portal.views import home

    def writes(by: Any) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE areas_area SET sort = sort")
        return []

    monkeypatch.setattr(home, "upcoming_lines", writes)
    liaison = next(
        each for each in signed_in(world, client_of, fast=True) if each.reader.role == "liaison"
    )
    liaison.begin = ["/"]
    tally, _others = crawl_all(world, [liaison], per_shape=1, most=1, strangers=0)
    assert tally.faults == ["liaison 1112 /: a GET wrote: UPDATE areas_area"]


def mails_astray(world: World) -> tuple[int, list[str]]:
    """Return how many notices there are, and which name what lies outside their recipient's reach."""
    keys = {
        body.pk: key for key, spot in world.spots.items() for body in spot.units if len(key) == 4
    }
    keys |= {spot.committee.pk: key for key, spot in world.spots.items() if len(key) < 4}
    faults = []
    notices = list(Notice.objects.select_related("organization"))
    for notice in notices:
        key = keys.get(notice.organization_id, "")
        faults += [
            f"{notice.kind} to {key}: {match[0]}"
            for match in CANARY.finditer(f"{notice.title} {notice.body}")
            if not (match[2].startswith(key[:3]) or key.startswith(match[2]))
        ]
    return len(notices), faults


def test_no_mail_names_what_its_reader_may_not_see(world):
    count, faults = mails_astray(world)
    figures.append(f"T04 mails and notices: {count} read, {len(faults)} hits")
    assert faults == []
    assert count > 50
    stray = Notice.objects.filter(organization=world.spots["1111"].units[0]).first()
    Notice.objects.filter(pk=stray.pk).update(title="ZqtopicxXx1z".replace("X", "222"))
    assert mails_astray(world)[1]
