"""Which community a page is about, for posts that have more than one."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from members.forms.service import CommunityForm
from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from units.views.scope import area_of


def chosen_community(request: HttpRequest, by: Actor) -> Area | None:
    """Return one's own community, or the one that a street's post has picked; None: still to pick."""
    area = area_of(by)
    if area is None:
        raise Http404
    if area.level == Level.COMMUNITY:
        return area
    chosen = CommunityForm(request.GET, by=by)
    if not chosen.is_valid():
        return None
    community: Area = chosen.cleaned_data["community"]
    return community
