"""Evaluation of an activity: the organizer's page, and the page behind the QR picture."""

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

from activities.models import Activity, Evaluation
from activities.services import (
    close_evaluation,
    enter_evaluations,
    evaluate,
    open_evaluation,
    say_asked,
)
from activities.services.evaluating import ACTION
from activities.views.activities import find_activity
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.calendar import now
from partybuild.evaluations.forms import AnswerForm, AskedForm, PaperAnswersForm
from partybuild.evaluations.views import (
    answer_page,
    has_answered,
    link_context,
    paper_entered,
    results_context,
)
from partybuild.fields.refusals import goes_through
from partybuild.ui.filters import short_date_cn


def _find(request: HttpRequest, uid: UUID) -> tuple[Actor, Activity]:
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.change", target=activity)
    return by, activity


def _page(request: HttpRequest, by: Actor, activity: Activity, **forms: Any) -> HttpResponse:
    return render(
        request,
        "activities/evaluation_detail.html",
        {
            "activity": activity,
            "has_begun": now() >= activity.starts_at,
            **link_context(activity, ACTION),
            **results_context(
                activity, Evaluation.objects.visible_to(by.scope).filter(activity=activity)
            ),
            **forms,
        },
        status=422 if forms else 200,
    )


@require_GET
def evaluation_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the QR picture and what was answered."""
    by, activity = _find(request, uid)
    return _page(request, by, activity)


@require_POST
def evaluation_open(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open the page behind the QR picture."""
    by, activity = _find(request, uid)
    try:
        open_evaluation(activity, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("评价已开通，请群众扫码。"))
    return redirect("activities:evaluation", activity.uid)


@require_POST
def evaluation_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take no more answers."""
    by, activity = _find(request, uid)
    close_evaluation(activity, by=by)
    messages.success(request, _("评价已结束，不再接受新的评价。"))
    return redirect("activities:evaluation", activity.uid)


@require_POST
def evaluation_asked(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say how many were asked."""
    by, activity = _find(request, uid)
    form = AskedForm(request.POST)
    if goes_through(form, say_asked, activity, by=by):
        messages.success(request, _("已保存。"))
        return redirect("activities:evaluation", activity.uid)
    return _page(request, by, activity, asked_form=form)


@require_POST
def evaluation_paper(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter the paper forms as counted."""
    by, activity = _find(request, uid)
    form = PaperAnswersForm(request.POST)
    if paper_entered(request, form, enter_evaluations, activity, by):
        return redirect("activities:evaluation", activity.uid)
    return _page(request, by, activity, paper_form=form)


@link_page(
    "activity.evaluate",
    over=lazy("这次评价已经结束，谢谢您的关心。还想提意见的，请点页面下方的“意见建议”。"),
)
def evaluation_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Answer from the QR picture: no name is asked, one page, one button."""
    by = actor_of_link(link, request=request)
    activity: Any = get_object_or_404(
        Activity.objects.reached(by.scope, "activity.evaluate").select_related(
            "community", "organizer"
        )
    )
    state = _("%(when)s，%(who)s：%(name)s") % {
        "when": short_date_cn(activity.starts_at),
        "who": activity.organizer.called,
        "name": activity.title,
    }
    was_heard = has_answered(request, activity)
    return answer_page(
        request,
        None if was_heard else AnswerForm(request.POST or None),
        state=state,
        target=activity,
        service=evaluate,
        by=by,
        was_heard=was_heard,
    )
