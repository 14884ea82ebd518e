"""The five registers of members."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from members.enums import Side
from members.models import MemberPlace
from members.queries.registers import registers_of
from partybuild.access import Level, may, require
from partybuild.accounts.actors import actor_of
from units.views.scope import area_of, own_unit


@require_GET
def register_list(request: HttpRequest) -> HttpResponse:
    """Show the five registers with their counts; each opens the list that it counts."""
    by = actor_of(request)
    require(by, "member.list")
    if by.scope.column == "member" or by.scope.cell("member.list").totals_only:
        raise Http404
    side = Side.UNIT if by.scope.is_unit else Side.COMMUNITY
    area = area_of(by)
    rows = MemberPlace.objects.visible_to(by.scope).filter(side=side)
    return render(
        request,
        "members/register_list.html",
        {
            "registers": registers_of(rows),
            # The printed list (一览表) is one community's.
            "area": area if area is not None and area.level == Level.COMMUNITY else None,
            "unit": own_unit(by) if by.scope.is_unit else None,
            "is_unit": by.scope.is_unit,
            "may_desk": may(by, "report_in.submit_proxy"),
        },
    )
