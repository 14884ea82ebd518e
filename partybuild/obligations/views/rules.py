"""The place's rules of reminding, as sentences."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from partybuild.access import may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import parameters_of
from partybuild.obligations.queries.schedule import rules_of
from partybuild.organizations.models import Organization

_MORE = ("quiet.from", "quiet.to", "digest.hour", "chase.hours")


def _area(request: HttpRequest) -> Area:
    """Return the area asked for, else that of one's own body, else the first in sight."""
    by = actor_of(request)
    rows = Area.objects.visible_to(by.scope)
    asked = request.GET.get("area", "")
    if asked:
        try:
            named = rows.filter(uid=uuid.UUID(asked)).first()
        except ValueError:
            named = None
        if named is None:
            raise Http404
        return named
    own = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id)
    area = rows.filter(pk__in=own.values("area")).first()
    found = area or rows.order_by("level", "path").first()
    if found is None:
        raise Http404
    return found


@require_GET
def reminder_rules(request: HttpRequest) -> HttpResponse:
    """Say when who is reminded in a place, and where that is changed."""
    by = actor_of(request)
    require(by, "parameter.view")
    area = _area(request)
    values = parameters_of(area, _MORE)
    context = {
        "area": area,
        "rules": rules_of(area),
        "quiet_from": values["quiet.from"],
        "quiet_to": values["quiet.to"],
        "digest_hour": values["digest.hour"],
        "chase_hours": values["chase.hours"],
        "may_edit": may(by, "parameter.edit", area),
    }
    return render(request, "obligations/reminder_rules.html", context)
