"""Minutes: beside the agenda, saved as one types, issued, printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.enums import ResolutionState
from meetings.exceptions import TextChangedMeanwhile
from meetings.forms.meetings import IssueMinutesForm, MinutesForm
from meetings.models import AgendaItem, Meeting, Minutes, Presence, Resolution
from meetings.queries.minutes import minutes_draft
from meetings.queries.standing import attendance, earlier_resolutions, lead_of
from meetings.services import issue_minutes, save_minutes
from meetings.views.answering import history, put_on
from meetings.views.meetings import find_meeting
from meetings.views.rights import rights
from partybuild.access import Actor, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.forms import AskForm
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.services import request_approval
from partybuild.calendar import today


def _minutes_of(by: Actor, meeting: Meeting) -> Minutes | None:
    minutes: Minutes | None = Minutes.objects.visible_to(by.scope).filter(meeting=meeting).first()
    return minutes


@require_http_methods(["GET", "POST"])
def minutes_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write the minutes beside the agenda, the presence and the resolutions."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    minutes = _minutes_of(by, meeting)
    if minutes is not None and minutes.is_issued:
        return redirect("meetings:minutes-detail", meeting.uid)
    if request.method != "POST":
        return _editor(request, by, meeting, IssueMinutesForm(initial=_first(meeting, minutes)))
    form = MinutesForm(request.POST)
    if form.is_valid():
        try:
            save_minutes(meeting, by=by, **form.cleaned_data)
        except ValidationError as refused:
            return _came_back(request, by, meeting, refused)
        messages.success(request, _("纪要已保存。"))
        return redirect("meetings:minutes-edit", meeting.uid)
    return _editor(request, by, meeting, IssueMinutesForm(request.POST))


def _first(meeting: Meeting, minutes: Minutes | None) -> dict[str, Any]:
    signer = {"signer_name": meeting.chair_name, "copies_to": ""}
    if minutes is not None:
        return {**signer, "text": minutes.text, "version": minutes.version}
    follow_up = earlier_resolutions(meeting.council, meeting)
    return {**signer, "text": minutes_draft(meeting, follow_up, today()), "version": 0}


def _came_back(
    request: HttpRequest, by: Actor, meeting: Meeting, refused: ValidationError
) -> HttpResponse:
    """Show the page again with one's own text; beside it the other's, where that was the reason.

    The version becomes the other's: who saves now has both texts before their eyes.
    """
    data = request.POST.copy()
    other = _minutes_of(by, meeting) if isinstance(refused, TextChangedMeanwhile) else None
    if other is not None:
        data["version"] = str(other.version)
    form = IssueMinutesForm(data)
    form.is_valid()
    if "signer_name" not in data:
        form.errors.pop("signer_name", None)
    put_on(form, refused)
    return _editor(request, by, meeting, form, other=other)


def _editor(
    request: HttpRequest,
    by: Actor,
    meeting: Meeting,
    form: IssueMinutesForm,
    other: Minutes | None = None,
) -> HttpResponse:
    presences = list(
        Presence.objects.visible_to(by.scope).filter(meeting=meeting).select_related("organization")
    )
    agenda = list(AgendaItem.objects.visible_to(by.scope).filter(meeting=meeting, is_current=True))
    resolutions = list(
        Resolution.objects.visible_to(by.scope).filter(meeting=meeting).order_by("number")
    )
    return render(
        request,
        "meetings/minutes_edit.html",
        {
            "meeting": meeting,
            "form": form,
            "other": other,
            "minutes": _minutes_of(by, meeting),
            "agenda": agenda,
            "resolutions": resolutions,
            "attendance": attendance(presences),
            **rights(by, meeting, "minutes.issue", "meeting.plan"),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def minutes_autosave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Save the text as it is typed; answers with the version to go on from."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=204)
    try:
        minutes = save_minutes(meeting, by=by, is_autosave=True, **form.cleaned_data)
    except ValidationError as refused:
        return render(
            request, "meetings/_refusal.html", {"sentences": refused.messages}, status=409
        )
    return JsonResponse({"version": minutes.version})


@require_POST
def minutes_issue(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign and issue."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.issue", target=meeting)
    form = IssueMinutesForm(request.POST)
    if not form.is_valid():
        return _editor(request, by, meeting, form)
    data = form.cleaned_data
    try:
        # The text on the page is what is signed: it is saved first, then issued.
        saved = save_minutes(meeting, text=data["text"], version=data["version"], by=by)
        minutes = issue_minutes(
            saved,
            signer_name=data["signer_name"],
            copies_to=data["copies_to"],
            version=saved.version,
            by=by,
        )
    except ValidationError as refused:
        return _came_back(request, by, meeting, refused)
    words = _("纪要%(number)s已印发，参会单位已收到通知。") % {"number": minutes.number_label}
    if meeting.resolutions.filter(state=ResolutionState.PENDING).exists():
        words += _("接下来下达议定事项。")
    messages.success(request, words)
    return redirect(meeting)


@require_GET
def minutes_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Read the minutes; prints as a page."""
    by = actor_of(request)
    minutes = get_object_or_404(
        Minutes.objects.visible_to(by.scope).select_related(
            "meeting__council__area", "meeting__council__convener"
        ),
        meeting__uid=uid,
    )
    meeting = minutes.meeting
    allowed = rights(by, meeting, "minutes.draft")
    editions = list(minutes.editions.order_by("-number"))
    # Who does not write them reads what went out, not the correction that is being written.
    shown = editions[0] if minutes.is_reopened and not allowed["may_minutes_draft"] else minutes
    # The attendance is part of the minutes: whoever may read them reads it whole.
    presences = meeting.presences.select_related("organization")
    resolutions = list(
        meeting.resolutions.order_by("number").prefetch_related("parties__organization")
    )
    return render(
        request,
        "meetings/minutes_detail.html",
        {
            "minutes": minutes,
            "shown": shown,
            "editions": editions if allowed["may_minutes_draft"] else [],
            "meeting": meeting,
            "attendance": attendance(presences),
            "resolutions": [(row, lead_of(row)) for row in resolutions],
            "may_reopen": minutes.is_issued and may(by, "minutes.reopen", minutes),
            "asked": approvals_about(minutes, by, "minutes.reopen"),
            "history": history(minutes, by.scope) if may(by, "history.view", minutes) else [],
            **allowed,
        },
    )


@require_http_methods(["GET", "POST"])
def minutes_reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask another person to let issued minutes be corrected."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    minutes = _minutes_of(by, meeting)
    if minutes is None:
        raise Refused("minutes.reopen")
    require(by, "minutes.reopen", target=minutes)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            approval = request_approval(
                "minutes.reopen", target=minutes, payload={}, by=by, **form.cleaned_data
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已提出申请，他人审批同意后才能更正。"))
            return redirect(approval)
    return render(
        request,
        "meetings/minutes_reopen.html",
        {"meeting": meeting, "minutes": minutes, "form": form},
        status=422 if form.is_bound else 200,
    )
