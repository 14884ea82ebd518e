"""What the pages of an evaluation share, whatever is evaluated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.access.rotating import drawing_of
from partybuild.accounts.links import link_url, standing_link
from partybuild.evaluations.enums import EvaluatedBy
from partybuild.evaluations.forms import AnswerForm, AskedForm, PaperAnswersForm
from partybuild.evaluations.queries import on_paper, verdict
from partybuild.fields.refusals import goes_through, put_on

_COMMENTS = 50


def link_context(target: Model, action: str) -> dict[str, Any]:
    """Return the standing address, if there is one, and its QR picture."""
    link = standing_link(target, action)
    address = link_url(link) if link else ""
    return {
        "link": link,
        "address": address,
        "drawing": drawing_of(address) if address else None,
    }


def results_context(about: Any, answers: QuerySet[Any]) -> dict[str, Any]:
    """Return the answers about one thing, and the forms that add to them; `answers` are those in sight."""
    return {
        "verdict": verdict(answers, asked=about.evaluation_asked),
        "sides": [(side.label, verdict(answers.filter(side=side))) for side in EvaluatedBy],
        "comments": answers.exclude(comment="").order_by("-given_at", "-pk")[:_COMMENTS],
        "asked_form": AskedForm(initial={"asked": about.evaluation_asked}),
        "paper_form": PaperAnswersForm(entered=on_paper(answers)),
    }


def paper_entered(
    request: HttpRequest, form: PaperAnswersForm, service: Callable[..., int], about: Any, by: Actor
) -> bool:
    """Enter the paper forms as counted; False where the form or the service refuses: the form says why."""
    if not form.is_valid():
        return False
    try:
        count = service(about, counts=form.counts, by=by)
    except ValidationError as refused:
        put_on(form, refused)
        return False
    messages.success(request, _("已登记纸质评价%(count)d份。") % {"count": count})
    return True


def has_answered(request: HttpRequest, about: Any) -> bool:
    """Tell whether this browser has answered about it."""
    return _cookie(about) in request.COOKIES


def answer_page(
    request: HttpRequest,
    form: AnswerForm | None,
    *,
    state: str,
    target: Any,
    service: Callable[..., Any],
    by: Actor,
    was_heard: bool,
) -> HttpResponse:
    """Answer from the QR picture: no name is asked, one page, one button.

    `form`: None where this browser has nothing left to answer; then `was_heard` says whether it did answer.
    """
    if form is not None and goes_through(form, service, target, by=by):
        response = redirect(request.path)
        # Loading the page again says thank you; it tells nothing about who answered.
        response.set_cookie(
            _cookie(form.about(target)),
            "1",
            max_age=8 * 24 * 3600,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
            path=request.path,
        )
        return response
    return render(
        request,
        "evaluations/answer.html",
        {"state": state, "form": form, "was_heard": was_heard},
        status=422 if form is not None and form.is_bound else 200,
    )


def _cookie(about: Any) -> str:
    return f"evaluated-{about.uid.hex[:12]}"
