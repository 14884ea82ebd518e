"""五评议: what the member, the unit, residents and the committee above say before the signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import FeedbackPartKind, FeedbackState
from members.forms.feedback import CommentsForm, VoicesForm, WordsForm
from members.models import Feedback, FeedbackPart
from members.services import give_part
from members.views.feedback import is_theirs, posts_in_words
from members.views.members import uids_of
from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through

# Which of the five a post is asked for; the community writes down what others told it.
_ASKED = {
    "unit_secretary": (FeedbackPartKind.LEADER,),
    "street": (FeedbackPartKind.ORGANIZATION,),
    "community_secretary": (
        FeedbackPartKind.MASSES,
        FeedbackPartKind.LEADER,
        FeedbackPartKind.ORGANIZATION,
    ),
    "community_worker": (
        FeedbackPartKind.MASSES,
        FeedbackPartKind.LEADER,
        FeedbackPartKind.ORGANIZATION,
    ),
}

# Who says the same of many in one press: whoever comments for their own body.
_FOR_MANY = frozenset({"unit_secretary", "street"})


def _find(by: Actor, uid: UUID, line: str, parts: tuple[str, ...]) -> FeedbackPart:
    part: FeedbackPart = get_object_or_404(
        FeedbackPart.objects.reached(by.scope, line)
        .filter(part__in=parts)
        .select_related("feedback__community", "feedback__unit", "feedback__member__person"),
        uid=uid,
    )
    return part


def _asked_of(by: Actor) -> Any:
    rows = FeedbackPart.objects.reached(by.scope, "feedback.comment").filter(
        part__in=_ASKED.get(by.scope.column, ()), feedback__state=FeedbackState.DRAFT
    )
    return rows.select_related("feedback__community")


@require_GET
def feedback_comments(request: HttpRequest) -> HttpResponse:
    """List what this post is asked to comment on."""
    by = actor_of(request)
    require(by, "feedback.comment")
    return _comments(request, by, None)


def _comments_form(by: Actor, data: Any = None) -> CommentsForm | None:
    """Return the form for many at once, for who comments themselves: a community writes down one by one."""
    if by.scope.column not in _FOR_MANY:
        return None
    rows = _asked_of(by)
    once = rows.order_by("feedback__community_id").distinct("feedback__community_id")
    return CommentsForm(data, communities=[each.feedback.community for each in once])


def _comments(request: HttpRequest, by: Actor, form: CommentsForm | None) -> HttpResponse:
    # What still waits stands first: of a list of hundreds nobody leafs past what is done.
    rows = _asked_of(by).annotate(place=Case(When(given_at=None, then=0), default=1))
    page = keyset_page(rows, order=("place", "id"), params=request.GET)
    form = form or (_comments_form(by) if page.rows else None)
    return render(
        request,
        "members/feedback_comments.html",
        {
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "waiting": rows.filter(given_at=None).count(),
            "form": form,
            "picked": set(request.POST.getlist("selected")),
        },
        status=422 if form is not None and form.is_bound else 200,
    )


@require_POST
def feedback_comments_give(request: HttpRequest) -> HttpResponse:
    """Write one comment on all that are picked."""
    by = actor_of(request)
    require(by, "feedback.comment")
    form = _comments_form(by, request.POST)
    if form is None:
        raise Refused("feedback.comment")
    picked = list(
        _asked_of(by).filter(uid__in=uids_of(request.POST.getlist("selected"))).order_by("pk")
    )
    if not picked:
        form.add_error(None, _("请先勾选要评议的人。"))
    if not form.is_valid():
        return _comments(request, by, form)
    done = 0
    for part in picked:
        try:
            give_part(part, by=by, **form.cleaned_data)
        except ValidationError as refused:
            messages.warning(request, f"{part.feedback.member_name}：{' '.join(refused.messages)}")
        else:
            done += 1
    if done:
        messages.success(request, _("已为%(count)d人填写评议，签发前可以再改。") % {"count": done})
    return redirect("members:feedback-comments")


def _evaluation(by: Actor, part: FeedbackPart) -> str:
    """Return the page of the form on which the community goes on evaluating."""
    feedback = Feedback.objects.visible_to(by.scope).get(pk=part.feedback_id)
    return reverse("members:feedback-evaluate", args=(feedback.uid,))


def _give(
    request: HttpRequest, by: Actor, part: FeedbackPart, *, line: str, back: str
) -> HttpResponse:
    feedback = part.feedback
    require(by, line, part)
    is_masses = part.part == FeedbackPartKind.MASSES
    # What was answered on the spot stands ready; who held a meeting of residents puts its votes there.
    heard = {} if part.is_given else feedback.facts.get("said") or {}
    initial = {
        "grade": part.grade,
        "text": part.text or (_("服务现场评价") if any(heard.values()) else ""),
        "satisfied": part.satisfied or heard.get("satisfied", 0),
        "basically": part.basically or heard.get("mostly", 0),
        "dissatisfied": part.dissatisfied or heard.get("dissatisfied", 0),
        "unanswered": part.unanswered or 0,
    }
    form: VoicesForm | WordsForm
    if is_masses:
        form = VoicesForm(request.POST or None, initial=initial)
    else:
        form = WordsForm(request.POST or None, part=part, by=by, initial=initial)
    if goes_through(form, give_part, part, by=by):
        messages.success(request, _("已填写，签发前可以再改。"))
        return redirect(back)
    return render(
        request,
        "members/feedback_part.html",
        {
            "part": part,
            "feedback": feedback,
            "form": form,
            "back": back,
            "is_theirs": is_theirs(part, by),
            "is_self": part.part == FeedbackPartKind.SELF,
            "posts": posts_in_words(feedback),
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def feedback_part(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Comment as asked: the unit's leader, residents' voices, the committee above."""
    by = actor_of(request)
    require(by, "feedback.comment")
    part = _find(by, uid, "feedback.comment", _ASKED.get(by.scope.column, ()))
    if by.scope.column in {"community_secretary", "community_worker"}:
        back = _evaluation(by, part)
    else:
        back = "members:feedback-comments"
    return _give(request, by, part, line="feedback.comment", back=back)


@require_http_methods(["GET", "POST"])
def feedback_self(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A member says something about their own period."""
    by = actor_of(request)
    require(by, "feedback.self_evaluate")
    part = _find(by, uid, "feedback.self_evaluate", (FeedbackPartKind.SELF,))
    return _give(request, by, part, line="feedback.self_evaluate", back="members:my-feedback")


@require_http_methods(["GET", "POST"])
def feedback_self_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community writes down what a member said of themselves on paper or by telephone."""
    by = actor_of(request)
    require(by, "feedback.self_evaluate_proxy")
    part = _find(by, uid, "feedback.self_evaluate_proxy", (FeedbackPartKind.SELF,))
    return _give(request, by, part, line="feedback.self_evaluate_proxy", back=_evaluation(by, part))
