"""The demo from empty tables.

Nothing holds the whole load together: each service commits its own step, as when a page had called it. So every
event tells what its own step changed, and the planner comes to know the tables while they fill.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection

from config.demo import words
from config.demo.exceptions import DemoIsBeingLoaded, DemoIsHalfLoaded
from config.demo.services.feedback import give_feedback
from config.demo.services.people import Staff, appoint_everybody, enroll_members
from config.demo.services.places import Places, build_places
from config.demo.services.quarter import live_through
from config.demo.services.voices import hear_suggestions
from config.enums import EventKind
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.services.working_days import seed_working_days
from partybuild.audit.furniture import let_owner_flush
from partybuild.audit.models import Event
from partybuild.audit.services import record_event
from partybuild.calendar import today

_LOCK = 0x44454D4F


def load_demo() -> bool:
    """Build the demo unless it stands already; False if it did. What a killed load left is thrown away first."""
    by = Actor.system("load_demo")
    with _alone():
        if _is_half():
            _throw_away()
        seed_working_days(range(2025, today().year + 1), by=by)
        if Area.objects.filter(code=words.DISTRICT[1], valid_to=None).exists():
            return False
        record_event(EventKind.DEMO_BEGUN, target=None, by=by)
        _build(by=by)
        record_event(EventKind.DEMO_LOADED, target=None, by=by)
    return True


def _build(*, by: Actor) -> None:
    places: Places = build_places(by=by)
    staff: Staff = appoint_everybody(places, by=by)
    enroll_members(places, staff, by=by)
    live_through(places, staff, by=by)
    hear_suggestions(places, staff)
    give_feedback(places, staff, by=by)


@contextmanager
def _alone() -> Iterator[None]:
    """Keep a second load out; the lock of a killed process goes with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise DemoIsBeingLoaded
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _is_half() -> bool:
    marks = Event.objects.filter(kind__in=EventKind.values).order_by("-id")
    return marks.values_list("kind", flat=True).first() == EventKind.DEMO_BEGUN


def _throw_away() -> None:
    """Empty every table, as the owner: half a quarter cannot be told on."""
    if get_user_model().objects.exists() or not settings.IN_DEVELOPMENT:
        raise DemoIsHalfLoaded
    let_owner_flush()
    # What the flush sends puts the guard of the events back.
    # No number is given a second time.
    call_command("flush", database="owner", interactive=False, verbosity=0, reset_sequences=False)
