"""What publishing an activity brings into sight."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.enums import ActivityState, Audience
from activities.models import Host
from members.enums import Side
from members.models import MemberPlace
from partybuild.access import Reach, Scope
from partybuild.access.visibility import NOTHING, brings

_PUBLISHED = (ActivityState.PUBLISHED, ActivityState.HELD, ActivityState.CANCELLED)


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
        Q(audience__in=(Audience.COMMUNITY, Audience.BOTH), community__in=here)
        | Q(audience__in=(Audience.UNITS, Audience.BOTH), pk__in=hosted)
    )


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
    return Q(
        state__in=_PUBLISHED,
        audience__in=(Audience.COMMUNITY, Audience.BOTH),
        community__in=here,
    )
