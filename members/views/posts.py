"""Posts: the list, one of them, setting, publishing, offering, closing."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import FINISHED, HOLDING, STANDING_CLAIM, ClaimState, PostState, Side
from members.forms.posts import ClaimForm, ClosePostForm, PostFilter, PostForm, post_initial
from members.forms.service import communities_of
from members.models import MemberPlace, PartyMember, PostClaim, ServicePost
from members.queries.evaluations import verdicts_of_claims
from members.queries.matching import Match, matches_for, reasons_to_take
from members.queries.post_templates import BY_KEY, TEMPLATES
from members.queries.posts import PostFigures, post_figures, standing_count, without_post
from members.services import change_post, close_post, offer_post, publish_post, set_post
from members.views.communities import chosen_community
from members.views.members import uids_of
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, parameter, word
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.evaluations.queries import sum_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from units.views.scope import area_of

# As many open posts as one looks through for what suits oneself.
_SUITED_AMONG = 200
_SUITED = 5


def narrowed_posts(rows: QuerySet[Any], form: PostFilter) -> Any:
    """Return the posts that the sentence names."""
    given = form.cleaned_data if form.is_valid() else {}
    state = given.get("state") or PostState.OPEN
    if state != "all":
        rows = rows.filter(state=state)
    if category := given.get("category"):
        rows = rows.filter(category=category)
    if words := given.get("q"):
        rows = rows.filter(title__icontains=words.strip())
    return rows


def own_member(by: Actor) -> PartyMember | None:
    """Return who acts, as a Party member; None for posts of bodies."""
    if by.scope.column != "member":
        return None
    found: PartyMember | None = PartyMember.objects.visible_to(by.scope).first()
    return found


@require_GET
def post_list(request: HttpRequest) -> HttpResponse:
    """List posts: a community its own, a unit and a member those where they report in."""
    by = actor_of(request)
    require(by, "service_post.view")
    area = area_of(by)
    form = PostFilter(request.GET, area=area, drafts=by.scope.is_area, auto_id="filter_%s")
    rows = narrowed_posts(ServicePost.objects.visible_to(by.scope), form)
    page = keyset_page(
        rows.select_related("community", "grid"), order=("-starts_on", "-id"), params=request.GET
    )
    found = list(page.rows)
    figures = post_figures(found)
    # Those that still look for somebody come first.
    found.sort(key=lambda each: figures.get(each.pk, PostFigures()).held >= each.wanted)
    words = dict(dictionary(area, "service_post.class"))
    return render(
        request,
        "members/post_list.html",
        {
            "form": form,
            "page": page,
            "lines": [
                {
                    "post": each,
                    "figures": figures.get(each.pk, PostFigures()),
                    "category": words.get(each.category, each.category),
                }
                for each in found
            ],
            "count": rows.count(),
            "is_area": by.scope.is_area,
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
            "may_change": may(by, "service_post.change"),
            "waiting": _waiting(by),
            "board": area if area is not None and area.level == Level.COMMUNITY else None,
            "uninvited": _uninvited(by, area),
            **_for_member(by),
        },
    )


def _waiting(by: Actor) -> int:
    if not may(by, "service_post.decide"):
        return 0
    rows = PostClaim.objects.visible_to(by.scope)
    return rows.filter(state=ClaimState.PROPOSED).count()


def _uninvited(by: Actor, area: Area | None) -> int:
    """Return how many here have no post yet, where the place invites everybody to one."""
    if area is None or area.level != Level.COMMUNITY or not may(by, "service_post.change"):
        return 0
    if not parameter(area, "claim.min_per_member"):
        return 0
    return without_post(area).count()


def _for_member(by: Actor) -> dict[str, Any]:
    """Return a member's own claims and the open posts that suit them, each with its reason."""
    member = own_member(by)
    if member is None:
        return {"is_member": False}
    claims = PostClaim.objects.reached(by.scope, "service_post.claim").select_related(
        "post__community", "pledge"
    )
    standing = [each for each in claims if each.state in STANDING_CLAIM]
    places = {
        place.community_id: place
        for place in MemberPlace.objects.visible_to(by.scope)
        .filter(side=Side.COMMUNITY)
        .select_related("member")
    }
    posts = (
        ServicePost.objects.visible_to(by.scope)
        .filter(state=PostState.OPEN, community__in=places)
        .filter(Q(ends_on=None) | Q(ends_on__gte=today()))
        .exclude(pk__in=[each.post_id for each in claims])
        .select_related("community")
        .order_by("-starts_on", "-id")[:_SUITED_AMONG]
    )
    figures = post_figures(posts)
    suited = [
        (post, "、".join(reasons))
        for post in posts
        # Nobody is led to a post that cannot be claimed any more.
        if figures.get(post.pk, PostFigures()).held < post.wanted
        and (reasons := reasons_to_take(post, places[post.community_id]))
    ]
    suited.sort(key=lambda each: -each[1].count("、"))
    # Whoever has as many as one may is called to no other.
    most = max((parameter(key, "claim.max_per_member") for key in _areas(by)), default=0)
    return {
        "is_member": True,
        "own": standing,
        "suited": suited[:_SUITED] if len(standing) < most else [],
        "is_unknown": bool(places) and not (member.skills or member.availability),
        "has_place": bool(places),
        "least": max((parameter(key, "claim.min_per_member") for key in _areas(by)), default=0),
    }


def _areas(by: Actor) -> list[Area]:
    places = MemberPlace.objects.visible_to(by.scope).filter(side=Side.COMMUNITY)
    return [place.community for place in places.select_related("community")]


def find_post(by: Actor, uid: UUID) -> ServicePost:
    """Return a post in sight; 404 for others."""
    post: ServicePost = get_object_or_404(
        ServicePost.objects.visible_to(by.scope).select_related("community__parent", "grid"),
        uid=uid,
    )
    return post


def post_page(request: HttpRequest, by: Actor, post: ServicePost, **forms: Any) -> HttpResponse:
    """Draw a post's page; a refused form comes back filled in."""
    member = own_member(by)
    own = None
    if member is not None:
        own = (
            PostClaim.objects.reached(by.scope, "service_post.claim")
            .filter(post=post)
            .select_related("pledge")
            .first()
        )
    figures = post_figures([post]).get(post.pk, PostFigures())
    may_change = may(by, "service_post.change", post)
    is_over = post.ends_on is not None and post.ends_on < today()
    takes = post.is_open and not is_over
    most = parameter(post.community, "claim.max_per_member")
    claims = _claims(by, post)
    verdicts = verdicts_of_claims(claims)
    for claim in claims:
        claim.verdict = verdicts.get(claim.pk)  # type: ignore[attr-defined]
    context = {
        "post": post,
        "category": word(post.community, "service_post.class", post.category),
        "figures": figures,
        "left": max(0, post.wanted - figures.held),
        "is_over": is_over,
        "own": own,
        "is_member": member is not None,
        "may_claim": takes
        and member is not None
        and may(by, "service_post.claim")
        and figures.held < post.wanted
        and (own is None or own.state not in {*STANDING_CLAIM, *FINISHED}),
        # Said before somebody writes, not after.
        "most": most if member is not None and standing_count(member) >= most else 0,
        "because": _because(by, post),
        "claim_form": ClaimForm(),
        "claims": claims,
        "waiting": [each for each in claims if each.state == ClaimState.PROPOSED],
        "serving": [each for each in claims if each.state == ClaimState.ACCEPTED],
        "may_decide": may(by, "service_post.decide", post),
        "may_evaluate": any(each.state in HOLDING for each in claims)
        and may(by, "service_post.decide", post),
        "verdict": sum_of(verdicts.values()),
        "may_serve": any(each.state in HOLDING for each in claims)
        and may(by, "service.enter", post),
        "may_change": may_change and post.state != PostState.CLOSED,
        "may_publish": may_change and post.state == PostState.DRAFT,
        "may_close": may_change and post.is_open,
        "may_copy": may_change,
        "may_proxy": takes
        and figures.held < post.wanted
        and may(by, "service_post.claim_proxy", post),
        "close_form": ClosePostForm(),
        "history": [line.entry() for line in history_of(post, by.scope, limit=20)],
        **_matches(by, post, takes and may_change and figures.held < post.wanted),
        **forms,
    }
    return render(request, "members/post_detail.html", context, status=422 if forms else 200)


def _claims(by: Actor, post: ServicePost) -> list[PostClaim]:
    """Return who has claimed it, for bodies that see persons; a member sees the own one elsewhere."""
    if by.scope.column == "member":
        return []
    rows = PostClaim.objects.visible_to(by.scope).filter(post=post)
    return list(rows.select_related("member", "pledge").order_by("state", "proposed_on", "id"))


def _because(by: Actor, post: ServicePost) -> str:
    if by.scope.column != "member":
        return ""
    place = (
        MemberPlace.objects.visible_to(by.scope)
        .filter(side=Side.COMMUNITY, community=post.community)
        .select_related("member")
        .first()
    )
    return "、".join(reasons_to_take(post, place)) if place is not None else ""


def _matches(by: Actor, post: ServicePost, is_wanted: bool) -> dict[str, Any]:
    found: tuple[list[Match], int] = matches_for(post) if is_wanted else ([], 0)
    return {"matches": found[0], "matches_count": found[1]}


@require_GET
def post_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one post and what one can do."""
    by = actor_of(request)
    return post_page(request, by, find_post(by, uid))


def _begun_with(request: HttpRequest, by: Actor, community: Area) -> dict[str, Any] | None:
    """Return what the form of a new post begins with; None while nothing has been picked."""
    initial: dict[str, Any] = {
        "starts_on": today(),
        "contact": by.name,
        "contact_phone": _phone_of(by),
    }
    if template := BY_KEY.get(request.GET.get("template", "")):
        return {**template.initial(), **initial}
    if like := uids_of([request.GET.get("like", "")]):
        row = get_object_or_404(ServicePost.objects.visible_to(by.scope), uid=like[0])
        values = post_initial(row)
        if row.community_id != community.pk:
            values.pop("grid")
        return {**values, "starts_on": today(), "ends_on": None}
    return initial if request.GET.get("template") == "blank" else None


def _phone_of(by: Actor) -> str:
    from partybuild.organizations.models import Organization

    body = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id).first()
    return body.contact_phone if body is not None else ""


@require_http_methods(["GET", "POST"])
def post_create(request: HttpRequest) -> HttpResponse:
    """Set a post: pick a usual one, correct it, save it as a draft."""
    by = actor_of(request)
    require(by, "service_post.change")
    community = chosen_community(request, by)
    if community is None:
        return render(
            request, "members/service_community.html", {"communities": communities_of(by)}
        )
    initial = _begun_with(request, by, community)
    if initial is None and request.method == "GET":
        return _templates(request, community)
    form = PostForm(request.POST or None, by=by, community=community, initial=initial)
    if form.is_valid():
        try:
            post = set_post(community=community, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存草稿。核对后按“发布”，党员才看得到。"))
            return redirect(post)
    return render(
        request,
        "members/post_form.html",
        {"form": form, "community": community},
        status=422 if form.is_bound else 200,
    )


def _templates(request: HttpRequest, community: Area) -> HttpResponse:
    words = dict(dictionary(community, "service_post.class"))
    groups = [
        {"name": words.get(key, key), "templates": list(templates)}
        for key, templates in groupby(
            sorted(TEMPLATES, key=lambda each: list(words).index(each.category)
                   if each.category in words else len(words)),
            key=lambda each: each.category,
        )
    ]  # fmt: skip
    return render(
        request,
        "members/post_templates.html",
        {
            "groups": groups,
            "community": community,
            "blank_url": f"?template=blank&community={community.uid}",
        },
    )


@require_http_methods(["GET", "POST"])
def post_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct a post."""
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.change", post)
    form = PostForm(
        request.POST or None, by=by, community=post.community, initial=post_initial(post)
    )
    if goes_through(form, change_post, post, by=by):
        messages.success(request, _("已保存。"))
        return redirect(post)
    return render(
        request,
        "members/post_form.html",
        {"form": form, "community": post.community, "post": post},
        status=422 if form.is_bound else 200,
    )


@require_POST
def post_publish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a post to members and units."""
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.change", post)
    try:
        publish_post(post, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已发布，本社区报到的党员和他们的单位都能看到。"))
    return redirect(post)


@require_POST
def post_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take no more claims."""
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.change", post)
    form = ClosePostForm(request.POST)
    if goes_through(form, close_post, post, by=by):
        messages.success(request, _("已结束招募，等待确定的党员已收到答复。"))
        return redirect(post)
    return post_page(request, by, post, close_form=form)


@require_POST
def post_offer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Tell those whom it suits; they decide themselves."""
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.change", post)
    here = MemberPlace.objects.visible_to(by.scope).filter(
        side=Side.COMMUNITY, community=post.community
    )
    picked = PartyMember.objects.visible_to(by.scope).filter(
        uid__in=uids_of(request.POST.getlist("selected")), pk__in=here.order_by().values("member")
    )
    members = list(picked.select_related("person"))
    if not members:
        messages.warning(request, _("请先勾选要推荐的党员。"))
        return redirect(post)
    try:
        offer_post(post, members=members, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(
            request,
            _("已告诉%(count)d名党员，是否认领由他们自己决定。以前告诉过的不重复发送。")
            % {"count": len(members)},
        )
    return redirect(post)
