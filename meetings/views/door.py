"""The door of a meeting on a unit's own link: while it is open, the link also signs in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.forms.signing import SignInForm
from meetings.models import Meeting, Receipt
from meetings.queries.codes import is_sign_in_open
from meetings.views.answering import form_page
from meetings.views.signing import enter
from partybuild.access import require
from partybuild.accounts.actors import actor_of_link
from partybuild.accounts.models import SignedLink
from partybuild.fields.refusals import put_on


def door(meeting: Meeting, receipt: Receipt | None) -> dict[str, Any]:
    """While the door is open, the page also signs in: the room's code is asked for."""
    if receipt is None or not is_sign_in_open(meeting):
        return {}
    # A name is sent to whoever holds the address, as in the answer's own field; no number is.
    said = {"person_name": receipt.attendee_name, "post": receipt.attendee_post}
    return {
        "sign_in_form": SignInForm(initial=said, auto_id="door_%s"),
        "signed": meeting.sign_ins.filter(organization=receipt.organization),
    }


def sign_in_by_link(
    request: HttpRequest, link: SignedLink, meeting: Meeting, receipt: Receipt
) -> HttpResponse:
    """Sign in with the unit's link: whoever does stands in the room and reads its screen."""
    by = actor_of_link(link, request=request, organization=receipt.organization)
    require(by, "meeting.sign_in", target=meeting)
    form = SignInForm(request.POST, auto_id="door_%s")
    if form.is_valid():
        try:
            row = enter(meeting, receipt.organization, form, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            return render(
                request,
                "meetings/link_meeting_signed.html",
                {"meeting": meeting, "receipt": receipt, "row": row},
            )
    return form_page(
        request,
        "meetings/link_meeting_door.html",
        form,
        {"meeting": meeting, "receipt": receipt, "here": request.path},
    )
