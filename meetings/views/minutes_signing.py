"""Sending minutes round, signing and issuing them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from meetings.enums import Audience, ResolutionState
from meetings.exceptions import ResolutionNeedsALead
from meetings.forms.minutes import CirculateForm, IssueMinutesForm, MinutesForm
from meetings.models import Meeting, Minutes, Resolution
from meetings.queries.minutes import signers_of
from meetings.services import assign_resolution, circulate_minutes, issue_minutes
from meetings.views.meetings import find_meeting
from meetings.views.minutes_editor import editor_page, save_text
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import now, today
from partybuild.fields.refusals import put_on
from partybuild.ui.filters import time_cn


@require_POST
def minutes_circulate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Save the text and send it to the units."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.draft", target=meeting)
    form = CirculateForm(request.POST)
    if not form.is_valid():
        return editor_page(request, by, meeting, form)
    saved = save_text(request, by, meeting, form)
    if isinstance(saved, HttpResponse):
        return saved
    try:
        circulation = circulate_minutes(
            saved,
            audience=Audience(form.cleaned_data["audience"]),
            note=form.cleaned_data["note"],
            version=saved.version,
            by=by,
        )
    except ValidationError as refused:
        _put_back(form, saved, refused)
        return editor_page(request, by, meeting, form)
    messages.success(
        request,
        _("已送%(count)d家单位会签，期满未回复视为同意。")
        % {"count": circulation.signatures.count()},
    )
    return redirect(saved)


def _put_back(form: MinutesForm, saved: Minutes, refused: ValidationError) -> None:
    """Show what was refused; the text was saved before."""
    form.is_saved = True
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["version"] = str(saved.version)  # type: ignore[index]
    put_on(form, refused)


@require_POST
def minutes_issue(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign and issue; in the same press the resolutions go to their units, if wished."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "minutes.issue", target=meeting)
    form = IssueMinutesForm(
        request.POST, signers=signers_of(meeting.council, meeting.chair_name, today())
    )
    if not form.is_valid():
        return editor_page(request, by, meeting, form)
    # The text on the page is what is signed: it is saved first, then issued.
    saved = save_text(request, by, meeting, form)
    if isinstance(saved, HttpResponse):
        return saved
    try:
        minutes = issue_minutes(saved, version=saved.version, by=by, **form.signature)
    except ValidationError as refused:
        _put_back(form, saved, refused)
        return editor_page(request, by, meeting, form)
    words = _("纪要%(number)s已签发（%(time)s），正式文书已生成，参会单位已收到通知。") % {
        "number": minutes.number_label,
        "time": time_cn(now()),
    }
    if form.cleaned_data["assigns"] and may(by, "resolution.assign", meeting):
        words += _assign_all(by, meeting)
    messages.success(request, words)
    return redirect(minutes)


def _assign_all(by: Actor, meeting: Meeting) -> str:
    """Send what is complete to its units; what is not is told."""
    pending = Resolution.objects.visible_to(by.scope).filter(
        meeting=meeting, state=ResolutionState.PENDING
    )
    sent = left = 0
    for resolution in pending.select_related("council__area", "council__convener", "meeting"):
        try:
            sent += assign_resolution(resolution, by=by)
        except ResolutionNeedsALead:
            left += 1
    words = _("议定事项已下达%(count)d项。") % {"count": sent} if sent else ""
    if left:
        words += _("还有%(count)d项没有主办单位或期限，补齐后再下达。") % {"count": left}
    return words
