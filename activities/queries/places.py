"""How full activities are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from activities.enums import STANDING, Audience, SignUpState
from activities.models import Activity, Host, SignUp
from members.enums import Side
from members.models import MemberPlace, PartyMember


@dataclass(frozen=True)
class PlacesTaken:
    """People signed up and people waiting."""

    signed: int = 0
    waiting: int = 0


def places_taken(activities: Iterable[Activity]) -> dict[int, PlacesTaken]:
    """Return {primary key: how many} in one query."""
    rows = (
        SignUp.objects.filter(activity__in=[each.pk for each in activities])
        .order_by()
        .values("activity")
        .annotate(
            signed=Count("pk", filter=Q(state=SignUpState.SIGNED)),
            waiting=Count("pk", filter=Q(state=SignUpState.WAITING)),
        )
    )
    return {row["activity"]: PlacesTaken(row["signed"], row["waiting"]) for row in rows}


def queue_position(row: SignUp) -> int:
    """Return how many wait up to and including this one: 1 is next."""
    waiting = SignUp.objects.waiting().filter(activity=row.activity_id)
    before = Q(asked_at__lt=row.asked_at) | Q(asked_at=row.asked_at, pk__lte=row.pk)
    return waiting.filter(before).count()


def audience_places(activity: Activity) -> Q:
    """Return the filter on member places of those it was published to."""
    here = Q(side=Side.COMMUNITY, community=activity.community_id)
    hosts = Host.objects.filter(activity=activity).values("organization")
    theirs = Q(side=Side.UNIT, unit__in=hosts)
    return {
        Audience.COMMUNITY: here,
        Audience.UNITS: theirs,
        Audience.BOTH: here | theirs,
    }[Audience(activity.audience)]


def is_in_audience(activity: Activity, member: PartyMember) -> bool:
    """Tell whether a member may sign up."""
    return MemberPlace.objects.filter(audience_places(activity), member=member).exists()


def standing_members(activity: Activity) -> QuerySet[Any]:
    """Return the members who have signed up or wait, to leave them out of a choice."""
    rows = SignUp.objects.filter(activity=activity, state__in=STANDING)
    return rows.order_by().values("member")
