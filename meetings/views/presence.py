"""The attendance sheet."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from meetings.enums import Answer, PresenceState, SignedVia
from meetings.forms.meetings import PresenceForm
from meetings.forms.signing import HandForm
from meetings.models import CouncilMember, Meeting, Presence, Receipt, SignIn
from meetings.queries.codes import is_sign_in_open, opens_at
from meetings.queries.quorum import quorum_of
from meetings.services import PresenceLine, hold_meeting, record_presence
from meetings.views.answering import form_page
from meetings.views.meetings import find_meeting, sheet_organizations
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import SHANGHAI
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization


def _clock(moment: datetime | None) -> time | None:
    return moment.astimezone(SHANGHAI).time().replace(second=0, microsecond=0) if moment else None


def marks_of(line: Presence) -> str:
    """Return how a line came onto the sheet, where that is worth a word: 扫码签到, 代签, 补登."""
    marks = []
    if line.via != SignedVia.LIST:
        marks.append(str(line.get_via_display()))
    if line.is_late_entry:
        marks.append(_("补登"))
    if line.left_at is not None:
        marks.append(_("提前离会"))
    if line.people > 1 and line.came:
        marks.append(_("%(people)d人") % {"people": line.people})
    return "、".join(marks)


def sheet_of(by: Actor, meeting: Meeting) -> tuple[list[Organization], dict[int, Any]]:
    """Return who stands on the sheet, with what is recorded, else what the receipt promised.

    A promise fills in the name, never the state: not recorded is not present.
    """
    recorded = {
        row.organization_id: row
        for row in Presence.objects.visible_to(by.scope)
        .filter(meeting=meeting, organization__isnull=False)
        .select_related("organization")
    }
    receipts = {
        row.organization_id: row
        for row in Receipt.objects.visible_to(by.scope)
        .filter(meeting=meeting)
        .of_this_round()
        .select_related("organization")
    }
    members = {
        row.organization_id: row
        for row in CouncilMember.objects.visible_to(by.scope)
        .filter(council=meeting.council)
        .members()
    }
    bodies = {body.pk: body for body in sheet_organizations(meeting.council, by)}
    bodies |= {row.organization_id: row.organization for row in receipts.values()}
    bodies |= {pk: row.organization for pk, row in recorded.items()}
    lines: dict[int, Any] = {}
    for pk in bodies:
        line, receipt, member = recorded.get(pk), receipts.get(pk), members.get(pk)
        if line is not None:
            lines[pk] = {
                "state": line.state,
                "seen": line.state,
                "person_name": line.person_name,
                "reason": line.reason,
                "arrived": _clock(line.arrived_at),
                "left": _clock(line.left_at),
                "marks": marks_of(line),
            }
        elif receipt is not None and receipt.answer != Answer.WAITING:
            left = receipt.answer == Answer.LEAVE
            lines[pk] = {
                "state": PresenceState.LEAVE if left else PresenceState.UNRECORDED,
                "person_name": receipt.attendee_name,
                "reason": receipt.reason,
            }
        elif member is not None:
            lines[pk] = {"person_name": member.representative_name}
    return sorted(bodies.values(), key=lambda body: (body.sort, body.pk)), lines


@require_http_methods(["GET", "POST"])
def presence_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write the attendance sheet, and with the second button mark the meeting held."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.presence", target=meeting)
    organizations, standing = sheet_of(by, meeting)
    if request.GET.get("all") == "present":
        for body in organizations:
            line = standing.setdefault(body.pk, {})
            if line.get("state", PresenceState.UNRECORDED) == PresenceState.UNRECORDED:
                line["state"] = PresenceState.PRESENT
    guests = "\n".join(
        f"{row.person_name} {row.post}".strip()
        for row in Presence.objects.visible_to(by.scope).filter(meeting=meeting, is_guest=True)
    )
    form = PresenceForm(
        request.POST or None,
        organizations=organizations,
        standing=standing,
        starts_at=meeting.starts_at,
        initial={"guests": guests},
    )
    holds = request.POST.get("then") == "hold"
    if form.is_valid():
        if holds:
            require(by, "meeting.plan", target=meeting)
        try:
            with transaction.atomic():
                record_presence(meeting, lines=form.lines, guests=form.guest_list, by=by)
                if holds:
                    hold_meeting(meeting, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            said = _("出席情况已保存。")
            if holds:
                said = _("会议已登记为召开（%(number)s）。接下来起草纪要。") % {
                    "number": meeting.number_label
                }
            messages.success(request, said)
            _say_what_stayed(request, by, meeting, form.lines)
            return redirect(meeting)
    receipts = Receipt.objects.visible_to(by.scope).filter(meeting=meeting).of_this_round()
    presences = Presence.objects.visible_to(by.scope).filter(meeting=meeting)
    return form_page(
        request,
        "meetings/presence_form.html",
        form,
        {
            "meeting": meeting,
            "rows": form.rows(),
            "quorum": quorum_of(meeting, receipts, presences),
            "latest": SignIn.objects.visible_to(by.scope)
            .filter(meeting=meeting)
            .select_related("organization")[:8],
            "is_door_open": is_sign_in_open(meeting),
            "opens_at": opens_at(meeting),
            "hand_form": HandForm(by=by, organizations=organizations),
        },
    )


def _say_what_stayed(
    request: HttpRequest, by: Actor, meeting: Meeting, lines: list[PresenceLine]
) -> None:
    """Name the units that signed in while the sheet was open: what they did stands."""
    states = dict(
        Presence.objects.visible_to(by.scope)
        .filter(meeting=meeting, organization__isnull=False)
        .values_list("organization_id", "state")
    )
    stayed = [
        line.organization.called
        for line in lines
        if states.get(line.organization.pk, PresenceState.UNRECORDED) != line.state
    ]
    if stayed:
        messages.info(
            request,
            _("%(units)s在您填表时已签到，以签到为准。") % {"units": "、".join(stayed)},
        )


@require_GET
def attendance_sheet(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A sheet to print and sign."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.presence", target=meeting)
    organizations, standing = sheet_of(by, meeting)
    return render(
        request,
        "meetings/attendance_sheet.html",
        {
            "meeting": meeting,
            "rows": [
                (body, standing.get(body.pk, {}).get("person_name", "")) for body in organizations
            ],
            "blank": range(3),
        },
    )
