"""Entering a meeting that was held already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.forms.held import HeldMeetingForm
from meetings.models import Council, CouncilMember
from meetings.queries.charter import period_of
from meetings.queries.minutes import signers_of
from meetings.services import enter_held_meeting
from meetings.views.answering import form_page
from meetings.views.councils import find_council
from meetings.views.meetings import (
    first_values,
    free_topics,
    sheet_organizations,
)
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import today
from partybuild.fields.refusals import put_on


def _representatives(by: Actor, council: Council) -> dict[int, Any]:
    """Return whom the sheet names already: each member's representative."""
    members = CouncilMember.objects.visible_to(by.scope).filter(council=council).members()
    return {
        member.organization_id: {"person_name": member.representative_name} for member in members
    }


@require_http_methods(["GET", "POST"])
def meeting_enter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Enter a meeting that was held already (补录), in one form."""
    by = actor_of(request)
    council = find_council(by, uid)
    require(by, "meeting.plan", target=council)
    theme = period_of(council, today()).label + council.meeting_name
    initial = {
        **first_values(council),
        "theme": theme,
        "day": today(),
        "starts": None,
        "items": "",
    }
    signers = signers_of(council, initial["chair_name"], today())
    may_issue = may(by, "minutes.issue", council)
    form = HeldMeetingForm(
        request.POST or None,
        request.FILES or None,
        by=by,
        topics=free_topics(by, council),
        organizations=sheet_organizations(council, by),
        standing=_representatives(by, council),
        signers=signers if may_issue else (),
        convener=council.convener,
        initial={**initial, "signer": str(signers[0].uid) if signers else "other"},
    )
    if not may_issue:
        del form.fields["is_signed"]
    if form.is_valid():
        try:
            meeting = enter_held_meeting(
                council,
                presences=form.lines,
                guests=form.guest_list,
                agenda=form.agenda,
                minutes_text=form.cleaned_data["minutes_text"],
                scans=form.cleaned_data["scans"],
                signature=form.signature,
                resolutions=form.resolutions,
                by=by,
                **form.values,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已补录为%(number)s会议。") % {"number": meeting.number_label},
            )
            return redirect(meeting)
    return form_page(
        request,
        "meetings/meeting_held_form.html",
        form,
        {"council": council, "may_issue": may_issue},
    )
