"""Which wishes members and units see: those that were shown where they belong."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Reach, Scope
from partybuild.access.visibility import NOTHING, brings
from wishes.queries.wishes import communities_of_member, near_unit

_SHOWN = Q(published_on__isnull=False)


@brings("wishes.Wish", Reach.PARTICIPANT, words=_("本人报到社区公示的微心愿"))
def wishes_where_one_reported_in(scope: Scope) -> Q:
    """A member sees the wishes that the communities they reported in at have shown."""
    if scope.person_id is None or scope.organization_id is not None:
        return NOTHING
    return _SHOWN & Q(community__in=communities_of_member(scope.person_id))


@brings("wishes.Wish", Reach.PARTICIPANT, words=_("本单位所在社区和本单位党员报到社区公示的微心愿"))
def wishes_near_own_unit(scope: Scope) -> Q:
    """A unit sees what was shown where it belongs, reported in or has its people."""
    if scope.organization_id is None or not scope.is_unit:
        return NOTHING
    return _SHOWN & near_unit(scope.organization_id)
