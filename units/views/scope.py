"""Where the person who asks stands."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization


def area_of(by: Actor) -> Area | None:
    """Return the area from which a post looks; None for units and members."""
    if by.scope.area_id is None or not by.scope.is_area:
        return None
    return get_object_or_404(Area.objects.visible_to(by.scope), pk=by.scope.area_id)


def own_unit(by: Actor) -> Organization:
    """Return the unit that a post speaks for; 404 for posts that speak for none."""
    if not by.scope.is_unit or by.scope.organization_id is None:
        raise Http404
    return get_object_or_404(
        Organization.objects.visible_to(by.scope).select_related("area"),
        pk=by.scope.organization_id,
    )
