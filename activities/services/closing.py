"""What an activity came to: held, with its numbers, what was given, what it cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from activities.enums import ActivityState, EventKind
from activities.exceptions import ActivityIsAhead, AlreadyDecided, NobodyCame, NotOpenForSignUp
from activities.models import Activity, Attendance, Contribution
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import now
from partybuild.organizations.models import Organization

FIGURES = ("others_count", "served_count", "closing_note", "cost", "cost_source")


@transaction.atomic
def hold_activity(activity: Activity, *, by: Actor, **figures: Any) -> Activity:
    """Record that it took place, with who was there beside the members and what it cost.

    The figures may be put right afterwards; what it is called and when it was stays.
    """
    unknown = set(figures) - set(FIGURES)
    if unknown:
        raise TypeError(f"no figures: {sorted(unknown)}")
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    if activity.state not in {ActivityState.PUBLISHED, ActivityState.HELD}:
        raise AlreadyDecided
    if now() < activity.starts_at:
        raise ActivityIsAhead
    before = Activity.objects.get(pk=activity.pk)
    for name, value in figures.items():
        setattr(activity, name, value)
    is_first = activity.state == ActivityState.PUBLISHED
    if is_first:
        if not Attendance.objects.filter(activity=activity).came().exists():
            raise NobodyCame
        activity.state, activity.held_at = ActivityState.HELD, now()
    activity.full_clean(exclude=["leader"])
    activity.save()
    record_event(
        EventKind.ACTIVITY_HELD if is_first else EventKind.ACTIVITY_FIGURES_CHANGED,
        target=activity,
        by=by,
        changes=differences(before, activity, tuple(figures)),
    )
    return activity


@transaction.atomic
def enter_contribution(
    activity: Activity,
    *,
    organization: Organization,
    item: str,
    amount: Decimal,
    measure: str,
    by: Actor,
) -> Contribution:
    """Write down what a body gave; an amount always says of what measure it is."""
    if activity.state == ActivityState.CANCELLED:
        raise NotOpenForSignUp
    row = Contribution(
        activity=activity,
        organization=organization,
        item=item.strip(),
        amount=amount,
        measure=measure,
    )
    row.full_clean()
    row.save()
    record_event(EventKind.CONTRIBUTION_ENTERED, target=row, by=by)
    return row


@transaction.atomic
def withdraw_contribution(row: Contribution, *, by: Actor) -> Contribution:
    """Take back what was written down by mistake; a second press finds it taken back."""
    if Contribution.objects.filter(pk=row.pk, is_withdrawn=False).update(is_withdrawn=True):
        record_event(EventKind.CONTRIBUTION_WITHDRAWN, target=row, by=by)
    row.refresh_from_db()
    return row
