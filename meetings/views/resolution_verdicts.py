"""What the convener decides on a resolution, and the cards of the street."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.enums import CardColor, Closing
from meetings.forms.meetings import ReasonForm
from meetings.forms.resolutions import (
    CardForm,
    CloseForm,
    DeadlineForm,
    DecideExtensionForm,
    RefuseForm,
    ReopenForm,
    ReviewForm,
)
from meetings.models import Card, Extension, Resolution
from meetings.services import (
    close_resolution,
    decide_extension,
    lift_card,
    move_deadline,
    raise_card,
    refuse_report,
    reopen_resolution,
    review_resolution,
    stop_resolution,
)
from meetings.views.resolutions import find_resolution, resolution_page
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.fields.refusals import put_on


def _answer(
    request: HttpRequest,
    by: Actor,
    resolution: Resolution,
    *,
    form: Any,
    name: str,
    deed: Callable[..., Any],
    said: str,
) -> HttpResponse:
    """Do what a form says and lead on to what came of it; show it again where that is refused."""
    if form.is_valid():
        try:
            done = deed(**form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, said)
            return redirect(done if isinstance(done, Resolution) else resolution)
    return resolution_page(request, by, resolution, status=422, **{name: form})


def _verdict(
    request: HttpRequest,
    uid: UUID,
    name: str,
    *,
    form: Callable[..., Any],
    deed: Callable[..., Resolution],
    said: str,
) -> HttpResponse:
    """Take a verdict that says nothing but its form's own words."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.verify", target=resolution)
    return _answer(
        request,
        by,
        resolution,
        form=form(request.POST, auto_id=f"{name}_%s"),
        name=f"{name}_form",
        deed=partial(deed, resolution, by=by),
        said=said,
    )


@require_POST
def resolution_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Verify and close."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.verify", target=resolution)

    def deed(*, closing: str, **values: Any) -> Resolution:
        return close_resolution(resolution, closing=Closing(closing), by=by, **values)

    form = CloseForm(request.POST, auto_id="close_%s")
    return _answer(
        request, by, resolution, form=form, name="close_form", deed=deed, said=_("已销号。")
    )


@require_POST
def resolution_refuse(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a report back to work."""
    said = _("已退回继续办理，责任单位已收到通知。")
    return _verdict(request, uid, "refuse", form=RefuseForm, deed=refuse_report, said=said)


@require_POST
def resolution_stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop a resolution, with a reason."""
    said = _("已中止，责任单位已收到通知。")
    return _verdict(request, uid, "stop", form=ReasonForm, deed=stop_resolution, said=said)


@require_POST
def resolution_deadline(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give more time without being asked in writing."""
    said = _("期限已调整，责任单位已收到通知。")
    return _verdict(request, uid, "deadline", form=DeadlineForm, deed=move_deadline, said=said)


@require_POST
def resolution_reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back a closing or a stop that was wrong."""
    said = _("已恢复办理，责任单位已收到通知。")
    return _verdict(request, uid, "reopen", form=ReopenForm, deed=reopen_resolution, said=said)


@require_POST
def resolution_review(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Look again at what was closed for a stage."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.verify", target=resolution)

    def deed(**values: Any) -> Resolution:
        return review_resolution(resolution, by=by, **values)

    form = ReviewForm(request.POST, auto_id="review_%s", by=by, council=resolution.council)
    return _answer(
        request,
        by,
        resolution,
        form=form,
        name="review_form",
        deed=deed,
        said=_("复查结论已记下。"),
    )


@require_POST
def extension_decide(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Grant more time, or refuse it."""
    by = actor_of(request)
    extension: Extension = get_object_or_404(
        Extension.objects.visible_to(by.scope).select_related("resolution"), uid=uid
    )
    resolution = find_resolution(by, extension.resolution.uid)
    require(by, "resolution.verify", target=resolution)
    grant = request.POST.get("decision") == "grant"

    def deed(**values: Any) -> None:
        decide_extension(extension, grant=grant, by=by, **values)

    said = _("已同意延期，期限已顺延。") if grant else _("已答复不同意延期。")
    form = DecideExtensionForm(request.POST, auto_id="decide_%s")
    return _answer(request, by, resolution, form=form, name="decide_form", deed=deed, said=said)


@require_POST
def resolution_card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Raise a card by hand."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.card", target=resolution)

    def deed(*, color: str, reason: str) -> None:
        raise_card(resolution, color=CardColor(color), reason=reason, by=by)

    said = _("已亮牌，责任单位和召集单位已收到通知。")
    form = CardForm(request.POST, auto_id="card_%s")
    return _answer(request, by, resolution, form=form, name="card_form", deed=deed, said=said)


@require_POST
def card_lift(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Lift a card that was raised by hand."""
    by = actor_of(request)
    card: Card = get_object_or_404(
        Card.objects.visible_to(by.scope).select_related("resolution"), uid=uid
    )
    resolution = find_resolution(by, card.resolution.uid)
    require(by, "resolution.card", target=resolution)

    def deed(*, reason: str) -> None:
        lift_card(card, reason=reason, by=by)

    form = ReasonForm(request.POST, auto_id="lift_%s")
    return _answer(
        request, by, resolution, form=form, name="lift_form", deed=deed, said=_("已撤牌。")
    )
