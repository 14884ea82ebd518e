"""Two hundred at once on one activity: places as rows, against a lock on the activity, and against no lock at all."""

from __future__ import annotations

import multiprocessing
import queue
import resource
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.db.models import Count

from benchmarks.measuring import report

CLIENTS = 200
REQUESTS = 600
PLACES = 200
ROUNDS = 3
# As two web processes of eight threads hold them.
PROCESSES, THREADS = 2, 8


def run(requests: int = REQUESTS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Send every request through 16 connections, the ways in turns.

    Times are those of a round with a place for everybody; oversold and double are counted in rounds
    with 200 places.
    """
    community, organizer, members = _town(requests)
    taken: dict[str, list[float]] = {}
    over: dict[str, list[int]] = {}
    double = 0
    for _round in range(rounds):
        for way in ("ours", "locked", "naive"):
            activity = _activity(community, organizer, None if way != "ours" else requests)
            taken.setdefault(way, []).append(_rush(way, activity, members, limit=requests))
            activity = _activity(community, organizer, None if way != "ours" else PLACES)
            _rush(way, activity, members, limit=PLACES)
            signed = _signed(activity)
            over.setdefault(way, []).append(max(0, signed - PLACES))
            if way == "ours":
                double += _double(activity)
                if signed != PLACES:
                    over[way][-1] = abs(signed - PLACES)
    found = report(
        "places",
        rows=requests,
        ours=taken["ours"],
        baselines={"select_for_update": taken["locked"]},
        rss_mb=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    )
    return {
        **found,
        "oversold": sum(over["ours"]) + sum(over["locked"]),
        "double": double,
        "control_oversold": sum(over["naive"]),
    }


# -- The ways -----------------------------------------------------------------------------------
def _ours(activity: Any, member: Any, limit: int) -> None:
    from activities.services import sign_up
    from partybuild.access import Actor

    sign_up(activity, member=member, by=Actor.system("bench"))


@transaction.atomic
def _locked(activity: Any, member: Any, limit: int) -> None:
    from activities.models import Activity

    Activity.objects.select_for_update().get(pk=activity.pk)
    _count_and_write(activity, member, limit)


@transaction.atomic
def _naive(activity: Any, member: Any, limit: int) -> None:
    _count_and_write(activity, member, limit)


def _count_and_write(activity: Any, member: Any, limit: int) -> None:
    """Do what the product does beside the places: the same checks, the same row, the same event."""
    from activities.enums import EventKind, SignUpState
    from activities.models import SignUp
    from activities.services.signing_up import place_in_audience
    from partybuild.access import Actor
    from partybuild.audit.services import record_event

    place = place_in_audience(activity, member)
    full = SignUp.objects.signed().filter(activity=activity).count() >= limit
    row = SignUp.objects.create(
        activity=activity,
        member=member,
        state=SignUpState.WAITING if full else SignUpState.SIGNED,
        member_name=place.name,
        unit_id=place.unit_id,
        unit_name=place.unit_name,
    )
    record_event(EventKind.SIGNED_UP, target=row, by=Actor.system("bench"))


WAYS: dict[str, Callable[[Any, Any, int], None]] = {
    "ours": _ours,
    "locked": _locked,
    "naive": _naive,
}


# -- The rush ------------------------------------------------------------------------------------
def _rush(way: str, activity: Any, members: list[Any], *, limit: int) -> float:
    """Return the seconds from the first request to the last answer."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(PROCESSES + 1)
    workers = [
        context.Process(
            target=_serve, args=(way, activity, members[number::PROCESSES], limit, ready)
        )
        for number in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    started = time.perf_counter()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise SystemExit(f"a worker of the way {way} failed")
    return time.perf_counter() - started


def _serve(way: str, activity: Any, members: list[Any], limit: int, ready: Any) -> None:
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for member in members:
        waiting.put(member)
    open_doors = threading.Barrier(THREADS + 1)

    def work() -> None:
        try:
            connections["default"].ensure_connection()
            open_doors.wait()
            while True:
                try:
                    member = waiting.get_nowait()
                except queue.Empty:
                    return
                WAYS[way](activity, member, limit)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        done = [pool.submit(work) for _number in range(THREADS)]
        ready.wait()
        open_doors.wait()
        for each in done:
            each.result()


# -- The town ------------------------------------------------------------------------------------
def _town(number: int) -> tuple[Any, Any, list[Any]]:
    """Write a community, its committee and members who have reported in, as rows."""
    from members.enums import Side
    from members.models import MemberPlace, PartyMember
    from partybuild.access import Level
    from partybuild.areas.models import Area
    from partybuild.organizations.models import Organization
    from partybuild.people.models import Person

    community = Area.objects.create(
        kind="community", name="测试社区", level=Level.COMMUNITY, valid_from=date(2020, 1, 1)
    )
    community.path = f"{community.pk:08x}."
    community.save()
    organizer = Organization.objects.create(
        kind="committee",
        name="测试社区党委",
        area=community,
        valid_from=date(2020, 1, 1),
    )
    people = Person.objects.bulk_create([Person(name=f"党员{each}") for each in range(number)])
    members = PartyMember.objects.bulk_create([PartyMember(person=each) for each in people])
    MemberPlace.objects.bulk_create(
        [
            MemberPlace(
                member=each,
                side=Side.COMMUNITY,
                area=community,
                community=community,
                name=each.person.name,
            )
            for each in members
        ]
    )
    return community, organizer, members


def _activity(community: Any, organizer: Any, places: int | None) -> Any:
    from activities.services import plan_activity, publish_activity
    from partybuild.access import Actor
    from partybuild.calendar import now

    by = Actor.system("bench")
    starts_at: datetime = now() + timedelta(days=7)
    activity = plan_activity(
        community=community,
        organizer=organizer,
        title="清洁家园",
        kind="service",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        place="广场",
        places=places,
        by=by,
    )
    return publish_activity(activity, by=by)


def _signed(activity: Any) -> int:
    from activities.models import SignUp

    return SignUp.objects.signed().filter(activity=activity).count()


def _double(activity: Any) -> int:
    """Count members with two sign-ups, and places and signed members that do not match one to one."""
    from activities.models import Seat, SignUp

    rows = SignUp.objects.filter(activity=activity).order_by()
    twice = rows.values("member").annotate(n=Count("pk")).filter(n__gt=1).count()
    seated = Seat.objects.filter(activity=activity, sign_up__state="signed").count()
    return twice + abs(seated - _signed(activity))
