"""Resolutions are written down and sent to their units."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.enums import (
    PartyRole,
    PartyState,
    ResolutionState,
)
from meetings.forms.meetings import ReasonForm
from meetings.forms.resolutions import (
    HelpersForm,
    ResolutionForm,
)
from meetings.models import Meeting, Resolution, ResolutionParty
from meetings.services import (
    add_resolution,
    assign_resolutions,
    change_helpers,
    change_resolution,
    discuss_again,
)
from meetings.views.answering import form_page, refused_page
from meetings.views.meetings import find_meeting
from meetings.views.resolutions import find_resolution, resolution_page
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import add_working_days, today
from partybuild.fields.refusals import goes_through, put_on


@require_http_methods(["GET", "POST"])
def resolution_create(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down what a meeting decided."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    form = ResolutionForm(
        request.POST or None,
        by=by,
        council=meeting.council,
        initial={"due_on": add_working_days(today(), 40)},
    )
    if form.is_valid():
        try:
            resolution = add_resolution(meeting, draft=form.draft, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已登记议定事项%(number)d：%(text)s")
                % {"number": resolution.number, "text": resolution.text},
            )
            if request.POST.get("then") == "more":
                return redirect("meetings:resolution-create", meeting.uid)
            return redirect(meeting.get_absolute_url() + "#resolutions")
    return form_page(
        request,
        "meetings/resolution_form.html",
        form,
        {"meeting": meeting, "resolution": None, "cancel_url": meeting.get_absolute_url()},
    )


@require_http_methods(["GET", "POST"])
def resolution_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Change a resolution that is not assigned, or was returned."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.assign", target=resolution)
    parties = list(
        ResolutionParty.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .standing()
        .select_related("organization")
    )
    form = ResolutionForm(
        request.POST or None,
        by=by,
        council=resolution.council,
        initial={
            "text": resolution.text,
            "lead": next((p.organization.uid for p in parties if p.role == PartyRole.LEAD), None),
            "helpers": [p.organization.uid for p in parties if p.role == PartyRole.HELPER],
            "due_on": resolution.due_on,
            "category": resolution.category,
            "version": resolution.version,
        },
    )
    if form.is_valid():
        try:
            change_resolution(
                resolution, draft=form.draft, version=form.cleaned_data["version"] or 0, by=by
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect(resolution)
    return form_page(
        request,
        "meetings/resolution_form.html",
        form,
        {
            "meeting": resolution.meeting,
            "resolution": resolution,
            "cancel_url": resolution.get_absolute_url(),
        },
    )


@require_POST
def resolution_assign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send one resolution to its units."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.assign", target=resolution)
    return _assign(request, by, [resolution], resolution.get_absolute_url())


@require_POST
def meeting_assign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send every waiting resolution of a meeting to its units."""
    by = actor_of(request)
    meeting: Meeting = find_meeting(by, uid)
    require(by, "resolution.assign", target=meeting)
    resolutions = list(
        Resolution.objects.visible_to(by.scope)
        .filter(meeting=meeting, state=ResolutionState.PENDING)
        .select_related("council__area", "council__convener")
        .order_by("number")
    )
    return _assign(request, by, resolutions, meeting.get_absolute_url() + "#resolutions")


def _assign(
    request: HttpRequest, by: Actor, resolutions: list[Resolution], back: str
) -> HttpResponse:
    try:
        count = assign_resolutions(resolutions, by=by)
    except ValidationError as refused:
        return refused_page(request, refused, back=back, title=_("没有下达"))
    messages.success(request, _("已下达%(count)d项，责任单位已收到通知。") % {"count": count})
    return redirect(back)


@require_POST
def resolution_discuss(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put a returned resolution before the council again."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.assign", target=resolution)
    form = ReasonForm(request.POST, auto_id="discuss_%s")
    if goes_through(form, discuss_again, resolution, by=by):
        messages.success(request, _("已作为议题提请再议，可在议题中审核、列入下次会议。"))
        return redirect(resolution)
    return resolution_page(request, by, resolution, status=422, discuss_form=form)


@require_http_methods(["GET", "POST"])
def resolution_helpers(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Add helping units, or let some go, while the work goes on."""
    by = actor_of(request)
    resolution = find_resolution(by, uid)
    require(by, "resolution.assign", target=resolution)
    parties = list(
        ResolutionParty.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .standing()
        .select_related("organization")
    )
    form = HelpersForm(
        request.POST or None,
        by=by,
        resolution=resolution,
        lead=next((p.organization_id for p in parties if p.role == PartyRole.LEAD), None),
        initial={"helpers": [p.organization.uid for p in parties if p.role == PartyRole.HELPER]},
    )
    # No unit ticked is an answer too.
    if request.method == "POST" and form.is_valid():
        try:
            change_helpers(resolution, helpers=list(form.cleaned_data["helpers"]), by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("协办单位已调整，新增的单位已收到通知。"))
            return redirect(resolution)
    return form_page(
        request,
        "meetings/resolution_helpers.html",
        form,
        {
            "resolution": resolution,
            "returned": [p for p in parties if p.state == PartyState.RETURNED],
        },
    )
