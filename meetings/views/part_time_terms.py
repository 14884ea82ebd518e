"""The term of a part-time member: reporting on the year, evaluation, renewal, end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings.enums import PartTimeState
from meetings.forms.part_time import AccountForm, EndTermForm, EvaluateForm, RenewForm
from meetings.models import PartTimeMember, PartTimeReport
from meetings.services import (
    account_for_year,
    end_part_time_member,
    evaluate_report,
    renew_part_time_member,
)
from meetings.views.answering import form_page
from meetings.views.part_time import (
    Step,
    as_step,
    find_part_time,
    in_years,
    shows_names,
    step_page,
)
from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import parameters_of
from partybuild.calendar import today
from partybuild.fields.refusals import goes_through


@require_http_methods(["GET", "POST"])
def part_time_account(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Report on one's own year; the committee may enter a paper one."""
    by = actor_of(request)
    member = find_part_time(by, uid)
    own = by.person_id == member.person_id
    require(by, "part_time_member.report" if own else "part_time_member.appoint", target=member)
    if not member.is_in_office and request.method == "GET":
        return redirect(member)
    standing = PartTimeReport.objects.visible_to(by.scope).filter(
        member=member, year=today().year, evaluated_on=None
    )
    earlier = standing.first()
    form = AccountForm(
        request.POST or None,
        member=member,
        by_proxy=not own,
        initial={"year": today().year, "text": earlier.text if earlier else ""},
    )
    if goes_through(form, account_for_year, member, by=by):
        messages.success(request, _("述职已提交。"))
        return redirect(member)
    return form_page(
        request,
        "meetings/part_time_step.html",
        form,
        {
            "member": member,
            "title": _("写述职") if own else _("代录述职"),
            "note": _("提交后召集单位评议；评议以前可以再改。"),
            "save": _("提交"),
            "kind": "primary",
            "shows_names": shows_names(by),
        },
    )


@require_http_methods(["GET", "POST"])
def report_evaluate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say what the committee thinks of a report."""
    by = actor_of(request)
    report: PartTimeReport = get_object_or_404(
        PartTimeReport.objects.visible_to(by.scope).select_related(
            "member__council__area", "member__person", "member__organization"
        ),
        uid=uid,
    )

    def evaluate(_member: PartTimeMember, **values: Any) -> Any:
        return evaluate_report(report, **values)

    return step_page(
        request,
        by,
        report.member,
        Step(
            key="part_time_member.appoint",
            title=_("评议述职"),
            note=report.text,
            save=_("保存"),
            done=_("评议意见已登记。"),
            act=evaluate,
            form=EvaluateForm,
            states=tuple(PartTimeState.values),
        ),
    )


@as_step
def part_time_renew(member: PartTimeMember) -> Step:
    """Let a term go on."""
    years = parameters_of(member.council.area, ("parttime.term_years",))["parttime.term_years"]
    end = member.term_to
    return Step(
        key="part_time_member.appoint",
        title=_("续聘"),
        note=_("新任期从现任期届满次日开始，另发聘书。"),
        save=_("续聘"),
        done=_("已续聘，这是新的任期。"),
        act=renew_part_time_member,
        form=RenewForm,
        states=(PartTimeState.APPOINTED,),
        initial={
            "term_to": in_years(end, years) if end else None,
            "division": member.division,
        },
    )


@as_step
def part_time_end(member: PartTimeMember) -> Step:
    """End a term."""
    return Step(
        key="part_time_member.appoint",
        title=_("办理离任"),
        note=_("履职记录保留；本人和所在单位会收到通知。"),
        save=_("确定离任"),
        done=_("已办理离任。"),
        act=end_part_time_member,
        form=EndTermForm,
        states=(PartTimeState.APPOINTED,),
        kind="danger",
        initial={"kind": "term" if member.is_over(today()) else ""},
    )
