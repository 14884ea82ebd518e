"""One act, one leading event, in the transaction of the act, with everything that an auditor asks (T30)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Max

from partybuild.access import Actor
from partybuild.audit.models import Event, RowChange
from partybuild.audit.services import record_event
from tests.factories.meetings import make_council, make_notified
from tests.factories.members import make_member
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(cast: Any) -> Any:
    """A community with a council, a meeting that was announced, a unit with a member."""
    for body in (cast.unit, cast.second_unit):
        make_unit_of(body)
    cast.person = make_member(cast.unit, phone="19900005555")
    cast.council = make_council(cast.community, cast.committee, cast.unit, cast.second_unit)
    cast.meeting = make_notified(cast.council)
    return cast


def _form(browser: Any, path: str, **typed: Any) -> dict[str, Any]:
    """Return what the page's form would send, with some of it typed over."""
    form = browser.get(path).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in {**shown, **typed}.items() if value not in (None, False)}


# By post and page: what is typed over what its form shows.
ACTS = {
    "organization": ("secretary", "/organizations/{committee}/edit/", {"short_name": "新简称"}),
    "unit contacts": (
        "liaison",
        "/units/{unit}/contacts/",
        {"contact_name": "李四", "contact_phone": "19900001212"},
    ),
    "unit": ("secretary", "/units/{unit}/edit/", {"residence": "江边路2号"}),
    "council": ("secretary", "/meetings/councils/{council}/change/", {"charter": "每季度一次"}),
    "meeting": ("secretary", "/meetings/{meeting}/change/", {"place": "二楼会议室"}),
    "suggestion": ("liaison", "/suggestions/new/", {"text": "字再大一点"}),
}
# Buttons: nothing is typed.
PRESSED = {
    "phone": ("unit_secretary", "/members/{member}/phone/", {}),
    "answer": (
        "liaison",
        "/meetings/{meeting}/answer/",
        {"answer": "attend", "attendee_name": "李四", "people": "1"},
    ),
    "cancel": ("secretary", "/meetings/{meeting}/cancel/", {"reason": "台风"}),
}


def _newest() -> tuple[int, int]:
    return (
        Event.objects.aggregate(last=Max("pk"))["last"] or 0,
        RowChange.objects.aggregate(last=Max("pk"))["last"] or 0,
    )


def _check(world: Any, browser: Any, post: Any, answer: Any, before: tuple[int, int]) -> None:
    events = list(Event.objects.filter(pk__gt=before[0]).order_by("pk"))
    changed = set(RowChange.objects.filter(pk__gt=before[1]).values_list("xid", flat=True))
    leaders: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if not event.is_follow_up:
            leaders[event.changed_xid].append(event)
    assert changed <= set(leaders), "rows changed without an event in their transaction"
    assert [len(each) for each in leaders.values()] == [1], [event.kind for event in events]
    [[event]] = leaders.values()
    assert event.at is not None
    assert (event.person_id, event.appointment_id, event.role, event.result) == (
        post.person_id,
        post.pk,
        post.role,
        "done",
    )
    assert event.request_id == answer["X-Request-Id"]
    assert event.source == "127.0.0.1"
    assert event.area_path == post.organization.area.path


@pytest.mark.parametrize("act", [*ACTS, *PRESSED])
def test_each_act_leaves_one_leading_event(world, client_of, act):
    name, address, typed = {**ACTS, **PRESSED}[act]
    post = getattr(world, name)
    path = address.format(
        committee=world.committee.uid,
        unit=world.unit.uid,
        council=world.council.uid,
        meeting=world.meeting.uid,
        member=world.person.uid,
    )
    browser = client_of(post)
    page = browser.get(path) if act in ACTS else None
    if page is not None and page.status_code == 404:
        pytest.fail(f"no page {path}")
    typed = _form(browser, path, **typed) if act in ACTS else typed
    before = _newest()
    answer = browser.act(path, typed)
    assert answer.status_code in {200, 302}, (act, answer.status_code)
    _check(world, browser, post, answer, before)


def test_first_leads_and_others_follow(cast):
    by = Actor.system("test")
    with transaction.atomic():
        paid = record_event("obligation.paid", target=None, by=by, follows=True)
        first = record_event("report.filed", target=None, by=by)
        second = record_event("unit.changed", target=None, by=by)
    alone = record_event("unit.changed", target=None, by=by)
    for event in (paid, first, second, alone):
        event.refresh_from_db()
    assert [event.is_follow_up for event in (paid, first, second, alone)] == [
        True,
        False,
        True,
        False,
    ]


def test_what_is_taken_back_leaves_nothing(cast):
    before = _newest()
    with transaction.atomic():
        record_event("unit.changed", target=cast.unit, by=Actor.system("test"))
        type(cast.unit).objects.filter(pk=cast.unit.pk).update(sort=9)
        transaction.set_rollback(True)
    assert _newest() == before


def test_who_writes_an_event_chooses_neither_time_nor_transaction(cast):
    from datetime import UTC, datetime

    event = Event.objects.create(
        kind="test", actor_kind="system", at=datetime(2020, 1, 1, tzinfo=UTC), changed_xid=1
    )
    event.refresh_from_db()
    assert event.at.year == 2026
    assert event.changed_xid > 1
