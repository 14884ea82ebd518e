"""What units and members do with feedback: receipt, use, objection; and its review."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import FeedbackPartKind, FeedbackState
from members.forms.feedback import (
    ObjectForm,
    ObjectProxyForm,
    ReceiptProxyForm,
    ReviewForm,
    UseForm,
    UseProxyForm,
)
from members.models import Feedback, FeedbackDelivery, FeedbackPart, Objection
from members.queries.feedback import receipts_of
from members.services import (
    acknowledge_delivery,
    acknowledge_feedback,
    is_written_by_itself,
    raise_objection,
    record_use,
    reject_objection,
    uphold_objection,
)
from members.views.feedback import feedback_page, find_feedback, list_page, posts_in_words
from members.views.members import uids_of
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from units.views.scope import area_of


@require_GET
def feedback_deliveries(request: HttpRequest) -> HttpResponse:
    """List what came to the unit: how many forms, from whom, whether it has been acknowledged."""
    by = actor_of(request)
    require(by, "feedback.acknowledge")
    rows = FeedbackDelivery.objects.reached(by.scope, "feedback.acknowledge")
    page = keyset_page(rows, order=("-id",), params=request.GET)
    waiting = _waiting(by, page.rows)
    return render(
        request,
        "members/feedback_deliveries.html",
        {
            "page": page,
            "rows": [(each, each.pk in waiting) for each in page.rows],
            "count": rows.count(),
        },
    )


def _waiting(by: Actor, deliveries: Any) -> set[int]:
    rows = Feedback.objects.reached(by.scope, "feedback.acknowledge").unacknowledged()
    return set(rows.filter(delivery__in=deliveries).values_list("delivery", flat=True))


def _delivery(by: Actor, uid: UUID) -> FeedbackDelivery:
    """Return a delivery: the liaison acknowledges it without reading its forms."""
    line = "feedback.acknowledge" if by.scope.is_unit else "feedback.view"
    delivery: FeedbackDelivery = get_object_or_404(
        FeedbackDelivery.objects.reached(by.scope, line).select_related("community", "unit"),
        uid=uid,
    )
    return delivery


def _delivery_page(
    request: HttpRequest,
    by: Actor,
    delivery: FeedbackDelivery,
    proxy_form: ReceiptProxyForm | None = None,
) -> HttpResponse:
    waiting, numbers = receipts_of(delivery)
    may_proxy = waiting and by.scope.is_area and may(by, "feedback.acknowledge_proxy", delivery)
    return render(
        request,
        "members/feedback_delivery.html",
        {
            "delivery": delivery,
            "waiting": waiting,
            "numbers": numbers,
            "forms": Feedback.objects.visible_to(by.scope)
            .filter(delivery=delivery)
            .order_by("member__person__sort", "member_name", "pk"),
            "may_read": may(by, "feedback.view", delivery),
            "may_acknowledge": waiting
            and by.scope.is_unit
            and may(by, "feedback.acknowledge", delivery),
            "proxy_form": (proxy_form or ReceiptProxyForm(area=delivery.community))
            if may_proxy
            else None,
        },
        status=422 if proxy_form is not None else 200,
    )


@require_GET
def feedback_delivery(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what one signature sent to a unit."""
    by = actor_of(request)
    require(by, "feedback.acknowledge" if by.scope.is_unit else "feedback.view")
    return _delivery_page(request, by, _delivery(by, uid))


@require_POST
def delivery_acknowledge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit has received all of it."""
    by = actor_of(request)
    require(by, "feedback.acknowledge")
    delivery = _delivery(by, uid)
    require(by, "feedback.acknowledge", delivery)
    try:
        number = acknowledge_delivery(delivery, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已签收，回执编号%(number)s。") % {"number": number})
    return redirect(delivery)


@require_POST
def delivery_acknowledge_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters a receipt for a whole delivery."""
    by = actor_of(request)
    require(by, "feedback.acknowledge_proxy")
    delivery = _delivery(by, uid)
    require(by, "feedback.acknowledge_proxy", delivery)
    form = ReceiptProxyForm(request.POST, area=delivery.community)
    if goes_through(form, acknowledge_delivery, delivery, by=by):
        messages.success(request, _("已代录签收，单位可以看到。"))
        return redirect(delivery)
    return _delivery_page(request, by, delivery, form)


def _delivery_of(feedback: Feedback) -> FeedbackDelivery:
    assert feedback.delivery is not None
    return feedback.delivery


@require_POST
def feedback_acknowledge(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit has received this form."""
    by = actor_of(request)
    require(by, "feedback.acknowledge")
    # The liaison acknowledges what the secretary reads.
    feedback: Feedback = get_object_or_404(
        Feedback.objects.reached(by.scope, "feedback.acknowledge").select_related("delivery"),
        uid=uid,
    )
    require(by, "feedback.acknowledge", feedback)
    try:
        number = acknowledge_feedback([feedback], by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已签收，回执编号%(number)s。") % {"number": number})
    return redirect(feedback if may(by, "feedback.view", feedback) else _delivery_of(feedback))


@require_POST
def feedback_acknowledge_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community enters a receipt for one form."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.acknowledge_proxy", feedback)
    form = ReceiptProxyForm(request.POST, area=feedback.community)
    if goes_through(form, acknowledge_feedback, [feedback], by=by):
        messages.success(request, _("已代录签收，单位可以看到。"))
        return redirect(feedback)
    return feedback_page(request, by, feedback, receipt_form=form)


@require_POST
def feedback_use(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit records what it used one form for."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.use", feedback)
    form = UseForm(request.POST, area=feedback.community)
    if goes_through(form, record_use, [feedback], by=by):
        messages.success(request, _("已登记结果运用。"))
        return redirect(feedback)
    return feedback_page(request, by, feedback, use_form=form)


@require_POST
def feedback_use_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community writes down what a unit said that it used a form for."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.use_proxy", feedback)
    form = UseProxyForm(request.POST, area=feedback.community, auto_id="use_%s")
    if goes_through(form, record_use, [feedback], by=by):
        messages.success(request, _("已代录结果运用。"))
        return redirect(feedback)
    return feedback_page(request, by, feedback, use_proxy_form=form)


@require_POST
def feedbacks_use(request: HttpRequest) -> HttpResponse:
    """The unit records one use for all that are picked."""
    by = actor_of(request)
    require(by, "feedback.use")
    uids = uids_of(request.POST.getlist("selected"))
    picked = Feedback.objects.reached(by.scope, "feedback.use").filter(uid__in=uids)
    form = UseForm(request.POST, area=area_of(by))
    if form.is_valid():
        try:
            count = record_use(picked, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已为%(count)d份反馈表登记结果运用。") % {"count": count})
            return redirect("members:feedback-list")
    return list_page(request, by, use_form=form, picked=uids)


@require_POST
def feedback_object(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A member objects."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.object", feedback)
    form = ObjectForm(request.POST)
    if goes_through(form, raise_objection, feedback, by=by):
        messages.success(request, _("已提出，由签发人以外的人复核；结果会通知您。"))
        return redirect(feedback)
    return feedback_page(request, by, feedback, object_form=form)


@require_POST
def feedback_object_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community writes down a member's objection."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.object_proxy", feedback)
    form = ObjectProxyForm(request.POST, area=feedback.community)
    if goes_through(form, raise_objection, feedback, by=by):
        messages.success(request, _("已代录异议，由签发人以外的人复核。"))
        return redirect(feedback)
    return feedback_page(request, by, feedback, object_proxy_form=form)


@require_http_methods(["GET", "POST"])
def feedback_review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Somebody who did not sign decides on an objection."""
    by = actor_of(request)
    feedback = find_feedback(by, uid)
    require(by, "feedback.review", feedback)
    objection = Objection.objects.visible_to(by.scope).filter(feedback=feedback).first()
    if objection is None:
        raise Http404
    if not objection.is_open:
        return redirect(feedback)
    form = ReviewForm(
        request.POST or None,
        community=feedback.community,
        initial={
            "grade": feedback.grade,
            "conduct": feedback.conduct,
            "problems": feedback.problems,
            # What was written by itself is written anew.
            "opinion": "" if is_written_by_itself(feedback) else feedback.opinion,
        },
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            if values.pop("decision") == "uphold":
                revised = uphold_objection(objection, by=by, **values)
                messages.success(request, _("已采纳，修订版已送达单位和党员本人，原表保留。"))
                return redirect(revised)
            reject_objection(objection, review=values["review"], by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已复核，维持原评价；党员本人会收到复核意见。"))
            return redirect(feedback)
    return render(
        request,
        "members/feedback_review.html",
        {
            "feedback": feedback,
            "objection": objection,
            "form": form,
            "posts": posts_in_words(feedback),
        },
        status=422 if form.is_bound else 200,
    )


@require_GET
def my_feedback(request: HttpRequest) -> HttpResponse:
    """What was sent about oneself, and what one is asked to say first."""
    by = actor_of(request)
    require(by, "feedback.self_evaluate")
    return render(
        request,
        "members/my_feedback.html",
        {
            "rows": Feedback.objects.visible_to(by.scope).exclude(state=FeedbackState.REPLACED),
            "asked": FeedbackPart.objects.reached(by.scope, "feedback.self_evaluate")
            .filter(part=FeedbackPartKind.SELF, feedback__state=FeedbackState.DRAFT)
            .select_related("feedback"),
        },
    )


@link_page("feedback.acknowledge")
def feedback_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """Acknowledge from the mail's link: how many forms, no names, no grades, one button."""
    by = actor_of_link(link, request=request)
    delivery: Any = get_object_or_404(
        FeedbackDelivery.objects.reached(by.scope, "feedback.acknowledge").select_related(
            "community", "unit"
        )
    )
    refusal = ""
    waiting, numbers = receipts_of(delivery)
    if request.method == "POST" and waiting:
        try:
            acknowledge_delivery(delivery, by=by)
        except ValidationError as refused:
            refusal = " ".join(refused.messages)
        else:
            return redirect(request.path)
    return render(
        request,
        "members/feedback_link.html",
        {"delivery": delivery, "waiting": waiting, "numbers": numbers, "refusal": refusal},
        status=422 if refusal else 200,
    )
