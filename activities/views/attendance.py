"""The sheet of who was there, and what the activity came to."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities.enums import STANDING, ActivityState, AttendanceState, AttendedVia, SignUpState
from activities.forms.attendance import AttendanceForm
from activities.forms.closing import ContributionForm, HoldForm
from activities.models import Activity, Attendance, Contribution, SignUp
from activities.queries.attendance import turnout_of
from activities.queries.codes import opens_at, takes_codes
from activities.queries.hosts import certified_elsewhere, may_as_host
from activities.queries.places import audience_places
from activities.services import (
    enter_contribution,
    enter_from_attendance,
    hold_activity,
    record_attendance,
    withdraw_contribution,
)
from activities.services.closing import FIGURES
from activities.views.activities import find_activity, hosts_of, may_contribute, page_of
from members.models import MemberPlace, PartyMember, ServiceRecord
from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import SHANGHAI, now
from partybuild.fields.refusals import goes_through, put_on


def _clock(moment: datetime | None) -> time | None:
    return moment.astimezone(SHANGHAI).time().replace(second=0, microsecond=0) if moment else None


def marks_of(row: Attendance) -> str:
    """Return how it is known, where that is worth a word: 断网补传, 组织者登记."""
    if row.state == AttendanceState.UNRECORDED:
        return ""
    if row.delivered_at is not None:
        return _("断网补传")
    return _("扫码") if row.via == AttendedVia.CODE else str(row.get_via_display())


def sheet_of(by: Actor, activity: Activity) -> tuple[list[PartyMember], dict[int, Any]]:
    """Return who stands on the sheet, with what is recorded; signing up is not being there."""
    lines: dict[int, Any] = {}
    # Who is reported in elsewhere stands here by their sign-up, not by their own row.
    members: dict[int, PartyMember] = {}
    signed = SignUp.objects.visible_to(by.scope).filter(activity=activity, state__in=STANDING)
    for row in signed.select_related("member__person").order_by("asked_at", "id"):
        members[row.member_id] = row.member
        waiting = row.state == SignUpState.WAITING
        lines[row.member_id] = {
            "name": row.member_name,
            "unit": row.unit_name,
            "marks": _("候补") if waiting else "",
        }
    for line in (
        Attendance.objects.visible_to(by.scope)
        .select_related("service_record", "member__person")
        .filter(activity=activity)
    ):
        members[line.member_id] = line.member
        lines[line.member_id] = {
            "name": line.member_name,
            "unit": line.unit_name,
            "marks": marks_of(line),
            "state": line.state,
            "seen": line.state,
            "arrived": _clock(line.arrived_at),
            "left": _clock(line.left_at),
            "hours": line.hours,
            "is_on_record": line.is_on_record,
        }
    found = sorted(members.values(), key=lambda each: (each.person.sort, each.person.name, each.pk))
    return found, lines


def _others(by: Actor, activity: Activity, members: list[PartyMember]) -> Any:
    """Return the rest of the audience in sight: whoever came without signing up."""
    places = MemberPlace.objects.visible_to(by.scope).filter(audience_places(activity)).order_by()
    rows = PartyMember.objects.visible_to(by.scope).filter(pk__in=places.values("member"))
    rows = rows.exclude(pk__in=[each.pk for each in members]).select_related("person")
    return rows.order_by("person__sort", "person__name", "id")


@require_http_methods(["GET", "POST"])
def attendance_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down the sheet; who checked in by the code stands on it already."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not may_as_host(by, "activity.attendance", activity):
        require(by, "activity.attendance", target=activity)
    members, standing = sheet_of(by, activity)
    if request.method == "GET" and request.GET.get("all") == "present":
        for line in standing.values():
            if line.get("state", AttendanceState.UNRECORDED) == AttendanceState.UNRECORDED:
                line["state"] = AttendanceState.PRESENT
    form = AttendanceForm(
        request.POST or None,
        activity=activity,
        members=members,
        standing=standing,
        others=_others(by, activity, members),
    )
    if form.is_valid():
        try:
            count = record_attendance(
                activity, lines=form.lines, reason=form.cleaned_data["reason"], by=by
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已登记，改动%(count)d人。") % {"count": count})
            return redirect(activity)
    return render(
        request,
        "activities/attendance_form.html",
        {
            "activity": activity,
            "form": form,
            "rows": form.rows(),
            "turnout": turnout_of(activity),
            "may_write": activity.state in {ActivityState.PUBLISHED, ActivityState.HELD}
            and now() >= opens_at(activity),
            "opens_at": opens_at(activity),
            "is_door_open": activity.is_open and takes_codes(activity),
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def activity_hold(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Record that it took place, with its figures; afterwards, put these right."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.change", target=activity)
    form = HoldForm(
        request.POST or None, initial={name: getattr(activity, name) for name in FIGURES}
    )
    if form.is_valid():
        is_first = activity.held_at is None
        try:
            hold_activity(activity, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            said = _("已登记为已举办，下一步可以生成服务记录。") if is_first else _("已更正。")
            messages.success(request, said)
            return redirect(activity)
    return render(
        request,
        "activities/activity_hold.html",
        {"activity": activity, "form": form, "turnout": turnout_of(activity)},
        status=422 if form.is_bound else 200,
    )


@require_POST
def services_enter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Make the records of service of everybody who came, as one list that somebody certifies."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "service.enter")
    require(by, "activity.change", target=activity)
    try:
        sheet = enter_from_attendance(activity, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(activity)
    messages.success(request, _("服务记录已生成，请核对后由不在名单上的人认证。"))
    if elsewhere := certified_elsewhere(activity):
        words = "、".join(f"{name}{people}人" for name, people in elsewhere)
        messages.info(
            request,
            _("在合办社区报到的党员由各自社区认证，已列入其待办：%(who)s。") % {"who": words},
        )
    if not ServiceRecord.objects.visible_to(by.scope).filter(sheet=sheet).exists():
        return redirect(activity)
    return redirect("members:service-sheet", sheet)


@require_POST
def contribution_enter(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write down what a host gave."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    if not may_contribute(by, activity):
        raise Refused("activity.change")
    form = ContributionForm(request.POST, bodies=hosts_of(by, activity), area=activity.community)
    if goes_through(form, enter_contribution, activity, by=by):
        messages.success(request, _("投入已登记。"))
        return redirect(activity)
    return page_of(request, by, activity, contribution_form=form)


@require_POST
def contribution_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back what was written down by mistake."""
    by = actor_of(request)
    row = get_object_or_404(
        Contribution.objects.visible_to(by.scope).select_related("activity__community"), uid=uid
    )
    if not may_contribute(by, row.activity, row.organization_id):
        raise Refused("activity.change")
    withdraw_contribution(row, by=by)
    messages.success(request, _("已撤销这条投入。"))
    return redirect(row.activity)
