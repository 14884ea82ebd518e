"""Signing in: the screen with its code, the page of whoever scans it, the list that grows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meetings.exceptions import CodeIsStale
from meetings.forms.signing import HandForm, SignInForm
from meetings.models import Meeting, Presence, Receipt, SignIn
from meetings.queries.codes import (
    accepts,
    code_of,
    code_url,
    is_sign_in_open,
    opens_at,
    proof_of,
)
from meetings.queries.quorum import quorum_of
from meetings.services import sign_in_by_code, sign_in_by_hand
from meetings.services.signing import may_sign_in, speaker_of
from meetings.views.answering import form_page, refused_page
from meetings.views.meetings import find_meeting
from meetings.views.presence import sheet_of
from partybuild.access import Actor, require
from partybuild.access.rotating import STEP_SECONDS, drawing_of, is_typed
from partybuild.accounts.actors import actor_of
from partybuild.accounts.services.tries import give_back, take_seat
from partybuild.calendar import now
from partybuild.fields.refusals import put_on
from partybuild.organizations.models import Organization
from partybuild.ui.htmx import announce

# How many of the last are named on the screen.
_NAMED = 8
# How often the organizer's page asks, in seconds: presence_form.html.
POLLED_EVERY = 10


@require_GET
def code_screen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page for the big screen: a QR picture that changes every half minute."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.code", target=meeting)
    return render(request, "meetings/code_screen.html", _screen(by, meeting))


@require_GET
def code_now(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The code as it stands now, and who has come."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.code", target=meeting)
    return render(request, "meetings/code_screen.html#now", _screen(by, meeting))


def _screen(by: Actor, meeting: Meeting) -> dict[str, Any]:
    is_open = is_sign_in_open(meeting)
    code = code_of(meeting) if is_open else None
    return {
        "meeting": meeting,
        "is_open": is_open,
        "opens_at": opens_at(meeting),
        "code": code,
        "drawing": drawing_of(code_url(meeting, code)) if code else None,
        "seconds": STEP_SECONDS,
        **arrivals(by, meeting),
    }


def arrivals(by: Actor, meeting: Meeting) -> dict[str, Any]:
    """Return how many have come and who came last."""
    receipts = Receipt.objects.visible_to(by.scope).filter(meeting=meeting).of_this_round()
    presences = Presence.objects.visible_to(by.scope).filter(meeting=meeting)
    latest = (
        SignIn.objects.visible_to(by.scope)
        .filter(meeting=meeting)
        .select_related("organization")[:_NAMED]
    )
    return {"quorum": quorum_of(meeting, receipts, presences), "latest": list(latest)}


@require_GET
def presence_now(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who has just signed in, for the organizer's page."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.presence", target=meeting)
    context = arrivals(by, meeting)
    response = render(request, "meetings/_arrivals.html", context)
    since = now() - timedelta(seconds=POLLED_EVERY)
    new = [row.organization.called for row in context["latest"] if row.signed_at > since]
    if new:
        announce(response, _("已签到：%(units)s") % {"units": "、".join(new)})
    return response


def _own_body(by: Actor, meeting: Meeting) -> Organization:
    """Return the body that somebody signs in for: their post's own, where it belongs to the meeting."""
    body: Organization = get_object_or_404(
        Organization.objects.visible_to(by.scope), pk=by.organization_id
    )
    if not may_sign_in(meeting, body):
        require(by, "meeting.presence", target=meeting)
    return body


@require_GET
def sign_in_scan(request: HttpRequest, uid: UUID, token: str) -> HttpResponse:
    """What the QR picture opens: one page with one button; looking changes nothing."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.sign_in", target=meeting)
    body = _own_body(by, meeting)
    if accepts(meeting, token):
        said = {**_first_name(by, meeting, body), "code": proof_of(meeting, speaker_of(by))}
        form = SignInForm(initial=said, has_scanned=True)
        return _sign_in_page(request, meeting, body=body, form=form)
    form = SignInForm(initial=_first_name(by, meeting, body))
    return _sign_in_page(request, meeting, body=body, form=form, stale=str(CodeIsStale.sentence))


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign in for one's own unit, by the picture scanned or the digits typed."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.sign_in", target=meeting)
    body = _own_body(by, meeting)
    scanned = "-" in request.POST.get("code", "")
    form = SignInForm(
        request.POST or None, has_scanned=scanned, initial=_first_name(by, meeting, body)
    )
    if form.is_valid():
        try:
            enter(meeting, body, form, by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("签到成功。"))
            return redirect("meetings:sign-in", meeting.uid)
    return _sign_in_page(request, meeting, body=body, form=form)


def enter(meeting: Meeting, body: Organization, form: SignInForm, *, by: Actor) -> SignIn:
    """Sign somebody in from a form; who mistypes the digits again and again waits."""
    typed = is_typed(form.cleaned_data["code"])
    seat = None
    if typed:
        # Six digits can be guessed: each unit's tries are counted, and each meeting's.
        seat = take_seat(
            account=f"meeting-code:{meeting.uid}:{body.uid}", source=f"meeting-code:{meeting.uid}"
        )
        if seat.is_refused:
            raise ValidationError(_("签到码输错的次数较多，请扫二维码签到，或请工作人员代签。"))
    row = sign_in_by_code(meeting, organization=body, by=by, **form.cleaned_data)
    if seat is not None:
        give_back(seat)
    return row


def _first_name(by: Actor, meeting: Meeting, body: Organization) -> dict[str, str]:
    """Return who the receipt said would come; else whoever holds the phone."""
    receipt = (
        Receipt.objects.visible_to(by.scope)
        .filter(meeting=meeting, organization=body.pk)
        .of_this_round()
        .first()
    )
    if receipt is not None and receipt.attendee_name:
        return {"person_name": receipt.attendee_name, "post": receipt.attendee_post}
    return {"person_name": by.name}


def _sign_in_page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    body: Organization,
    form: SignInForm,
    stale: str = "",
) -> HttpResponse:
    by = actor_of(request)
    here = SignIn.objects.visible_to(by.scope).filter(meeting=meeting, organization=body.pk)
    return form_page(
        request,
        "meetings/sign_in.html",
        form,
        {
            "meeting": meeting,
            "body": body,
            "stale": stale,
            "is_open": is_sign_in_open(meeting),
            "opens_at": opens_at(meeting),
            "signed": list(here),
        },
    )


@require_POST
def sign_in_hand(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign somebody in by hand (代签)."""
    by = actor_of(request)
    meeting = find_meeting(by, uid)
    require(by, "meeting.presence", target=meeting)
    organizations, _lines = sheet_of(by, meeting)
    form = HandForm(request.POST, by=by, organizations=organizations)
    back = f"{request.path.removesuffix('sign-in/hand/')}presence/"
    if not form.is_valid():
        said = [error for errors in form.errors.values() for error in errors]
        return refused_page(request, ValidationError(said), back=back, title=_("没有代签"))
    try:
        row = sign_in_by_hand(meeting, by=by, **form.cleaned_data)
    except ValidationError as refused:
        return refused_page(request, refused, back=back, title=_("没有代签"))
    messages.success(
        request,
        _("已为%(unit)s%(name)s代签。")
        % {"unit": row.organization.called, "name": row.person_name},
    )
    return redirect("meetings:presence-edit", meeting.uid)
