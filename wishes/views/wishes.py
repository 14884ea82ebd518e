"""Wishes: the list, one of them with what its reader may do."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from members.enums import Side
from members.forms.posts import grids_of
from members.models import MemberPlace, PartyMember
from members.queries.posts import place_in
from members.views.posts import own_member
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from partybuild.organizations.models import Organization
from units.views.scope import area_of, own_unit
from wishes.enums import HOLDING, ClaimState, EventKind, WishState
from wishes.forms.claims import (
    Channels,
    ClaimForm,
    DeclineForm,
    FulfilForm,
    FulfilProxyForm,
    LeaveForm,
    LeaveProxyForm,
    channels_of,
)
from wishes.forms.wishes import (
    DeclineWishForm,
    RevisitForm,
    VerifyForm,
    WishFilter,
    WithdrawWishForm,
)
from wishes.models import Wish, WishClaim, Wisher, WishRevisit
from wishes.queries.lists import offers_waiting, open_first, state_counts
from wishes.queries.wishes import promise_of, unit_belongs

# Who looked at the confidential part concerns those who may look.
READINGS = frozenset({EventKind.WISHER_SHOWN.value, EventKind.WISHER_CHANGED.value})


def filter_of(by: Actor, params: Any, **more: Any) -> WishFilter:
    """Return the sentence above the list as a post reads it."""
    area = area_of(by)
    grids = None
    if area is not None and area.level == Level.COMMUNITY:
        grids = grids_of(by, area)
    return WishFilter(params, area=area, is_area=by.scope.is_area, grids=grids, **more)


def narrowed_wishes(
    rows: QuerySet[Any], form: WishFilter, *, of_any_state: bool = False
) -> QuerySet[Any]:
    """Return the wishes that the sentence names; `of_any_state` for the totals above."""
    given = form.cleaned_data if form.is_valid() else {}
    if (state := given.get("state")) and not of_any_state:
        rows = rows.filter(state=state)
    if category := given.get("category"):
        rows = rows.filter(category=category)
    if grid := given.get("grid"):
        rows = rows.filter(grid=grid)
    if words := (given.get("q") or "").strip():
        rows = rows.filter(
            Q(title__icontains=words) | Q(content__icontains=words) | Q(shown_name__icontains=words)
        )
    return rows


def sees_claims(by: Actor) -> bool:
    """Tell whether a post sees who claims: the city and the districts see no names."""
    cell = by.scope.cell("member.view")
    return cell.allows and not cell.totals_only


@require_GET
def wish_list(request: HttpRequest) -> HttpResponse:
    """List wishes: areas all of theirs, units and members what was shown where they belong."""
    by = actor_of(request)
    require(by, "wish.view")
    form = filter_of(by, request.GET, auto_id="filter_%s")
    visible = Wish.objects.visible_to(by.scope)
    rows = narrowed_wishes(visible, form)
    order = ("-heard_on", "-id") if by.scope.is_area else ("rank", "-published_on", "-id")
    page = keyset_page(
        (rows if by.scope.is_area else open_first(rows)).select_related("community", "grid"),
        order=order,
        params=request.GET,
    )
    claims = _claims_of(by, page.rows)
    area = area_of(by)
    words = dict(dictionary(area, "wish.class"))
    may_change = may(by, "wish.change")
    totals = state_counts(narrowed_wishes(visible, form, of_any_state=True))
    return render(
        request,
        "wishes/wish_list.html",
        {
            "form": form,
            "page": page,
            "lines": [
                {
                    "wish": each,
                    "category": words.get(each.category, each.category),
                    "held": next((c for c in claims[each.pk] if c.state in HOLDING), None),
                    "offered": sum(c.state == ClaimState.PROPOSED for c in claims[each.pk]),
                }
                for each in page.rows
            ],
            "count": rows.count(),
            "total": sum(number for _state, number in totals),
            "totals": "、".join(
                _("%(state)s%(count)d条") % {"state": state.label, "count": number}
                for state, number in totals
            ),
            "is_area": by.scope.is_area,
            "is_community": area is not None and area.level == Level.COMMUNITY,
            "place": area,
            "is_member": by.scope.column == "member",
            "sees_claims": sees_claims(by),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
            "may_change": may_change,
            "picks": may_change and any(each.state == WishState.VERIFIED for each in page.rows),
            "waiting": _waiting(by),
            "has_place": by.scope.column != "member" or _has_place(by),
        },
    )


def _claims_of(by: Actor, wishes: list[Wish]) -> dict[int, list[WishClaim]]:
    """Return {wish: the claims in sight that wait or have it in hand} in one query."""
    found: dict[int, list[WishClaim]] = defaultdict(list)
    if not sees_claims(by):
        return found
    rows = WishClaim.objects.visible_to(by.scope).filter(
        wish__in=[each.pk for each in wishes], state__in=(ClaimState.PROPOSED, *HOLDING)
    )
    for claim in rows:
        found[claim.wish_id].append(claim)
    return found


def _waiting(by: Actor) -> int:
    if not may(by, "wish.decide"):
        return 0
    return WishClaim.objects.visible_to(by.scope).proposed().count()


def _has_place(by: Actor) -> bool:
    return MemberPlace.objects.visible_to(by.scope).filter(side=Side.COMMUNITY).exists()


def find_wish(by: Actor, uid: UUID) -> Wish:
    """Return a wish in sight; 404 for others."""
    wish: Wish = get_object_or_404(
        Wish.objects.visible_to(by.scope).select_related("community__parent", "grid"), uid=uid
    )
    return wish


def claimer_of(by: Actor) -> PartyMember | Organization | None:
    """Return for whom a post claims: the member themselves, or their unit; None for areas."""
    if by.scope.is_unit:
        return own_unit(by)
    return own_member(by)


def is_own(by: Actor, claim: WishClaim) -> bool:
    """Tell whether a claim is one's own: a unit's is not that of its people."""
    if by.scope.is_unit:
        return claim.member_id is None and claim.unit_id == by.organization_id
    return (
        by.scope.column == "member"
        and claim.member is not None
        and claim.member.person_id == by.person_id
    )


def _may_claim(by: Actor, wish: Wish, own: WishClaim | None) -> bool:
    if not wish.is_open or not may(by, "wish.claim") or (own is not None and own.is_standing):
        return False
    claimer = claimer_of(by)
    if isinstance(claimer, PartyMember):
        return place_in(wish.community, claimer) is not None
    return claimer is not None and unit_belongs(wish.community, claimer)


def _steps(wish: Wish) -> list[dict[str, str]]:
    """Return 登记 → 核实 → 公示 → 认领 → 兑现 → 回访 as far as they have come."""
    order = [
        WishState.ENTERED,
        WishState.VERIFIED,
        WishState.OPEN,
        WishState.CLAIMED,
        WishState.FULFILLED,
    ]
    labels = [_("核实"), _("公示"), _("认领"), _("兑现"), _("回访")]
    if wish.state == WishState.CLOSED:
        at = len(order)
    elif wish.state in order:
        at = order.index(WishState(wish.state))
    else:
        at = 2 if wish.published_on else 1 if wish.phoned_on else 0
    is_over = wish.state in {WishState.DECLINED, WishState.WITHDRAWN}
    steps = [{"label": _("登记"), "state": "done", "note": ""}]
    for number, label in enumerate(labels):
        state = "done" if number < at else "current" if number == at else "todo"
        steps.append(
            {"label": label, "state": "skipped" if is_over and number >= at else state, "note": ""}
        )
    return steps


def _deciding(
    by: Actor, claims: list[WishClaim], bound: dict[str, Any], channels: Channels
) -> list[dict[str, Any]]:
    """Return the offers that wait, each with forms of its own; a refused one comes back filled in."""
    refused = bound.get("claim")
    lines = []
    for claim in claims:
        if claim.state != ClaimState.PROPOSED:
            continue
        mine = bound if refused is not None and refused.pk == claim.pk else {}
        name = claim.uid.hex
        lines.append(
            {
                "claim": claim,
                "is_about_oneself": claim.member is not None
                and claim.member.person_id == by.person_id,
                "channel": _heard(claim, channels),
                "decline_form": mine.get("decline_form")
                or DeclineForm(auto_id=f"decline_{name}_%s"),
                "leave_proxy_form": mine.get("leave_proxy_form")
                or LeaveProxyForm(channels=channels, is_held=False, auto_id=f"leave_{name}_%s"),
            }
        )
    return lines


def _heard(claim: WishClaim | None, channels: Channels) -> str:
    """Return in words how a claim came that was entered by proxy."""
    return dict(channels).get(claim.channel, claim.channel) if claim is not None else ""


def wish_page(
    request: HttpRequest,
    by: Actor,
    wish: Wish,
    *,
    wisher: Wisher | None = None,
    **bound: Any,
) -> HttpResponse:
    """Draw a wish's page; a refused form comes back filled in, `wisher` is shown this once."""
    claims = list(
        WishClaim.objects.visible_to(by.scope)
        .filter(wish=wish)
        .select_related("member__person", "unit")
        .order_by("-proposed_on", "-id")
    )
    own = next((each for each in claims if is_own(by, each)), None)
    held = next((each for each in claims if each.state in HOLDING), None)
    may_change = may(by, "wish.change", wish)
    may_decide = may(by, "wish.decide", wish)
    may_proxy = may(by, "wish.claim_proxy", wish)
    # Read once: each waiting offer has a form of its own.
    channels = channels_of(wish.community)
    may_claim = _may_claim(by, wish, own)
    may_act = own is not None and may(by, "wish.claim", own)
    is_accepted = held is not None and held.state == ClaimState.ACCEPTED
    state = wish.state
    area, community = by.scope.is_area, wish.community
    kept = Wisher.objects.visible_to(by.scope).filter(wish=wish).first()
    context: dict[str, Any] = {
        "wish": wish,
        "category": word(community, "wish.class", wish.category),
        "channel": word(community, "wish.source", wish.channel) if area else "",
        "steps": _steps(wish),
        "is_area": area,
        "is_member": by.scope.column == "member",
        # What waits to be decided stands in a card of its own.
        "claims": [
            each
            for each in claims
            if each != own and not (may_decide and each.state == ClaimState.PROPOSED)
        ],
        "own": own,
        "own_channel": _heard(own, channels),
        "held": held,
        "held_channel": _heard(held, channels),
        "revisits": list(WishRevisit.objects.visible_to(by.scope).filter(wish=wish)),
        "offers": offers_waiting(wish) if may_claim else 0,
        "waiting": _deciding(by, claims, bound, channels) if may_decide else [],
        "kept": kept,
        "wisher": wisher,
        "wisher_form": None,
        "may_change": may_change and wish.is_changeable,
        "may_verify": may_change and state == WishState.ENTERED,
        "may_publish": may_change and state == WishState.VERIFIED,
        "may_decline": may_change and state in {WishState.ENTERED, WishState.VERIFIED},
        "may_withdraw": may_change and wish.is_unfinished,
        "may_revisit": may_decide
        and state == WishState.FULFILLED
        and not (held and held.member and held.member.person_id == by.person_id),
        "may_claim": may_claim,
        "may_proxy": may_proxy and wish.is_open,
        "may_act_for": may_proxy and is_accepted,
        "may_fulfil": may_act and own is not None and own.state == ClaimState.ACCEPTED,
        "may_leave": may_act and own is not None and own.is_standing,
        "verify_form": VerifyForm(auto_id="verify_%s"),
        "decline_wish_form": DeclineWishForm(auto_id="decline_%s"),
        "withdraw_form": WithdrawWishForm(auto_id="withdraw_%s"),
        "claim_form": ClaimForm(initial={"promised_on": promise_of(community)}),
        "leave_form": LeaveForm(
            is_held=own is not None and own.state == ClaimState.ACCEPTED, auto_id="leave_%s"
        ),
        "fulfil_form": FulfilForm(auto_id="fulfil_%s"),
        "leave_held_form": LeaveProxyForm(channels=channels, is_held=True, auto_id="leave_held_%s"),
        "fulfil_proxy_form": FulfilProxyForm(channels=channels, auto_id="fulfil_proxy_%s"),
        "revisit_form": RevisitForm(auto_id="revisit_%s"),
        "history": _history(by, wish, claims, kept is not None),
        **bound,
    }
    refused = any(getattr(form, "errors", None) for form in bound.values())
    return render(request, "wishes/wish_detail.html", context, status=422 if refused else 200)


def _history(by: Actor, wish: Wish, claims: list[WishClaim], reads_all: bool) -> list[Any]:
    """Return what was done: to areas all of it, to claimers what became of their own claim."""
    if by.scope.is_area:
        lines = history_of(wish, by.scope, limit=30, also=claims)
    elif claims:
        # Before it was shown a wish may have been worded otherwise.
        lines = history_of(claims[0], by.scope, limit=20, also=claims[1:])
    else:
        return []
    return [
        line.entry()
        for line in lines
        if line.kind != "notice.created" and (reads_all or line.kind not in READINGS)
    ]


@require_GET
def wish_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one wish and what one can do."""
    by = actor_of(request)
    return wish_page(request, by, find_wish(by, uid))


def community_of_post(by: Actor) -> Area | None:
    """Return the community a post works for; None for streets and above."""
    area = area_of(by)
    return area if area is not None and area.level == Level.COMMUNITY else None
