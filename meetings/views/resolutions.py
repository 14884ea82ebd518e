"""Resolutions: written down, assigned, worked on, verified."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import (
    OPEN_RESOLUTION,
    Closing,
    PartyRole,
    PartyState,
    ResolutionState,
)
from meetings.exceptions import ReasonIsMissing
from meetings.forms.meetings import ReasonForm
from meetings.forms.resolutions import (
    AcceptForm,
    CloseForm,
    ProxyWorkForm,
    ResolutionFilterForm,
    ResolutionForm,
    WorkForm,
)
from meetings.models import Council, Meeting, Progress, Resolution, ResolutionParty
from meetings.queries.links import group_link, resolution_text
from meetings.queries.standing import (
    lead_of,
    resolution_sentence,
    resolution_steps,
    resolution_tone,
)
from meetings.services import (
    accept_resolution,
    add_resolution,
    assign_resolutions,
    change_resolution,
    close_resolution,
    refuse_report,
    report_completion,
    report_progress,
    return_resolution,
    stop_resolution,
)
from meetings.views.answering import form_page, history, put_on, refused_page
from meetings.views.meetings import find_meeting
from meetings.views.rights import rights, speaks_for
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.calendar import add_working_days, today
from partybuild.fields.keyset import keyset_page


def find_resolution(by: Actor, uid: UUID) -> Resolution:
    """Return a resolution in sight; 404 otherwise."""
    resolution: Resolution = get_object_or_404(
        Resolution.objects.visible_to(by.scope).select_related(
            "council__area", "council__convener", "meeting"
        ),
        uid=uid,
    )
    return resolution


def find_party(by: Actor, uid: UUID) -> ResolutionParty:
    """Return a responsible unit in sight; 404 otherwise."""
    party: ResolutionParty = get_object_or_404(
        ResolutionParty.objects.visible_to(by.scope).select_related(
            "organization", "resolution__council__area", "resolution__council__convener"
        ),
        uid=uid,
    )
    return party


@require_GET
def resolution_list(request: HttpRequest) -> HttpResponse:
    """List the resolutions in sight across meetings and years."""
    by = actor_of(request)
    require(by, "resolution.view")
    councils = Council.objects.visible_to(by.scope)
    form = ResolutionFilterForm(request.GET or None, councils=councils)
    rows = narrowed_resolutions(Resolution.objects.visible_to(by.scope), form)
    page = keyset_page(
        rows.select_related("meeting", "council").prefetch_related("parties__organization"),
        order=("-meeting_id", "number", "id"),
        params=request.GET,
    )
    day = today()
    return render(
        request,
        "meetings/resolution_list.html",
        {
            "form": form,
            "page": page,
            "rows": [
                (row, lead_of(row), resolution_tone(row, day), row.is_overdue(day))
                for row in page.rows
            ],
            "count": rows.count(),
            "year": day.year,
        },
    )


def narrowed_resolutions(rows: QuerySet[Any], form: ResolutionFilterForm) -> QuerySet[Any]:
    """Return the resolutions that the page's filters leave."""
    if not form.is_valid():
        return rows
    data = form.cleaned_data
    if data["council"]:
        rows = rows.filter(council=data["council"])
    if data["state"] == "unfinished":
        rows = rows.filter(state__in=OPEN_RESOLUTION)
    elif data["state"] == "overdue":
        rows = rows.filter(state__in=OPEN_RESOLUTION, due_on__lt=today()).exclude(
            state=ResolutionState.REPORTED
        )
    elif data["state"]:
        rows = rows.filter(state=data["state"])
    if data["q"]:
        rows = rows.filter(text__icontains=data["q"].strip())
    return rows


@require_GET
def resolution_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a resolution: who answers for it, how far it is, what is to be done next."""
    by = actor_of(request)
    return _page(request, by, find_resolution(by, uid))


def _page(
    request: HttpRequest,
    by: Actor,
    resolution: Resolution,
    *,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    parties = list(
        ResolutionParty.objects.visible_to(by.scope)
        .filter(resolution=resolution)
        .standing()
        .select_related("organization")
    )
    allowed = rights(
        by,
        resolution,
        "resolution.assign",
        "resolution.work_proxy",
        "resolution.verify",
    )
    own = next((p for p in parties if p.organization_id == by.organization_id), None)
    day = today()
    context = {
        "resolution": resolution,
        "category": word(resolution.council.area, "topic.category", resolution.category)
        if resolution.category
        else "",
        "tone": resolution_tone(resolution, day),
        "sentence": resolution_sentence(resolution, parties, day),
        "steps": resolution_steps(resolution),
        "parties": parties,
        "own": own,
        "may_work": own is not None
        and may(by, "resolution.work")
        and resolution.state
        in {ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED},
        "progress": list(
            Progress.objects.visible_to(by.scope)
            .filter(resolution=resolution)
            .select_related("party__organization")
        ),
        "is_pending": resolution.state == ResolutionState.PENDING,
        "is_ready": resolution.due_on is not None
        and any(p.role == PartyRole.LEAD and p.state == PartyState.WAITING for p in parties),
        "is_reported": resolution.state == ResolutionState.REPORTED,
        "can_close": resolution.state
        in {ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED},
        "accept_form": AcceptForm(auto_id="accept_%s"),
        "work_form": WorkForm(auto_id="work_%s"),
        "close_form": CloseForm(auto_id="close_%s"),
        "refuse_form": ReasonForm(auto_id="refuse_%s"),
        "stop_form": ReasonForm(auto_id="stop_%s"),
        "group_text": "",
        "history": history(resolution, by.scope),
        **allowed,
    }
    if allowed["may_resolution_assign"] and resolution.is_open and not context["is_pending"]:
        context["group_text"] = resolution_text(
            resolution,
            next((p.organization.called for p in parties if p.role == PartyRole.LEAD), ""),
            [p.organization.called for p in parties if p.role == PartyRole.HELPER],
            group_link(resolution, "resolution.work"),
        )
    return render(request, "meetings/resolution_detail.html", {**context, **forms}, status=status)


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
def resolution_work(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Accept, return, note progress or report completion, for one's own body."""
    by = actor_of(request)
    party = find_party(by, uid)
    require(by, "resolution.work")
    # Area posts work on what their own committee answers for; the rest is a proxy's.
    if party.organization_id != by.organization_id:
        require(by, "resolution.work_proxy", target=party)
        return redirect("meetings:resolution-proxy", party.uid)
    deed = request.POST.get("deed", "")
    form: Any = AcceptForm(request.POST) if deed == "accept" else WorkForm(request.POST)
    form.auto_id = "accept_%s" if deed == "accept" else "work_%s"
    if form.is_valid():
        try:
            said = do_work(party, deed, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, said)
            return redirect(party.resolution)
    name = "accept_form" if deed == "accept" else "work_form"
    return _page(request, by, party.resolution, status=422, **{name: form})


def do_work(
    party: ResolutionParty, deed: str, *, by: Actor, text: str = "", channel: str = "", **more: str
) -> str:
    """Do one of the four deeds of a responsible unit; returns what to say about it."""
    if deed == "accept":
        accept_resolution(party, by=by, channel=channel, **more)
        return _("已接件，请在期限前申报办结。")
    if deed == "return":
        return_resolution(party, reason=text, by=by, channel=channel)
        return _("已退回协商，召集单位会联系贵单位。")
    if not text.strip():
        raise ReasonIsMissing(_("请写明办理情况。"))
    if deed == "report":
        report_completion(party, text=text, by=by, channel=channel)
        return _("已申报办结，等召集单位验收。")
    report_progress(party, text=text, by=by, channel=channel)
    return _("进展已记下。")


@require_http_methods(["GET", "POST"])
def resolution_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter what a unit said by telephone, chat or on paper."""
    by = actor_of(request)
    party = find_party(by, uid)
    if speaks_for(
        by, party.organization, "resolution.work", "resolution.work_proxy", party.resolution
    ):
        return redirect(party.resolution)
    form = ProxyWorkForm(request.POST or None, area=party.resolution.council.area)
    if form.is_valid():
        try:
            do_work(party, request.POST.get("deed", ""), by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已代录%(unit)s的办理情况。") % {"unit": party.organization.called}
            )
            return redirect(party.resolution)
    return form_page(request, "meetings/resolution_proxy.html", form, {"party": party})


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
    return _page(request, by, resolution, status=422, close_form=form)


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
    return _page(request, by, resolution, status=422, refuse_form=form)


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
    return _page(request, by, resolution, status=422, stop_form=form)
