"""The demo from empty tables, in one transaction."""

from __future__ import annotations

from django.db import transaction

from config.demo import words
from config.demo.services.people import Staff, appoint_everybody, enroll_members
from config.demo.services.places import Places, build_places
from config.demo.services.quarter import live_through
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.services.working_days import seed_working_days
from partybuild.calendar import today


@transaction.atomic
def load_demo() -> bool:
    """Build the demo unless it stands already; False if it did."""
    by = Actor.system("load_demo")
    seed_working_days(range(2025, today().year + 1), by=by)
    if Area.objects.filter(code=words.DISTRICT[1], valid_to=None).exists():
        return False
    places: Places = build_places(by=by)
    staff: Staff = appoint_everybody(places, by=by)
    enroll_members(places, staff, by=by)
    live_through(places, staff, by=by)
    return True
