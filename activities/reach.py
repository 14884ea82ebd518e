"""What publishing an activity brings into sight."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.enums import ActivityState, Audience
from activities.models import Host
from members.enums import Side
from members.models import MemberPlace
from partybuild.access import Level, Reach, Scope
from partybuild.access.visibility import NOTHING, brings
from partybuild.areas.models import Area
from partybuild.organizations.models import PartyOrganization

_PUBLISHED = (ActivityState.PUBLISHED, ActivityState.HELD, ActivityState.CANCELLED)


def _held_in(communities: Any) -> Q:
    """Keep activities of communities, and those that these hold together with others."""
    committees = PartyOrganization.objects.filter(leads_area__in=communities, is_current=True)
    joint = Host.objects.filter(organization__in=committees.values("organization")).order_by()
    return Q(community__in=communities) | Q(pk__in=joint.values("activity"))


@brings("activities.Activity", Reach.PARTICIPANT, words=_("面向本人发布的活动"))
def published_to_members(scope: Scope) -> Q:
    """A member sees what was published to those reported in at a community, or to a unit's people."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    places = MemberPlace.objects.filter(member__person=scope.person_id).order_by()
    here = places.filter(side=Side.COMMUNITY).values("community")
    units = places.filter(side=Side.UNIT).values("unit")
    hosted = Host.objects.filter(organization__in=units).order_by().values("activity")
    return Q(state__in=_PUBLISHED) & (
        Q(audience__in=(Audience.COMMUNITY, Audience.BOTH)) & _held_in(here)
        | Q(audience__in=(Audience.UNITS, Audience.BOTH), pk__in=hosted)
    )


def _own_people_in_joint(scope: Scope) -> Q:
    if not scope.is_area or not scope.area_path:
        return NOTHING
    below = {"path__gte": scope.area_path, "path__lt": f"{scope.area_path}~"}
    committees = PartyOrganization.objects.filter(
        leads_area__in=Area.objects.filter(level=Level.COMMUNITY, **below).order_by(),
        is_current=True,
    )
    joint = Host.objects.filter(organization__in=committees.values("organization")).order_by()
    people = MemberPlace.objects.filter(
        side=Side.COMMUNITY, **{f"community__{name}": value for name, value in below.items()}
    )
    return Q(activity__in=joint.values("activity"), member__in=people.order_by().values("member"))


@brings("activities.SignUp", Reach.AREA, words=_("本社区党员报名了合办的活动"))
def own_people_signed_up(scope: Scope) -> Q:
    """A community that holds an activity with another sees who of its own people comes."""
    return _own_people_in_joint(scope)


@brings("activities.Attendance", Reach.AREA, words=_("本社区党员参加了合办的活动"))
def own_people_who_came(scope: Scope) -> Q:
    """A community that holds an activity with another sees who of its own people was there."""
    return _own_people_in_joint(scope)


@brings("activities.Activity", Reach.PARTICIPANT, words=_("本单位党员报名或可以报名的活动"))
def published_to_own_people(scope: Scope) -> Q:
    """A unit sees what was published to its people, in all communities."""
    if scope.organization_id is None or not scope.is_unit:
        return NOTHING
    here = (
        MemberPlace.objects.filter(unit=scope.organization_id, side=Side.COMMUNITY)
        .order_by()
        .values("community")
    )
    return Q(state__in=_PUBLISHED, audience__in=(Audience.COMMUNITY, Audience.BOTH)) & _held_in(
        here
    )
