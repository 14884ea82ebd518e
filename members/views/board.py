"""The public board: open posts and promises, for the wall and behind a link for everybody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from members.enums import Side
from members.models import MemberPlace
from members.queries.board import board_of
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page, link_url, standing_link
from partybuild.accounts.models import SignedLink
from partybuild.accounts.services import issue_link, revoke_links
from partybuild.areas.models import Area
from partybuild.calendar import today

ACTION = "service_post.board"
# Half a year: a board is hung up anew every quarter.
DAYS = 180


def _where_one_takes_part(by: Actor, uid: UUID) -> Area:
    """Return the community of a board: in one's area, or where one or one's people reported in."""
    rows = Area.objects.visible_to(by.scope).filter(level=Level.COMMUNITY)
    if not by.scope.is_area:
        # Members choose among all communities where to report in; a board is more than a name.
        places = MemberPlace.objects.visible_to(by.scope).filter(side=Side.COMMUNITY)
        rows = rows.filter(pk__in=places.order_by().values("community"))
    community: Area = get_object_or_404(rows.filter(uid=uid))
    return community


@require_GET
def post_board(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the board to those who see the community's posts; it prints as a sheet for the wall."""
    by = actor_of(request)
    require(by, "service_post.view")
    community = _where_one_takes_part(by, uid)
    may_link = may(by, ACTION, community)
    link = standing_link(community, ACTION) if may_link else None
    return render(
        request,
        "members/post_board.html",
        {
            "community": community,
            "board": board_of(community),
            "today": today(),
            "may_link": may_link,
            "link": link,
            "address": link_url(link) if link else "",
        },
    )


@require_POST
def post_board_link(request: HttpRequest, uid: UUID) -> HttpResponse:
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
    return redirect("members:post-board", community.uid)


@link_page(
    "service_post.board",
    over=lazy("这个公示地址已经停用。请向社区要新的地址，或到社区公示栏查看。"),
)
def board_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """The same for everybody who has the address: nothing to press, names shortened."""
    by = actor_of_link(link, request=request)
    community = get_object_or_404(Area.objects.reached(by.scope, "service_post.board"))
    if request.method == "POST":
        raise Http404
    return render(
        request,
        "members/post_board_link.html",
        {"community": community, "board": board_of(community), "today": today()},
    )
