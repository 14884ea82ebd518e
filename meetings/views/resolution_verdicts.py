"""What the convener says at the end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.enums import (
    Closing,
)
from meetings.forms.meetings import ReasonForm
from meetings.forms.resolutions import (
    CloseForm,
)
from meetings.services import (
    close_resolution,
    refuse_report,
    stop_resolution,
)
from meetings.views.answering import put_on
from meetings.views.resolutions import find_resolution, resolution_page
from partybuild.access import require
from partybuild.accounts.actors import actor_of


@require_POST
def resolution_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Verify and close."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.verify", target=resolution)
    form = CloseForm(request.POST, auto_id="close_%s")
    if form.is_valid():
        try:
            close_resolution(
                resolution,
                closing=Closing(form.cleaned_data["closing"]),
                text=form.cleaned_data["text"],
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已销号。"))
            return redirect(resolution)
    return resolution_page(request, by, resolution, status=422, close_form=form)


@require_POST
def resolution_refuse(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a report back to work."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.verify", target=resolution)
    form = ReasonForm(request.POST, auto_id="refuse_%s")
    if form.is_valid():
        try:
            refuse_report(resolution, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已退回继续办理，责任单位已收到通知。"))
            return redirect(resolution)
    return resolution_page(request, by, resolution, status=422, refuse_form=form)


@require_POST
def resolution_stop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop a resolution, with a reason."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.verify", target=resolution)
    form = ReasonForm(request.POST, auto_id="stop_%s")
    if form.is_valid():
        try:
            stop_resolution(resolution, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已中止，责任单位已收到通知。"))
            return redirect(resolution)
    return resolution_page(request, by, resolution, status=422, stop_form=form)
