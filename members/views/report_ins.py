"""The report-in desk; confirming, returning and ending report-ins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ReportInState
from members.forms.report_ins import ConfirmForm, DeskForm, EndReportInForm, ReturnForm
from members.models import PartyMember, ReportIn
from members.services import (
    confirm_report_in,
    end_report_in,
    place_in_grid,
    return_report_in,
    submit_at_desk,
)
from members.views.members import put_on, uids_of
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from units.views.scope import area_of


@require_http_methods(["GET", "POST"])
def report_in_desk(request: HttpRequest) -> HttpResponse:
    """Take a report-in at the desk; the answer is the same whoever the number belongs to."""
    by = actor_of(request)
    require(by, "report_in.submit_proxy")
    area = area_of(by)
    assert area is not None
    form = DeskForm(request.POST or None, by=by, area=area)
    if form.is_valid():
        values = dict(form.cleaned_data)
        community = values.pop("community", area)
        try:
            submit_at_desk(community=community, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("%(name)s：已提交，待单位确认。") % {"name": values["name"]}
            )
            return redirect("members:report-in-desk")
    waiting = (
        ReportIn.objects.visible_to(by.scope)
        .filter(state=ReportInState.SUBMITTED)
        .order_by("-submitted_on", "-id")[:10]
    )
    return render(
        request,
        "members/report_in_desk.html",
        {"form": form, "waiting": waiting},
        status=422 if form.is_bound else 200,
    )


@require_GET
def report_in_list(request: HttpRequest) -> HttpResponse:
    """List what waits for the community."""
    by = actor_of(request)
    require(by, "report_in.decide")
    rows = (
        ReportIn.objects.visible_to(by.scope)
        .filter(state=ReportInState.SUBMITTED)
        .select_related("community")
    )
    page = keyset_page(rows, order=("submitted_on", "id"), params=request.GET)
    return render(
        request,
        "members/report_in_list.html",
        {"page": page, "rows": page.rows, "count": rows.count()},
    )


def _find(by: Actor, uid: UUID) -> ReportIn:
    report_in: ReportIn = get_object_or_404(
        ReportIn.objects.visible_to(by.scope).select_related("community", "grid", "member__person"),
        uid=uid,
    )
    return report_in


def _page(request: HttpRequest, by: Actor, report_in: ReportIn, **forms: Any) -> HttpResponse:
    is_waiting = report_in.state == ReportInState.SUBMITTED
    is_standing = report_in.state == ReportInState.CONFIRMED
    may_decide = may(by, "report_in.decide", report_in)
    # A member in sight may be opened; one who has not been confirmed here is not yet.
    opened = (
        PartyMember.objects.visible_to(by.scope).filter(pk=report_in.member_id).exists()
        and by.scope.column != "member"
    )
    context = {
        "report_in": report_in,
        "is_waiting": is_waiting,
        "may_decide": may_decide and is_waiting,
        "may_place": may_decide and is_standing,
        "may_end": is_standing and may(by, "report_in.end", report_in),
        "may_open": opened,
        "confirm_form": ConfirmForm(
            by=by, community=report_in.community, initial={"grid": report_in.grid}
        ),
        "return_form": ReturnForm(),
        "end_form": EndReportInForm(area=report_in.community),
        "channel": word(report_in.community, "proxy.channel", report_in.channel)
        if report_in.channel
        else "",
        "end_reason": word(report_in.community, "report_in.end_reason", report_in.end_reason)
        if report_in.end_reason
        else "",
        "history": [line.entry() for line in history_of(report_in, by.scope)],
        **forms,
    }
    return render(request, "members/report_in_detail.html", context, status=422 if forms else 200)


@require_GET
def report_in_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one report-in: what was said, and what can be done."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def report_in_confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a member in, or place one who has been taken in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.decide", report_in)
    form = ConfirmForm(request.POST, by=by, community=report_in.community)
    if form.is_valid():
        grid = form.cleaned_data.get("grid")
        try:
            if report_in.state == ReportInState.CONFIRMED:
                place_in_grid(report_in, grid=grid, by=by)
            else:
                confirm_report_in(report_in, grid=grid, by=by)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已确认报到。"))
            return redirect(report_in)
    return _page(request, by, report_in, confirm_form=form)


@require_POST
def report_ins_confirm(request: HttpRequest) -> HttpResponse:
    """Take in all that have been picked."""
    by = actor_of(request)
    require(by, "report_in.decide")
    picked = ReportIn.objects.reached(by.scope, "report_in.decide").filter(
        uid__in=uids_of(request.POST.getlist("selected"))
    )
    done, left = 0, []
    for report_in in picked.select_related("community", "member__person"):
        try:
            confirm_report_in(report_in, by=by)
        except ValidationError as refused:
            left.append(f"{report_in.stated_name}：{' '.join(refused.messages)}")
        else:
            done += 1
    if done:
        messages.success(request, _("已确认%(count)d名党员报到。") % {"count": done})
    for sentence in left:
        messages.warning(request, sentence)
    if not done and not left:
        messages.warning(request, _("请先勾选要确认的人。"))
    return redirect("members:report-in-list")


@require_POST
def report_in_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a report-in back."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.decide", report_in)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            return_report_in(report_in, by=by, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已退回。"))
            return redirect("members:report-in-list")
    return _page(request, by, report_in, return_form=form)


@require_POST
def report_in_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a standing report-in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "report_in.end", report_in)
    form = EndReportInForm(request.POST, area=report_in.community)
    if form.is_valid():
        try:
            end_report_in(report_in, by=by, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("已注销报到，服务记录保留。"))
            if by.scope.column == "member":
                return redirect("members:my-report-in")
            return redirect("members:member-list")
    return _page(request, by, report_in, end_form=form)
