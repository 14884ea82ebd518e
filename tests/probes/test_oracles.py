"""T10, T11, T12: what is filtered, ordered, searched or counted tells nothing about other people's rows."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from stdnum.cn import uscc

from partybuild.access import Level
from partybuild.calendar import now
from tests.factories.core import id_number, make_area, make_unit_organization
from tests.factories.meetings import make_council, make_held, make_notified, make_resolution
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit, make_unit_of
from tests.probes.crawling import UID, crawl, route_of, starts
from tests.probes.reading import body_of, text_of
from tests.probes.roaming import Visitor, browser_of, programs
from tests.probes.test_forms import send, undone
from tests.probes.watching import Reader, Tally, column_of
from tests.probes.world import World

LOOKUPS = (
    "",
    "__exact",
    "__iexact",
    "__contains",
    "__startswith",
    "__regex",
    "__isnull",
    "__in",
    "__gt",
    "__lt",
    "__year",
    "__range",
)
HOSTILE = ("_connector", "_negated", "ordering", "order_by", "sort", "search", "fields", "format")
# What pages may be asked for: each stands in a form or link of a page; tests of each page try them.


def paths_of(model: Any, depth: int) -> list[str]:
    """Return the paths through a model's relations, to a depth."""
    found = []
    for each in model._meta.get_fields():
        name = each.name
        found.append(name)
        if depth > 1 and each.is_relation and each.related_model is not None:
            found += [f"{name}__{path}" for path in paths_of(each.related_model, depth - 1)]
    return found


# The same words for everybody; the second is not there in production.
_STATIC = ("/api/docs/", "/ui/gallery/")


def visitor_of(world: World, client_of: Any, key: str, role: str) -> Visitor:
    """Return somebody's browser."""
    post = world.post(key, role)
    return Visitor(
        Reader(key, role, column_of(key, role)),
        browser_of(client_of, post),
        post.person_id,
        post=post,
    )


def plain(answer: Any, *said: str) -> tuple[int, str]:
    """Return an answer without tokens, without sealed cursors, and without what was just asked."""
    text = text_of(body_of(answer))
    text = re.sub(r'(value|content)="[A-Za-z0-9]{64}"', "", text)
    text = re.sub(r'name="nonce" value="[^"]*"', "", text)
    text = re.sub(r'"(next|changes)":"[^"]*"', "", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "", text)
    for word in said:
        for form in (word, word.replace("&", "&amp;")):
            text = text.replace(f"&amp;{form}", "").replace(f"?{form}", "").replace(form, "")
    # Nothing asked and an empty question are the same address.
    return answer.status_code, text.replace('?"', '"')


def lists_of(visitor: Visitor) -> list[str]:
    """Return the addresses without an id that somebody may open."""
    begin = [each for each in visitor.begin or starts() if not each.startswith(_STATIC)]
    found = []
    for address in begin:
        answer = visitor.client.get(address)
        if (answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]) or (
            answer.status_code == 200 and address.startswith("/api/v1/")
        ):
            found.append(address)
    return found


def run_filters(visitor: Visitor, pages: list[str], names: list[str], values: list[str]) -> Tally:
    """Ask every page for parameters that it does not offer: it answers as without them, or 400."""
    tally, base = Tally(), {}
    for number, name in enumerate(names):
        page = pages[number % len(pages)]
        said = f"{quote(name)}={quote(values[number % len(values)])}"
        if page not in base:
            base[page] = plain(visitor.client.get(page))
        answer = visitor.client.get(f"{page}?{said}")
        tally.probes += 1
        if answer.status_code == 400:
            continue
        if page.startswith("/api/"):
            tally.faults.append(f"{page}?{said}: {answer.status_code}")
        elif plain(answer, said, quote(f"{page}?{said}", safe="/")) != base[page]:
            tally.faults.append(f"{visitor.reader.column} {page}?{said}")
    return tally


# Parameters that some page offers under a name that is a column's too.
_OFFERED = {"period", "community", "state", "kind", "area", "subject", "duty", "unit", "channel"}
_OFFERED |= {"q", "page", "sort", "level", "code", "current", "parent", "below", "limit", "cursor"}
_OFFERED |= {"changed_since", "owed_to", "council", "meeting", "status", "role", "organization"}
_OFFERED |= {"person", "user", "name", "since", "until", "on", "date", "category", "text", "source"}


def probes(count: int, seed: int) -> list[str]:
    """Return that many parameter names: model paths to depth 3 with lookups."""
    dice = random.Random(seed)
    everything = sorted(
        {
            path + lookup
            for model in apps.get_models()
            if hasattr(model, "visibility")
            for path in paths_of(model, 3)
            for lookup in LOOKUPS
        }
        - _OFFERED
    )
    return dice.sample(everything, min(count, len(everything))) + list(HOSTILE[:2])


def personal_values(world: World) -> list[str]:
    """Return what a thief would guess: beginnings of hidden values."""
    return [text[: 3 + len(text) // 3] for text in list(world.personal)[:60]]


def filters_of(world: World, client_of: Any, *, count: int, seed: int) -> Tally:
    """Probe pages as a secretary, the REST interface as a token."""
    secretary = visitor_of(world, client_of, "111", "secretary")
    token = next(each for each in programs(world, fast=True) if each.reader.column == "street")
    values = personal_values(world)
    tally = Tally()
    for visitor, share in ((secretary, 2), (token, 2)):
        pages = [page for page in lists_of(visitor) if route_of(page) != "portal:suggestion-create"]
        got = run_filters(visitor, pages, probes(count // share, seed), values)
        tally.probes += got.probes
        tally.faults += got.faults
    return tally


def test_parameters_that_nobody_offers_do_nothing(world, client_of):
    tally = filters_of(world, client_of, count=260, seed=1)
    tally.say("T10 filters")
    assert not tally.faults, "\n".join(tally.faults)


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_parameters_that_nobody_offers_do_nothing_at_length(world, client_of):
    tally = filters_of(world, client_of, count=20_400, seed=2)
    tally.say("T10 filters")
    assert not tally.faults, "\n".join(tally.faults[:50])
    assert tally.probes >= 20_000


def test_the_probe_sees_a_list_that_takes_any_filter(world, client_of, monkeypatch):
    from units.views import units

    def takes_any(rows: Any, form: Any) -> Any:
        return rows.filter(**{name: value for name, value in form.data.items() if "__" in name})

    monkeypatch.setattr(units, "narrowed_units", takes_any)
    secretary = visitor_of(world, client_of, "111", "secretary")
    found = run_filters(secretary, ["/units/"], ["organization__name__contains"], ["nobody"])
    assert found.faults


# -- Ordering and search ----------------------------------------------------------------------------

_ORDERING = ("ordering", "order_by", "order", "o", "sort_by")


def run_ordering(visitor: Visitor, pages: list[str], *, count: int) -> Tally:
    """Order every list by hidden columns, up and down: nothing moves."""
    dice = random.Random(5)
    hidden = [
        "phone",
        "phone_hash",
        "id_number",
        "id_number_hash",
        "birth_date",
        "member__person__phone",
        "person__birth_date",
        "organization__contact_phone",
        "home_address",
        "score",
        "changed_xid",
    ]
    names = [(name, sign + column) for name in _ORDERING for sign in ("", "-") for column in hidden]
    tally = Tally()
    base: dict[str, Any] = {}
    for page in pages:
        for name, column in dice.sample(names, min(count, len(names))):
            if page not in base:
                base[page] = plain(visitor.client.get(page))
            said = f"{name}={quote(column)}"
            answer = visitor.client.get(f"{page}?{said}")
            tally.probes += 1
            if answer.status_code != 400 and plain(answer, said) != base[page]:
                tally.faults.append(f"{page}?{said}")
        # `sort` is offered where a list is sorted; by hidden columns it does nothing either.
        for column in hidden:
            told = {
                plain(visitor.client.get(f"{page}?sort={sign}{column}"), f"sort={sign}{column}")
                for sign in ("", "-")
            }
            tally.probes += 2
            if len(told) != 1:
                tally.faults.append(f"{page}?sort={column}")
    return tally


def run_search(visitor: Visitor, world: World, pages: list[str], *, most: int) -> Tally:
    """Search every box for pieces of hidden values: the answer is that for a word nobody bears."""
    tally = Tally()
    words = [
        (text, text[:-4] if what == "phone" else text)
        for text, (what, _owner, key) in world.personal.items()
        if what in {"id_number", "phone", "birth_date", "joined_on", "home_address"}
        and key.startswith(visitor.reader.key[:3])
    ]
    dice = random.Random(11)
    for page in pages:
        nobody = {
            name: plain(visitor.client.get(f"{page}?{name}=0000000"), f"{name}=0000000", "0000000")
            for name in ("q", "words", "text", "name")
        }
        for _text, word in dice.sample(words, min(most, len(words))):
            for name in ("q",):
                said = urlencode({name: word})
                answer = visitor.client.get(f"{page}?{said}")
                tally.probes += 1
                if answer.status_code == 400:
                    continue
                got = plain(answer, said, word, quote(word))
                want = plain(
                    visitor.client.get(f"{page}?{name}=0000000"), f"{name}=0000000", "0000000"
                )
                if got != want and got != nobody[name]:
                    tally.faults.append(f"{visitor.reader.column} {page}?{name}={word}")
    return tally


def test_hidden_columns_neither_order_nor_are_found(world, client_of):
    secretary = visitor_of(world, client_of, "111", "secretary")
    pages = ["/units/", "/members/", "/members/report-ins/", "/meetings/", "/obligations/"]
    tally = run_ordering(secretary, pages, count=3)
    boxes = ["/search/", "/members/", "/units/", "/meetings/topics/", "/organizations/"]
    found = run_search(secretary, world, boxes, most=4)
    tally.probes += found.probes
    tally.faults += found.faults
    tally.say("T11 ordering and search")
    assert not tally.faults, "\n".join(tally.faults)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_hidden_columns_neither_order_nor_are_found_at_length(world, client_of):
    tally = Tally()
    for key, role in (("11", "staff"), ("111", "secretary"), ("1111", "liaison")):
        visitor = visitor_of(world, client_of, key, role)
        pages = lists_of(visitor)
        for got in (
            run_ordering(visitor, pages, count=110),
            run_search(visitor, world, pages, most=12),
        ):
            tally.probes += got.probes
            tally.faults += got.faults
    tally.say("T11 ordering and search")
    assert not tally.faults, "\n".join(tally.faults)


def test_the_probe_sees_a_search_in_hidden_columns(world, client_of, monkeypatch):
    from members.views import members as view

    by_phone = {member.person.phone[:-4]: member.pk for member in world.spots["111"].members}

    def finds(rows: Any, text: str) -> Any:
        return rows.filter(member=by_phone[text]) if text in by_phone else rows.none()

    monkeypatch.setattr(view, "searched", finds)
    secretary = visitor_of(world, client_of, "111", "secretary")
    assert run_search(secretary, world, ["/members/"], most=60).faults


# -- Two states that differ only elsewhere ------------------------------------------------------------


def happen_elsewhere(world: World) -> None:
    """Change what none of the tested posts sees: everything in the second district."""
    far = world.spots["22"]
    community = make_area("新社区", Level.COMMUNITY, far.area, code="980102002009")
    unit = make_unit_organization("远处新单位", community)
    make_unit_of(unit, credit_code="91350100M000100Y43")
    second = make_unit(world.spots["222"].area, "远处另一单位").organization
    member = make_member(unit, "远处党员", id_number=id_number(999, born="19700707"))
    make_report_in(member, world.spots["221"].area)
    make_services(world.spots["221"].area, [member])
    council = make_council(world.spots["222"].area, world.spots["222"].committee, second, name="远")
    held = make_held(council)
    resolution = make_resolution(held, second)
    assert resolution.pk
    make_notified(council, starts_at=now() + timedelta(days=5))
    make_member(second, "远处新党员", since=date(2026, 1, 1))


# Two readings of one clock differ; pages that say the minute are read twice in the same one.
_MINUTES = re.compile(r"\d{1,2}:\d{2}(:\d{2})?(\.\d+)?")
ACTORS = (
    ("1", "staff"),
    ("11", "staff"),
    ("111", "secretary"),
    ("1111", "liaison"),
    ("1121", "member"),
)


def run_two_states(world: World, client_of: Any, *, most: int, per_shape: int) -> Tally:
    """Read everything, change things elsewhere, read it again."""
    tally = Tally()
    visitors = [visitor_of(world, client_of, key, role) for key, role in ACTORS]
    visitors += [each for each in programs(world, fast=True) if each.reader.key in {"11", "1111"}]
    read: list[dict[str, Any]] = []
    for visitor in visitors:
        _count, addresses, _forms = crawl(
            visitor.client,
            lambda *seen: None,
            per_shape=per_shape,
            most=most,
            begin=visitor.begin,
        )
        visitor.visited = addresses
        read.append({address: _twice(visitor, address) for address in addresses})
    with undone():
        happen_elsewhere(world)
        for visitor, before in zip(visitors, read, strict=True):
            for address in visitor.visited:
                tally.responses += 1
                if _twice(visitor, address) != before[address]:
                    tally.faults.append(f"{visitor.reader.column} {visitor.reader.key} {address}")
    return tally


def _twice(visitor: Visitor, address: str) -> tuple[int, str]:
    status, text = plain(visitor.client.get(address))
    return status, _MINUTES.sub("", text)


def test_what_happens_elsewhere_changes_no_answer(world, client_of):
    tally = run_two_states(world, client_of, most=32, per_shape=1)
    tally.say("T12 two states")
    assert not tally.faults, "\n".join(tally.faults)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_what_happens_elsewhere_changes_no_answer_at_length(world, client_of):
    tally = run_two_states(world, client_of, most=300, per_shape=3)
    tally.say("T12 two states")
    assert not tally.faults, "\n".join(tally.faults)


def test_the_probe_sees_a_count_of_all(world, client_of, monkeypatch):
    from partybuild.portal.views import home
    from units.models import ResidentUnit

    monkeypatch.setattr(home, "upcoming_lines", lambda by: [])
    original = home.render

    def counts(request: Any, template: str, context: Any, **more: Any) -> Any:
        answer = original(request, template, context, **more)
        answer.write(f"<!-- {ResidentUnit._base_manager.count()} -->")
        return answer

    monkeypatch.setattr(home, "render", counts)
    tally = run_two_states(world, client_of, most=2, per_shape=1)
    assert tally.faults


def test_a_code_known_elsewhere_answers_like_an_unknown_one(world, client_of):
    secretary = visitor_of(world, client_of, "111", "secretary")
    known, unknown = (
        body + uscc.calc_check_digit(body) for body in ("91350100M000100Y4", "91350211M000100Y4")
    )
    make_unit(world.spots["222"].area, "远处单位", credit_code=known)
    told = []
    for code in (known, unknown):
        values = {
            "name": "新登记的单位",
            "area": str(world.spots["111"].area.uid),
            "kind": "institution",
            "credit_code": code,
        }
        with undone():
            answer = send(secretary, "/units/new/", values)
            page = secretary.client.get(answer["Location"]) if answer.status_code == 302 else answer
            told.append((answer.status_code, _MINUTES.sub("", plain(page, code)[1])))
    assert told[0][0] == told[1][0] == 302
    assert UID.sub("", told[0][1]) == UID.sub("", told[1][1])


def test_a_number_known_elsewhere_answers_like_an_unknown_one(world, client_of):
    secretary = visitor_of(world, client_of, "1111", "secretary")
    known = world.spots["2221"].members[0].person.id_number
    unknown = id_number(321, born=known[6:14])
    told = []
    for number in (known, unknown):
        values = {"name": "新党员", "id_number": number, "phone": "19900004321", "kind": "full"}
        values |= {"category": "in_service", "gender": "male"}
        with undone():
            answer = send(secretary, "/members/new/", values)
            told.append((answer.status_code, UID.sub("", plain(answer, number)[1])))
    assert told[0] == told[1]
