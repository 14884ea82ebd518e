"""Who holds activities."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from activities.enums import Audience
from activities.models import Activity, Host
from members.enums import Side
from members.models import MemberPlace, ServiceRecord
from partybuild.access import Actor, Level, may
from partybuild.areas.models import Area
from partybuild.organizations.models import PartyOrganization


def hosts_of_activities(activities: list[int]) -> list[tuple[int, int]]:
    """Return (activity, organization) of the bodies that hold activities together, by primary key."""
    return list(
        Host.objects.filter(activity__in=activities)
        .order_by("-role", "pk")
        .values_list("activity", "organization")
    )


def communities_of(activity: Activity) -> QuerySet[Area]:
    """Return the communities that hold an activity together, the one where it takes place among them."""
    hosts = Host.objects.filter(activity=activity).values("organization")
    led = PartyOrganization.objects.filter(organization__in=hosts, is_current=True)
    together = Area.objects.filter(pk__in=led.values("leads_area"), level=Level.COMMUNITY)
    return (together | Area.objects.filter(pk=activity.community_id)).order_by("path")


def homes_of(activity: Activity, members: Iterable[int]) -> dict[int, Area]:
    """Return {member: the community whose service it is}: where they are reported in among those that
    hold it together, which feeds it back to their unit; for all others where it took place.
    """
    holding = {area.pk: area for area in communities_of(activity)}
    wanted = list(members)
    homes = dict.fromkeys(wanted, activity.community)
    places = MemberPlace.objects.filter(
        member__in=wanted, side=Side.COMMUNITY, community__in=holding
    ).order_by("community__path")
    here = set()
    for member, community in places.values_list("member", "community"):
        if community == activity.community_id:
            here.add(member)
        elif homes[member] == activity.community:
            homes[member] = holding[community]
    return homes | dict.fromkeys(here, activity.community)


def certified_elsewhere(activity: Activity) -> list[tuple[str, int]]:
    """Return (community, people) of those who came and whose service another community is to certify."""
    rows = ServiceRecord.objects.waiting().filter(attendance__activity=activity)
    return list(
        rows.exclude(community=activity.community_id)
        .order_by("community__path")
        .values_list("community__name")
        .annotate(people=Count("pk"))
    )


def audience_words(activity: Activity) -> str:
    """Return for whom it is; of several communities each by name."""
    names: list[str] = []
    if activity.audience != Audience.UNITS:
        names = [area.name for area in communities_of(activity)]
    if len(names) < 2:
        return activity.get_audience_display()
    words = {"names": "、".join(names)}
    if activity.audience == Audience.COMMUNITY:
        return _("在%(names)s报到的党员") % words
    return _("在%(names)s报到的党员和主办、协办单位的党员") % words


def may_as_host(by: Actor, key: str, activity: Activity) -> bool:
    """Tell whether a post may do something with an activity: in its area, or as one of those that hold it.

    A committee that holds it with another acts as that party, for the rows that it sees there.
    """
    if may(by, key, activity):
        return True
    if by.organization_id is None or not may(by, key):
        return False
    return activity.hosts.filter(organization=by.organization_id).exists()
