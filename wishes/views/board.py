"""The public board of wishes: for the wall and behind a link for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from partybuild.access import Actor, Level, may, require
from partybuild.access.rotating import drawing_of
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page, link_url, standing_link
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import issue_link, revoke_links
from partybuild.areas.models import Area
from partybuild.calendar import today
from wishes.queries.board import board_of
from wishes.queries.wishes import communities_of_member, near_unit

ACTION = "wish.board"
# Half a year: a board is hung up anew every quarter.
DAYS = 180


def _where_one_takes_part(by: Actor, uid: UUID) -> Area:
    """Return the community of a board: in one's area, or where one's wishes to claim hang."""
    rows: Any = Area.objects.visible_to(by.scope).filter(level=Level.COMMUNITY)
    if by.scope.is_unit:
        rows = rows.filter(near_unit(by.scope.organization_id, "pk"))
    elif not by.scope.is_area:
        rows = rows.filter(pk__in=communities_of_member(by.scope.person_id))
    community: Area = get_object_or_404(rows.filter(uid=uid))
    return community


@require_GET
def board(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the board to those who see the community's wishes; it prints as a sheet for the wall."""
    by = actor_of(request)
    require(by, "wish.view")
    community = _where_one_takes_part(by, uid)
    may_link = may(by, ACTION, community)
    link = standing_link(community, ACTION) if may_link else None
    address = link_url(link) if link else ""
    return render(
        request,
        "wishes/board.html",
        {
            "community": community,
            "board": board_of(community),
            "today": today(),
            "may_link": may_link,
            "link": link,
            "address": address,
            "drawing": drawing_of(address) if address else None,
        },
    )


@require_POST
def board_link(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Make the address that everybody may open, or take it back."""
    by = actor_of(request)
    community = get_object_or_404(Area.objects.visible_to(by.scope), uid=uid, level=Level.COMMUNITY)
    require(by, ACTION, community)
    if request.POST.get("do") == "stop":
        revoke_links(community, action=ACTION, by=by)
        messages.success(request, _("公开地址已停用，以前发出去的打不开了。"))
    else:
        issue_link(community, action=ACTION, days=DAYS, by=by)
        messages.success(request, _("公开地址已生成，可以发到居民群，不用登录就能打开。"))
    return redirect("wishes:board", community.uid)


@link_page(
    "wish.board",
    over=lazy("这个公示地址已经停用。请向社区要新的地址，或到社区公示栏查看。"),
)
def board_public(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The same for everybody who has the address: nothing to press, names shortened."""
    by = actor_of_link(link, request=request)
    community = get_object_or_404(Area.objects.reached(by.scope, "wish.board"))
    if request.method == "POST":
        raise Http404
    return render(
        request,
        "wishes/board_link.html",
        {"community": community, "board": board_of(community), "today": today()},
    )
