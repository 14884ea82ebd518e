"""Claims: proposing oneself, by proxy, deciding, stepping back, pledges, done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import FINISHED, STANDING_CLAIM, ClaimState, ServiceState, Side
from members.forms.posts import (
    AbsenceForm,
    ClaimFilter,
    ClaimForm,
    ClaimProxyForm,
    DeclineForm,
    LeaveForm,
    LeaveProxyForm,
    PledgeForm,
    PledgeProxyForm,
    pledge_initial,
)
from members.models import MemberPlace, PartyMember, Pledge, PostClaim, ServicePost, ServiceRecord
from members.queries.evaluations import verdict_of_claim, verdicts_of_claims
from members.services import (
    accept_claim,
    accept_claims,
    decline_claim,
    finish_claim,
    leave_post,
    propose_claim,
    record_absence,
    show_pledge,
    sign_pledge,
)
from members.views.members import uids_of
from members.views.posts import find_post, own_member, post_page
from partybuild.access import Actor, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on


@require_POST
def post_claim(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Propose oneself for a post."""
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.claim")
    member = own_member(by)
    if member is None:
        raise Refused("service_post.claim")
    form = ClaimForm(request.POST)
    if form.is_valid():
        try:
            claim = propose_claim(post, member=member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已认领，等社区确定；有结果会通知您。"))
            return redirect(claim)
    return post_page(request, by, post, claim_form=form)


def _offered(by: Actor, post: ServicePost) -> Any:
    """Return the members in sight for whom a post may be claimed."""
    places = (
        MemberPlace.objects.visible_to(by.scope)
        .filter(side=Side.COMMUNITY, community=post.community)
        .order_by()
    )
    claimed = PostClaim.objects.visible_to(by.scope).filter(
        post=post, state__in=(*STANDING_CLAIM, *FINISHED)
    )
    return (
        PartyMember.objects.visible_to(by.scope)
        .filter(pk__in=places.values("member"))
        .exclude(pk__in=claimed.order_by().values("member"))
        .select_related("person")
        .order_by("person__sort", "person__name", "id")
    )


@require_http_methods(["GET", "POST"])
def post_claim_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Claim for members who said so elsewhere."""
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.claim_proxy", post)
    members = _offered(by, post)
    form = ClaimProxyForm(request.POST or None, members=members, area=post.community)
    if form.is_valid():
        done, left = 0, []
        for member in form.cleaned_data["members"]:
            try:
                propose_claim(post, member=member, channel=form.cleaned_data["channel"], by=by)
            except ValidationError as refused:
                left.append(f"{member.person.name}：{' '.join(refused.messages)}")
            else:
                done += 1
        if done:
            messages.success(request, _("已代%(count)d人认领，请在下面确定。") % {"count": done})
        for sentence in left:
            messages.warning(request, sentence)
        return redirect(post)
    return render(
        request,
        "members/claim_proxy.html",
        {"form": form, "post": post, "is_nobody": not members.exists()},
        status=422 if form.is_bound else 200,
    )


def narrowed_claims(rows: Any, form: ClaimFilter) -> Any:
    """Return the claims that the sentence names."""
    given = form.cleaned_data if form.is_valid() else {}
    if state := given.get("state"):
        rows = rows.filter(state=state)
    if words := (given.get("q") or "").strip():
        rows = rows.filter(Q(post__title__icontains=words) | Q(member_name__icontains=words))
    return rows


def show_verdicts(claims: Iterable[PostClaim]) -> None:
    """Put on each claim what residents and those served said, for its line in a table."""
    rows = list(claims)
    verdicts = verdicts_of_claims(rows)
    for claim in rows:
        claim.verdict = verdicts.get(claim.pk)  # type: ignore[attr-defined]


@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """A community sees the claims of its posts, a unit those of its people, a member their own."""
    by = actor_of(request)
    require(by, "service_post.view")
    form = ClaimFilter(request.GET, auto_id="filter_%s")
    rows = narrowed_claims(PostClaim.objects.visible_to(by.scope), form)
    page = keyset_page(
        rows.select_related("post__community", "pledge"),
        order=("-proposed_on", "-id"),
        params=request.GET,
    )
    show_verdicts(page.rows)
    return render(
        request,
        "members/claim_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "is_area": by.scope.is_area,
            "is_member": by.scope.column == "member",
            "may_decide": may(by, "service_post.decide"),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


@require_POST
def claims_accept(request: HttpRequest) -> HttpResponse:
    """Accept all that have been picked."""
    by = actor_of(request)
    require(by, "service_post.decide")
    picked = list(
        PostClaim.objects.reached(by.scope, "service_post.decide")
        .filter(uid__in=uids_of(request.POST.getlist("selected")), state=ClaimState.PROPOSED)
        .select_related("post__community__parent", "member")
        .order_by("proposed_on", "id")
    )
    left = accept_claims(picked, by=by)
    done = len(picked) - len(left)
    if done:
        messages.success(request, _("已确定%(count)d人认领。") % {"count": done})
    for claim, why in left:
        messages.warning(request, f"{claim.member_name}：{why}")
    if not picked:
        messages.warning(request, _("请先勾选待确定的认领。"))
    posts = {claim.post_id: claim.post for claim in picked}
    if len(posts) == 1:
        return redirect(next(iter(posts.values())))
    return redirect("members:claim-list")


def _find(by: Actor, uid: UUID) -> PostClaim:
    claim: PostClaim = get_object_or_404(
        PostClaim.objects.visible_to(by.scope).select_related(
            "post__community__parent", "post__grid", "member__person", "pledge"
        ),
        uid=uid,
    )
    return claim


def _pledge_of(claim: PostClaim) -> Pledge | None:
    return getattr(claim, "pledge", None)


def _steps(claim: PostClaim, served: bool) -> list[dict[str, str]]:
    """Return 认领 → 社区确定 → 承诺 → 服务 → 完成 → 群众评价 as far as they have come."""
    is_held = claim.is_holding
    is_done = claim.is_finished
    signed = _pledge_of(claim) is not None
    over = not is_held and claim.state != ClaimState.PROPOSED
    if claim.state == ClaimState.EVALUATED:
        evaluated = "done"
    else:
        evaluated = "skipped" if over else "current" if is_done else "todo"

    def state(is_past: bool, is_now: bool) -> str:
        if is_past:
            return "done"
        return "skipped" if over or is_done else "current" if is_now else "todo"

    return [
        {"label": _("认领"), "state": "done", "note": ""},
        {"label": _("社区确定"), "state": state(is_held, True), "note": ""},
        {"label": _("签订承诺书"), "state": state(signed, is_held), "note": ""},
        {"label": _("参加服务"), "state": state(served or is_done, is_held and signed), "note": ""},
        {"label": _("完成"), "state": state(is_done, is_held and served), "note": ""},
        {"label": _("群众评价"), "state": evaluated, "note": ""},
    ]


def claim_page(request: HttpRequest, by: Actor, claim: PostClaim, **forms: Any) -> HttpResponse:
    """Draw a claim's page; a refused form comes back filled in."""
    community = claim.post.community
    pledge = _pledge_of(claim)
    is_own = by.scope.column == "member" and by.person_id == claim.member.person_id
    may_claim = is_own and may(by, "service_post.claim")
    may_decide = may(by, "service_post.decide", claim) and claim.member.person_id != by.person_id
    may_proxy = may(by, "service_post.claim_proxy", claim)
    is_held = claim.state == ClaimState.ACCEPTED
    is_waiting = claim.state == ClaimState.PROPOSED
    records = list(
        ServiceRecord.objects.visible_to(by.scope)
        .filter(claim=claim)
        .exclude(state=ServiceState.WITHDRAWN)
        .order_by("-date", "-id")
    )
    served = any(each.state == ServiceState.CERTIFIED for each in records)
    pledges = [pledge] if pledge is not None else []
    context = {
        "claim": claim,
        "post": claim.post,
        "pledge": pledge,
        "is_own": is_own,
        "is_waiting": is_waiting,
        "is_held": is_held,
        "steps": _steps(claim, served),
        "channel": word(community, "proxy.channel", claim.channel) if claim.channel else "",
        "pledge_channel": word(community, "proxy.channel", pledge.channel)
        if pledge and pledge.channel
        else "",
        "records": records,
        "may_sign": may_claim and is_held and pledge is None,
        "may_show": may_claim and pledge is not None,
        "may_leave": may_claim and (is_held or is_waiting),
        "may_decide": may_decide and is_waiting,
        "may_proxy": may_proxy and (is_held or is_waiting),
        "may_sign_proxy": may_proxy and is_held and pledge is None,
        "may_finish": may_decide and is_held and served,
        "may_miss": may_decide and is_held,
        "may_evaluate": may_decide and claim.is_holding and bool(records),
        "verdict": verdict_of_claim(claim),
        "pledge_form": PledgeForm(initial=pledge_initial(claim)),
        "pledge_proxy_form": PledgeProxyForm(area=community, initial=pledge_initial(claim)),
        "leave_form": LeaveForm(),
        "leave_proxy_form": LeaveProxyForm(area=community),
        "decline_form": DeclineForm(),
        "absence_form": AbsenceForm(),
        "history": [
            line.entry()
            for line in history_of(claim, by.scope, limit=20, also=pledges)
            if line.kind != "notice.created"  # deciding tells the member: one act, one line
        ],
        **forms,
    }
    return render(request, "members/claim_detail.html", context, status=422 if forms else 200)


@require_GET
def claim_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one claim and its next step."""
    by = actor_of(request)
    return claim_page(request, by, _find(by, uid))


@require_POST
def claim_accept(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community takes somebody on."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.decide", claim)
    try:
        accept_claim(claim, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已确定，并通知本人签订承诺书。"))
    return redirect(claim)


@require_POST
def claim_decline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community cannot take somebody on this time."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.decide", claim)
    form = DeclineForm(request.POST)
    if goes_through(form, decline_claim, claim, by=by):
        messages.success(request, _("已婉拒，原因和感谢已发给本人。"))
        return redirect(claim.post)
    return claim_page(request, by, claim, decline_form=form)


@require_POST
def claim_leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one's own claim back, or leave the post."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.claim", claim)
    form = LeaveForm(request.POST)
    if goes_through(form, leave_post, claim, by=by):
        messages.success(request, _("已退出，并告诉了社区。"))
        return redirect("members:post-list")
    return claim_page(request, by, claim, leave_form=form)


@require_POST
def claim_leave_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take somebody off a post who said so elsewhere."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.claim_proxy", claim)
    form = LeaveProxyForm(request.POST, area=claim.post.community)
    if goes_through(form, leave_post, claim, by=by):
        messages.success(request, _("已替%(name)s退出。") % {"name": claim.member_name})
        return redirect(claim.post)
    return claim_page(request, by, claim, leave_proxy_form=form)


@require_POST
def claim_absent(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Note that somebody did not come, with the reason that was heard."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.decide", claim)
    form = AbsenceForm(request.POST)
    if goes_through(form, record_absence, claim, by=by):
        messages.success(request, _("已登记未到岗和原因，名额已空出。"))
        return redirect(claim.post)
    return claim_page(request, by, claim, absence_form=form)


@require_POST
def claim_finish(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A post has been served."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.decide", claim)
    try:
        finish_claim(claim, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已办结，并通知了本人。"))
    return redirect(claim)


@require_POST
def pledge_sign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign one's own pledge."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.claim", claim)
    form = PledgeForm(request.POST)
    if goes_through(form, sign_pledge, claim, by=by):
        messages.success(request, _("承诺书已签订。需要纸质的，可在本页下载打印。"))
        return redirect(claim)
    return claim_page(request, by, claim, pledge_form=form)


@require_POST
def pledge_sign_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down a pledge that was signed on paper or given by word."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.claim_proxy", claim)
    form = PledgeProxyForm(request.POST, area=claim.post.community)
    if goes_through(form, sign_pledge, claim, by=by):
        messages.success(request, _("已代录承诺书，本人和单位可以看到。"))
        return redirect(claim)
    return claim_page(request, by, claim, pledge_proxy_form=form)


@require_POST
def pledge_show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take one's own pledge off the public board, or put it there again."""
    by = actor_of(request)
    claim = _find(by, uid)
    require(by, "service_post.claim", claim)
    pledge = get_object_or_404(Pledge.objects.visible_to(by.scope), claim=claim)
    shown = show_pledge(pledge, is_public=request.POST.get("show") == "yes", by=by)
    messages.success(
        request,
        _("已在社区公示栏公开。") if shown.is_public else _("已从社区公示栏撤下。"),
    )
    return redirect(claim)
