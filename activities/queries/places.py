"""How full activities are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from activities.enums import STANDING, ActivityState, Audience, SignUpState
from activities.models import Activity, Host, SignUp
from members.enums import Side
from members.models import MemberPlace, PartyMember
from partybuild.calendar import now
from partybuild.organizations.models import PartyOrganization


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
    hosts = Host.objects.filter(activity=activity).values("organization")
    # Communities that hold it together invite those reported in at each of them.
    together = PartyOrganization.objects.filter(organization__in=hosts, is_current=True)
    here = Q(side=Side.COMMUNITY) & (
        Q(community=activity.community_id) | Q(community__in=together.values("leads_area"))
    )
    theirs = Q(side=Side.UNIT, unit__in=hosts)
    return {
        Audience.COMMUNITY: here,
        Audience.UNITS: theirs,
        Audience.BOTH: here | theirs,
    }[Audience(activity.audience)]


def left_the_audience() -> QuerySet[SignUp]:
    """Return who still holds or awaits a place in a coming activity though it is no longer for them."""
    places = MemberPlace.objects.filter(member=OuterRef("member"))
    hosts = Host.objects.filter(activity=OuterRef(OuterRef("activity"))).values("organization")
    leads = PartyOrganization.objects.filter(
        organization__hosted_activities__activity=OuterRef(OuterRef("activity")), is_current=True
    ).values("leads_area")
    here = Exists(
        places.filter(side=Side.COMMUNITY).filter(
            Q(community=OuterRef("activity__community")) | Q(community__in=Subquery(leads))
        )
    )
    theirs = Exists(places.filter(side=Side.UNIT, unit__in=Subquery(hosts)))
    invited = (Q(activity__audience__in=(Audience.COMMUNITY, Audience.BOTH)) & Q(here)) | (
        Q(activity__audience__in=(Audience.UNITS, Audience.BOTH)) & Q(theirs)
    )
    return SignUp.objects.filter(
        ~invited,
        state__in=STANDING,
        activity__state=ActivityState.PUBLISHED,
        activity__starts_at__gt=now(),
    )


def is_in_audience(activity: Activity, member: PartyMember) -> bool:
    """Tell whether a member may sign up."""
    return MemberPlace.objects.filter(audience_places(activity), member=member).exists()


def standing_members(activity: Activity) -> QuerySet[Any]:
    """Return the members who have signed up or wait, to leave them out of a choice."""
    rows = SignUp.objects.filter(activity=activity, state__in=STANDING)
    return rows.order_by().values("member")
