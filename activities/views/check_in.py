"""Checking in: the screen with its code, the page of whoever scans it, what a phone kept without a network."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from activities.exceptions import CodeIsStale
from activities.forms.attendance import CheckInForm, KeptForm
from activities.models import Activity, Attendance
from activities.queries.attendance import turnout_of
from activities.queries.codes import (
    accepted_at,
    closes_at,
    code_of,
    code_url,
    opens_at,
    proof_of,
    takes_codes,
)
from activities.queries.hosts import may_as_host
from activities.services import Kept, check_in, check_out
from activities.services.attending import said_of
from activities.views.activities import find_activity, keeping, own_member
from members.models import PartyMember
from partybuild.access import Actor, Refused, require
from partybuild.access.rotating import STEP_SECONDS, drawing_of, is_typed
from partybuild.accounts.actors import actor_of
from partybuild.accounts.services.tries import give_back, take_seat
from partybuild.calendar import now
from partybuild.fields.refusals import put_on

# How many of the last are named on the screen.
_NAMED = 8


@require_GET
def code_screen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The page for the screen at the door: a QR picture that changes every half minute."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not may_as_host(by, "activity.code", activity):
        require(by, "activity.code", target=activity)
    return render(request, "activities/code_screen.html", _screen(by, activity))


@require_GET
def code_now(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The code as it stands now, and who has come."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not may_as_host(by, "activity.code", activity):
        require(by, "activity.code", target=activity)
    return render(request, "activities/code_screen.html#now", _screen(by, activity))


def _screen(by: Actor, activity: Activity) -> dict[str, Any]:
    is_open = activity.is_open and takes_codes(activity)
    code = code_of(activity) if is_open else None
    latest = Attendance.objects.visible_to(by.scope).filter(activity=activity).came()
    return {
        "activity": activity,
        "is_open": is_open,
        "opens_at": opens_at(activity),
        "code": code,
        "drawing": drawing_of(code_url(activity, code)) if code else None,
        "seconds": STEP_SECONDS,
        "turnout": turnout_of(activity),
        "latest": latest.filter(arrived_at__isnull=False).order_by("-arrived_at", "-id")[:_NAMED],
    }


def _own(by: Actor) -> PartyMember:
    """Return the member who acts; posts of bodies check nobody in by code."""
    require(by, "activity.check_in")
    member = own_member(by)
    if member is None:
        raise Refused("activity.check_in")
    return member


@require_GET
def check_in_scan(request: HttpRequest, uid: UUID, token: str) -> HttpResponse:
    """What the QR picture opens: one page with one button; looking changes nothing."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    member = _own(by)
    if accepted_at(activity, token, member) is None:
        return _page(request, activity, member, CheckInForm(), stale=str(CodeIsStale.sentence))
    form = CheckInForm(initial={"code": proof_of(activity, member)}, has_scanned=True)
    return _page(request, activity, member, form, token=token)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in_own(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Check oneself in, or out, by the picture scanned or the digits typed."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    member = _own(by)
    scanned = "-" in request.POST.get("code", "")
    form = CheckInForm(request.POST or None, has_scanned=scanned)
    if form.is_valid():
        try:
            row = _enter(activity, member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, said_of(row))
            return redirect("activities:check-in", activity.uid)
    return _page(request, activity, member, form)


def _enter(
    activity: Activity,
    member: PartyMember,
    *,
    code: str,
    deed: str,
    by: Actor,
    kept: Kept | None = None,
) -> Attendance:
    """Check in or out; who mistypes the digits again and again waits."""
    seat = None
    if is_typed(code):
        counter = f"activity-code:{activity.uid}:{member.uid}"
        seat = take_seat(account=counter, source=counter)
        if seat.is_refused:
            raise ValidationError(_("签到码输错的次数较多，请扫二维码签到，或请组织者登记。"))
    do = check_out if deed == "out" else check_in
    row = do(activity, member=member, code=code, by=by, kept=kept)
    if seat is not None:
        give_back(seat)
    return row


def _page(
    request: HttpRequest,
    activity: Activity,
    member: PartyMember,
    form: CheckInForm,
    *,
    stale: str = "",
    token: str = "",
) -> HttpResponse:
    by = actor_of(request)
    rows = Attendance.objects.reached(by.scope, "activity.check_in").filter(activity=activity)
    own = rows.came().first()
    form.initial["deed"] = "out" if own else "in"
    return render(
        request,
        "activities/check_in.html",
        {
            "activity": activity,
            "form": form,
            "own": own,
            "stale": stale,
            "token": token,
            "is_open": takes_codes(activity),
            "is_held": activity.held_at is not None,
            "is_over": now() > closes_at(activity),
            "opens_at": opens_at(activity),
            "keeping": keeping(activity, member),
            "deed": "out" if own else "in",
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def check_in_kept(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a code that a phone sends in by itself, at once or when it has found its network again."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    member = _own(by)
    form = KeptForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"text": str(CodeIsStale.sentence)}, status=422)
    try:
        row = _enter(
            activity,
            member,
            code=form.cleaned_data["code"],
            deed=form.cleaned_data["deed"],
            kept=form.kept,
            by=by,
        )
    except ValidationError as refused:
        return JsonResponse({"text": " ".join(refused.messages)}, status=422)
    return JsonResponse({"text": said_of(row)})


@require_GET
def check_in_offline(request: HttpRequest) -> HttpResponse:
    """The page that a phone keeps and shows where it has no network; it names nobody."""
    return render(request, "activities/check_in_offline.html")


@require_GET
def check_in_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the kept page while there is no network."""
    return render(
        request, "activities/check_in_worker.js", content_type="text/javascript; charset=utf-8"
    )
