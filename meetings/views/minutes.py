"""Minutes to read and print, and asking to correct them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from meetings.enums import MeetingState, ResolutionState
from meetings.models import Minutes, MinutesCirculation, MinutesEdition
from meetings.queries.merging import Mark, changed_paragraphs, marked
from meetings.queries.standing import attendance, lead_of
from meetings.views.answering import history
from meetings.views.meetings import find_meeting
from meetings.views.minutes_editor import minutes_of
from meetings.views.rights import rights
from partybuild.access import Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.approvals.forms import AskForm
from partybuild.approvals.queries import approvals_about
from partybuild.approvals.services import request_approval
from partybuild.fields.refusals import put_on


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
    allowed = rights(by, meeting, "minutes.draft", "resolution.assign", "meeting.plan")
    is_writer = allowed["may_minutes_draft"]
    editions = list(minutes.editions.order_by("-number"))
    # Who does not write them reads what went out, not the correction that is being written.
    shown = editions[0] if minutes.is_reopened and not is_writer else minutes
    circulations = list(
        MinutesCirculation.objects.visible_to(by.scope)
        .filter(minutes=minutes)
        .prefetch_related("signatures__organization")
        if is_writer
        else ()
    )
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
            "editions": _compared(minutes, editions) if is_writer else [],
            "circulations": circulations,
            "pending": sum(row.state == ResolutionState.PENDING for row in resolutions),
            "may_archive": allowed["may_meeting_plan"] and meeting.state == MeetingState.ISSUED,
            "meeting": meeting,
            "attendance": attendance(presences),
            "resolutions": [(row, lead_of(row)) for row in resolutions],
            "may_reopen": minutes.is_issued and may(by, "minutes.reopen", minutes),
            "asked": approvals_about(minutes, by, "minutes.reopen"),
            "history": history(minutes, by.scope) if may(by, "history.view", minutes) else [],
            **allowed,
        },
    )


def _compared(
    minutes: Minutes, editions: list[MinutesEdition]
) -> list[tuple[MinutesEdition, list[list[Mark]]]]:
    """Return each earlier edition with what the next one has instead."""
    after, found = minutes.text, []
    for edition in editions:
        changes = changed_paragraphs(edition.text, after)
        found.append((edition, [marked(before, now) for before, now in changes]))
        after = edition.text
    return found


@require_http_methods(["GET", "POST"])
def minutes_reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask another person to let issued minutes be corrected."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    minutes = minutes_of(by, meeting)
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
            put_on(form, refused)
        else:
            messages.success(request, _("已提出申请，他人审批同意后才能更正。"))
            return redirect(approval)
    return render(
        request,
        "meetings/minutes_reopen.html",
        {"meeting": meeting, "minutes": minutes, "form": form},
        status=422 if form.is_bound else 200,
    )
