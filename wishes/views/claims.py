"""Claims of wishes: for oneself or one's unit, by proxy, deciding, stepping back, fulfilling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import Side
from members.models import MemberPlace, PartyMember
from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through
from partybuild.organizations.models import Organization
from wishes.enums import ClaimState
from wishes.forms.claims import (
    ClaimFilter,
    ClaimForm,
    ClaimProxyForm,
    DeclineForm,
    FulfilForm,
    FulfilProxyForm,
    LeaveForm,
    LeaveProxyForm,
    channels_of,
)
from wishes.models import Wish, WishClaim
from wishes.queries.lists import units_belonging
from wishes.queries.wishes import promise_of
from wishes.services import (
    accept_claim,
    decline_claim,
    fulfil_claim,
    leave_claim,
    propose_claim,
)
from wishes.views.wishes import claimer_of, find_wish, is_own, sees_claims, wish_page


@require_POST
def wish_claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Offer to make a wish come true: for oneself, or for one's unit."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.claim")
    claimer = claimer_of(by)
    if claimer is None:
        raise Refused("wish.claim")
    key = "member" if isinstance(claimer, PartyMember) else "unit"
    form = ClaimForm(request.POST)
    if goes_through(form, propose_claim, wish, by=by, **{key: claimer}):
        messages.success(request, _("已认领，等社区确定；有结果会通知您。"))
        return redirect(wish)
    return wish_page(request, by, wish, claim_form=form)


def _members(by: Actor, wish: Wish) -> Any:
    """Return the members in sight for whom a wish may be claimed, each with their place here."""
    here = MemberPlace.objects.visible_to(by.scope).filter(
        side=Side.COMMUNITY, community=wish.community
    )
    taken = WishClaim.objects.visible_to(by.scope).standing().filter(wish=wish)
    return (
        PartyMember.objects.visible_to(by.scope)
        .filter(pk__in=here.order_by().values("member"))
        .exclude(pk__in=taken.exclude(member=None).order_by().values("member"))
        .select_related("person")
        .prefetch_related(Prefetch("places", queryset=here, to_attr="here"))
        .order_by("person__sort", "person__name", "id")
    )


def _units(by: Actor, wish: Wish) -> Any:
    """Return the units in sight for which a wish may be claimed."""
    taken = WishClaim.objects.visible_to(by.scope).standing().filter(wish=wish, member=None)
    return (
        units_belonging(wish.community, Organization.objects.visible_to(by.scope))
        .exclude(pk__in=taken.order_by().values("unit"))
        .order_by("sort", "id")
    )


@require_http_methods(["GET", "POST"])
def wish_claim_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Claim for a member or a unit that said so elsewhere."""
    by = actor_of(request)
    wish = find_wish(by, uid)
    require(by, "wish.claim_proxy", wish)
    members, units = _members(by, wish), _units(by, wish)
    form = ClaimProxyForm(
        request.POST or None,
        members=members,
        units=units,
        channels=channels_of(wish.community),
        initial={"promised_on": promise_of(wish.community)},
    )
    if goes_through(form, propose_claim, wish, by=by):
        messages.success(request, _("已代为认领，请在下面确定。"))
        return redirect(wish)
    return render(
        request,
        "wishes/claim_proxy.html",
        {
            "form": form,
            "wish": wish,
            "is_nobody": not members.exists() and not units.exists(),
        },
        status=422 if form.is_bound else 200,
    )


def narrowed_claims(rows: Any, form: ClaimFilter) -> Any:
    """Return the claims that the sentence names."""
    given = form.cleaned_data if form.is_valid() else {}
    if state := given.get("state"):
        rows = rows.filter(state=state)
    if words := (given.get("q") or "").strip():
        rows = rows.filter(
            Q(wish__title__icontains=words)
            | Q(member_name__icontains=words)
            | Q(unit_name__icontains=words)
        )
    return rows


@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """A community sees the claims of its wishes, a unit its own and its people's, a member their own."""
    by = actor_of(request)
    require(by, "wish.view")
    form = ClaimFilter(request.GET, auto_id="filter_%s")
    rows = narrowed_claims(WishClaim.objects.visible_to(by.scope), form)
    page = keyset_page(
        rows.select_related("wish__community"),
        order=("-proposed_on", "-id"),
        params=request.GET,
    )
    return render(
        request,
        "wishes/claim_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "is_area": by.scope.is_area,
            "is_member": by.scope.column == "member",
            "sees_claims": sees_claims(by),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


def _find(by: Actor, uid: UUID) -> WishClaim:
    claim: WishClaim = get_object_or_404(
        WishClaim.objects.visible_to(by.scope).select_related(
            "wish__community__parent", "wish__grid", "member__person", "unit"
        ),
        uid=uid,
    )
    return claim


def _require_own(by: Actor, claim: WishClaim) -> None:
    """A unit's post looks at what its people claimed, and acts on what the unit claimed."""
    require(by, "wish.claim", claim)
    if not is_own(by, claim):
        raise Refused("wish.claim")


@require_POST
def claim_accept(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community hands a wish to one claimer."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "wish.decide", claim)
    try:
        accept_claim(claim, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已确定由%(name)s认领，并通知对方。") % {"name": claim.claimer})
    return redirect(claim)


@require_POST
def claim_decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community cannot take an offer this time."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "wish.decide", claim)
    form = DeclineForm(request.POST, auto_id=f"decline_{claim.uid.hex}_%s")
    if goes_through(form, decline_claim, claim, by=by):
        messages.success(request, _("已婉拒，原因和感谢已发给认领人。"))
        return redirect(claim)
    return wish_page(request, by, claim.wish, claim=claim, decline_form=form)


@require_POST
def claim_leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one's own offer back, or give a wish up."""
    by = actor_of(request)
    claim = _find(by, uid)
    _require_own(by, claim)
    form = LeaveForm(request.POST, is_held=claim.state == ClaimState.ACCEPTED, auto_id="leave_%s")
    if goes_through(form, leave_claim, claim, by=by):
        messages.success(request, _("已退出，并告诉了社区。"))
        return redirect("wishes:wish-list")
    return wish_page(request, by, claim.wish, leave_form=form)


@require_POST
def claim_leave_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Step back for a claimer who said so elsewhere."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "wish.claim_proxy", claim)
    # Of an offer that waits the form stands beside it, of a wish in hand below.
    waits = claim.state == ClaimState.PROPOSED
    form = LeaveProxyForm(
        request.POST,
        channels=channels_of(claim.wish.community),
        is_held=not waits,
        auto_id=f"leave_{claim.uid.hex}_%s" if waits else "leave_held_%s",
    )
    if goes_through(form, leave_claim, claim, by=by):
        messages.success(request, _("已替%(name)s退出。") % {"name": claim.claimer})
        return redirect(claim)
    if waits:
        return wish_page(request, by, claim.wish, claim=claim, leave_proxy_form=form)
    return wish_page(request, by, claim.wish, leave_held_form=form)


@require_POST
def claim_fulfil(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that one's wish came true, when and how."""
    by = actor_of(request)
    claim = _find(by, uid)
    _require_own(by, claim)
    form = FulfilForm(request.POST, auto_id="fulfil_%s")
    if goes_through(form, fulfil_claim, claim, by=by):
        messages.success(request, _("已登记兑现，谢谢您！社区会回访许愿人。"))
        return redirect(claim)
    return wish_page(request, by, claim.wish, fulfil_form=form)


@require_POST
def claim_fulfil_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that a wish came true for a claimer who said so elsewhere."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "wish.claim_proxy", claim)
    form = FulfilProxyForm(
        request.POST, channels=channels_of(claim.wish.community), auto_id="fulfil_proxy_%s"
    )
    if goes_through(form, fulfil_claim, claim, by=by):
        messages.success(request, _("已代为登记兑现，请回访许愿人。"))
        return redirect(claim)
    return wish_page(request, by, claim.wish, fulfil_proxy_form=form)
