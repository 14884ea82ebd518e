"""Evaluation of posts: the community's pages, and the page behind the QR picture."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from members.enums import HOLDING, ServiceState
from members.forms.evaluations import PostAnswerForm
from members.models import ClaimEvaluation, PostClaim, ServicePost, ServiceRecord
from members.queries.evaluations import called_in_public, evaluable_claims, verdicts_of_claims
from members.services import (
    close_post_evaluation,
    enter_claim_evaluations,
    evaluate_post,
    open_post_evaluation,
    say_claim_asked,
)
from members.services.claim_evaluations import ACTION
from members.views.posts import find_post
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.evaluations.forms import AskedForm, PaperAnswersForm
from partybuild.evaluations.queries import Verdict, sum_of
from partybuild.evaluations.views import (
    answer_page,
    has_answered,
    link_context,
    paper_entered,
    results_context,
)
from partybuild.fields.refusals import goes_through


def _find_post(request: HttpRequest, uid: UUID) -> tuple[Actor, ServicePost]:
    by = actor_of(request)
    post = find_post(by, uid)
    require(by, "service_post.decide", post)
    return by, post


@require_GET
def post_evaluation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the QR picture of a post, and what was answered about each who serves in it."""
    by, post = _find_post(request, uid)
    claims = list(
        PostClaim.objects.visible_to(by.scope)
        .filter(post=post, state__in=HOLDING)
        .order_by("place_number", "id")
    )
    verdicts = verdicts_of_claims(claims)
    return render(
        request,
        "members/post_evaluation.html",
        {
            "post": post,
            "lines": [(claim, verdicts.get(claim.pk, Verdict())) for claim in claims],
            "total": sum_of(verdicts.values()),
            "may_open": evaluable_claims(post).exists(),
            **link_context(post, ACTION),
        },
    )


@require_POST
def post_evaluation_open(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open the page behind the QR picture."""
    by, post = _find_post(request, uid)
    try:
        open_post_evaluation(post, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("评价已开通，请群众扫码。"))
    return redirect("members:post-evaluation", post.uid)


@require_POST
def post_evaluation_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take no more answers."""
    by, post = _find_post(request, uid)
    close_post_evaluation(post, by=by)
    messages.success(request, _("评价已结束，不再接受新的评价。"))
    return redirect("members:post-evaluation", post.uid)


def _find_claim(request: HttpRequest, uid: UUID) -> tuple[Actor, PostClaim]:
    by = actor_of(request)
    claim: PostClaim = get_object_or_404(
        PostClaim.objects.visible_to(by.scope).select_related(
            "post__community__parent", "member__person"
        ),
        uid=uid,
    )
    require(by, "service_post.decide", claim)
    return by, claim


def _page(request: HttpRequest, by: Actor, claim: PostClaim, **forms: Any) -> HttpResponse:
    answers = ClaimEvaluation.objects.visible_to(by.scope).filter(claim=claim)
    served = ServiceRecord.objects.visible_to(by.scope).filter(claim=claim)
    return render(
        request,
        "members/claim_evaluation.html",
        {
            "claim": claim,
            "post": claim.post,
            "is_own": claim.member.person_id == by.person_id,
            "has_begun": claim.is_holding and served.exclude(state=ServiceState.WITHDRAWN).exists(),
            **results_context(claim, answers),
            **forms,
        },
        status=422 if forms else 200,
    )


@require_GET
def claim_evaluation(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what was answered about one member's service, and where paper forms are entered."""
    by, claim = _find_claim(request, uid)
    return _page(request, by, claim)


@require_POST
def claim_evaluation_asked(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say how many were asked."""
    by, claim = _find_claim(request, uid)
    form = AskedForm(request.POST)
    if goes_through(form, say_claim_asked, claim, by=by):
        messages.success(request, _("已保存。"))
        return redirect("members:claim-evaluation", claim.uid)
    return _page(request, by, claim, asked_form=form)


@require_POST
def claim_evaluation_paper(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter the paper forms as counted."""
    by, claim = _find_claim(request, uid)
    form = PaperAnswersForm(request.POST)
    if paper_entered(request, form, enter_claim_evaluations, claim, by):
        return redirect("members:claim-evaluation", claim.uid)
    return _page(request, by, claim, paper_form=form)


@link_page(
    "service_post.evaluate",
    over=lazy("这次评价已经结束，谢谢您的关心。还想提意见的，请点页面下方的“意见建议”。"),
)
def evaluation_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Answer from the QR picture about whoever served, each once from one browser."""
    by = actor_of_link(link, request=request)
    post: Any = get_object_or_404(
        ServicePost.objects.reached(by.scope, ACTION).select_related("community")
    )
    claims = list(evaluable_claims(post))
    left = [each for each in claims if not has_answered(request, each)]
    state = _("%(community)s：%(title)s") % {
        "community": post.community.name,
        "title": post.title,
    }
    if len(claims) == 1:
        state = f"{state}（{called_in_public(claims[0])}）"
    return answer_page(
        request,
        PostAnswerForm(request.POST or None, claims=left) if left else None,
        state=state,
        target=post,
        service=evaluate_post,
        by=by,
        was_heard=len(left) < len(claims),
    )
