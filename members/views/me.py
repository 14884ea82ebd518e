"""The member's own page: reporting in, own data, own hours, who looked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ReportInState
from members.forms.members import OwnForm
from members.forms.report_ins import OwnReportInForm
from members.models import PartyMember, ReportIn, ServiceRecord, ServiceSummary
from members.personal import year_of
from members.queries.members import current_employment, hours_of
from members.services import change_member, submit_report_in, withdraw_report_in
from members.views.members import put_on
from partybuild.access import Actor, Level, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.calendar import today
from partybuild.portal.queries.own_data import readings_shown


def _me(by: Actor) -> PartyMember:
    """Return the member who is asking."""
    if by.scope.column != "member":
        raise Http404
    member: PartyMember = get_object_or_404(
        PartyMember.objects.visible_to(by.scope).select_related("person", "home_area")
    )
    return member


def _communities(by: Actor) -> Any:
    return (
        Area.objects.visible_to(by.scope)
        .filter(level=Level.COMMUNITY, valid_to=None)
        .select_related("parent")
        .order_by("path")
    )


def _form(request: HttpRequest, by: Actor, member: PartyMember) -> OwnReportInForm:
    return OwnReportInForm(
        request.POST or None,
        communities=_communities(by),
        initial={
            "community": member.home_area,
            "building": member.home_building,
            "address": member.home_address,
            "skills": member.skills,
        },
    )


@require_GET
def my_report_in(request: HttpRequest) -> HttpResponse:
    """Show a member where they stand and the one thing to do next."""
    by = actor_of(request)
    member = _me(by)
    return _page(request, by, member, _form(request, by, member))


def _page(
    request: HttpRequest, by: Actor, member: PartyMember, form: OwnReportInForm
) -> HttpResponse:
    start, end = year_of(today())
    times, hours = hours_of(member, start, end)
    report_ins = list(
        ReportIn.objects.visible_to(by.scope)
        .filter(member=member)
        .select_related("community", "grid")
    )
    active = [
        each
        for each in report_ins
        if each.state in {ReportInState.SUBMITTED, ReportInState.CONFIRMED}
    ]
    latest = report_ins[0] if report_ins else None
    return render(
        request,
        "members/my_report_in.html",
        {
            "member": member,
            "employment": current_employment(member),
            "active": active,
            "returned": latest
            if not active and latest and latest.state == ReportInState.RETURNED
            else None,
            "form": form,
            "steps": _steps(active),
            "records": ServiceRecord.objects.visible_to(by.scope)
            .filter(member=member)
            .exclude(state="withdrawn")
            .select_related("community")
            .order_by("-date", "-id")[:20],
            "summaries": ServiceSummary.objects.visible_to(by.scope).order_by("-period", "-id")[:8],
            "times": times,
            "hours": hours,
            "year": start.year,
            "readings": readings_shown(member.person, by)[:5],
        },
        status=422 if form.is_bound else 200,
    )


def _steps(active: list[ReportIn]) -> list[dict[str, str]]:
    states = {each.state for each in active}
    confirmed = ReportInState.CONFIRMED in states
    submitted = confirmed or ReportInState.SUBMITTED in states
    return [
        {"label": _("提交报到"), "state": "done" if submitted else "current", "note": ""},
        {
            "label": _("社区确认"),
            "state": "done" if confirmed else "current" if submitted else "todo",
            "note": "",
        },
        {"label": _("参加服务"), "state": "current" if confirmed else "todo", "note": ""},
    ]


@require_POST
def my_report_in_submit(request: HttpRequest) -> HttpResponse:
    """Report in."""
    by = actor_of(request)
    member = _me(by)
    require(by, "report_in.submit")
    form = _form(request, by, member)
    if form.is_valid():
        try:
            submit_report_in(member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request,
                _("已提交，等%(community)s确认。") % {"community": form.cleaned_data["community"]},
            )
            return redirect("members:my-report-in")
    return _page(request, by, member, form)


@require_POST
def my_report_in_withdraw(request: HttpRequest, uid: Any) -> HttpResponse:
    """Take a report-in back that nobody has confirmed yet."""
    by = actor_of(request)
    require(by, "report_in.submit")
    report_in = get_object_or_404(ReportIn.objects.visible_to(by.scope), uid=uid)
    try:
        withdraw_report_in(report_in, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已撤回，可以重新报到。"))
    return redirect("members:my-report-in")


@require_http_methods(["GET", "POST"])
def my_data(request: HttpRequest) -> HttpResponse:
    """Keep one's own data up to date."""
    by = actor_of(request)
    member = _me(by)
    require(by, "member.change_own", member)
    form = OwnForm(
        request.POST or None,
        initial={
            "phone": member.person.phone,
            "home_building": member.home_building,
            "home_address": member.home_address,
            "skills": member.skills,
            "availability": member.availability,
        },
    )
    if form.is_valid():
        try:
            change_member(member, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已保存。"))
            return redirect("members:my-report-in")
    return render(
        request,
        "members/my_data.html",
        {"member": member, "form": form},
        status=422 if form.is_bound else 200,
    )
