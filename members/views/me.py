"""The member's own page: reporting in, own data, own hours, who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import ACTIVE_REPORT_IN, ReportInState
from members.forms.members import OwnForm
from members.forms.report_ins import OwnRenewForm, OwnReportInForm
from members.models import (
    PartyMember,
    RecommendationLetter,
    ReportIn,
    ServiceRecord,
    ServiceSummary,
)
from members.personal import year_of
from members.queries.communities import communities_for, community_to_offer
from members.queries.members import current_employment, hours_of
from members.queries.report_ins import last_returned, renewal_due, room_for_another
from members.services import (
    change_member,
    renew_report_in,
    submit_report_in,
    withdraw_report_in,
)
from members.views.finding import found_communities
from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import Period, today
from partybuild.fields.refusals import goes_through, put_on
from partybuild.portal.queries.own_data import readings_shown


def _me(by: Actor) -> PartyMember:
    """Return the member who is asking."""
    if by.scope.column != "member":
        raise Http404
    member: PartyMember = get_object_or_404(
        PartyMember.objects.visible_to(by.scope).select_related("person", "home_area")
    )
    return member


def _own(by: Actor, member: PartyMember) -> list[ReportIn]:
    """Return a member's own report-ins, newest first."""
    rows = ReportIn.objects.visible_to(by.scope).filter(member=member)
    return list(rows.select_related("community", "grid", "team", "replaces__community"))


def _form(
    request: HttpRequest,
    by: Actor,
    member: PartyMember,
    report_ins: list[ReportIn],
    *,
    is_asked: bool = True,
) -> OwnReportInForm:
    """Return the form of reporting in with all that is known; one place each is offered once."""
    employment = current_employment(member)
    letter = RecommendationLetter.objects.visible_to(by.scope).usable(today()).first()
    addressed = letter.community if letter is not None else None
    communities = communities_for(
        member,
        near=(addressed, employment.unit.area if employment is not None else None),
        text=request.GET.get("find", ""),
        chosen=request.POST.get("community", ""),
    )
    there = [each.community_id for each in report_ins if each.state in ACTIVE_REPORT_IN]
    form = OwnReportInForm(
        (request.POST or None) if is_asked else None,
        communities=communities.exclude(pk__in=there),
        initial={
            "community": community_to_offer(member, addressed, report_ins),
            "building": member.home_building,
            "address": member.home_address,
            "phone": member.person.phone,
            "skills": member.skills,
            "availability": member.availability,
        },
    )
    if there:
        form.fields["community"].help_text = _("如工作单位所在的社区")
    return form


@require_GET
def my_report_in(request: HttpRequest) -> HttpResponse:
    """Show a member where they stand and the one thing to do next."""
    by = actor_of(request)
    require(by, "report_in.submit")
    return _page(request, by, _me(by))


def _page(
    request: HttpRequest,
    by: Actor,
    member: PartyMember,
    form: OwnReportInForm | None = None,
    renew_form: OwnRenewForm | None = None,
) -> HttpResponse:
    day = today()
    start, end = year_of(day)
    times, hours = hours_of(member, start, end)
    employment = current_employment(member)
    letter = RecommendationLetter.objects.visible_to(by.scope).usable(day).first()
    report_ins = _own(by, member)
    active = [each for each in report_ins if each.state in ACTIVE_REPORT_IN]
    returned = last_returned(report_ins)
    standing = [_standing(each, active, member, day) for each in active]
    bound = form if form is not None else renew_form
    return render(
        request,
        "members/my_report_in.html",
        {
            "member": member,
            "employment": employment,
            "letter": letter,
            "active": standing,
            "returned": returned,
            # What a refused renewal sent is not this form's.
            "form": form or _form(request, by, member, report_ins, is_asked=renew_form is None),
            "room": room_for_another(active),
            "renew_form": renew_form
            or OwnRenewForm(
                initial={"building": member.home_building, "phone": member.person.phone}
            ),
            **found_communities(request),
            "steps": _steps(active),
            "records": ServiceRecord.objects.visible_to(by.scope)
            .filter(member=member, date__range=(start, end))
            .exclude(state="withdrawn")
            .select_related("community")
            .order_by("-date", "-id")[:20],
            "summaries": ServiceSummary.objects.visible_to(by.scope).order_by("-period", "-id")[:8],
            "times": times,
            "hours": hours,
            "year": start.year,
            "readings": readings_shown(member.person, by)[:5],
        },
        status=422 if bound is not None and bound.is_bound else 200,
    )


@dataclass(frozen=True)
class Standing:
    """A report-in on the member's page: whether a renewal is due, and where they are moving."""

    row: ReportIn
    renews: Period | None = None
    moving_to: ReportIn | None = None


def _standing(
    report_in: ReportIn, active: list[ReportIn], member: PartyMember, day: date
) -> Standing:
    report_in.member = member
    return Standing(
        row=report_in,
        renews=renewal_due(report_in, day),
        moving_to=next((each for each in active if each.replaces_id == report_in.pk), None),
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
    require(by, "report_in.submit")
    member = _me(by)
    form = _form(request, by, member, _own(by, member))
    if goes_through(form, submit_report_in, member, by=by):
        messages.success(
            request,
            _("已提交，等%(community)s确认。") % {"community": form.cleaned_data["community"]},
        )
        return redirect("members:my-report-in")
    return _page(request, by, member, form)


@require_POST
def my_report_in_renew(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say again that one takes part; what has changed may be said with it."""
    by = actor_of(request)
    report_in = get_object_or_404(ReportIn.objects.visible_to(by.scope), uid=uid)
    require(by, "report_in.renew", report_in)
    member = _me(by)
    form = OwnRenewForm(request.POST)
    if form.is_valid():
        try:
            renewal = renew_report_in(report_in, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("%(period)s已续报。") % {"period": renewal.period_label})
            return redirect("members:my-report-in")
    return _page(request, by, member, renew_form=form)


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
    require(by, "member.change_own")
    member = _me(by)
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
    if goes_through(form, change_member, member, by=by):
        messages.success(request, _("已保存。"))
        return redirect("members:my-report-in")
    return render(
        request,
        "members/my_data.html",
        {"member": member, "form": form},
        status=422 if form.is_bound else 200,
    )
