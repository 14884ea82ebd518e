"""Units report in at communities: submitted, by proxy too, taken in, returned, ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import UnitReportInState
from members.forms.unit_report_ins import (
    ChooseUnitForm,
    EndUnitReportInForm,
    ProxyUnitReportInForm,
    ReceiveForm,
    ReturnUnitForm,
    UnitReportInFilterForm,
    UnitReportInForm,
)
from members.models import UnitReportIn
from members.queries.communities import communities_for
from members.queries.unit_report_ins import known_of
from members.services import (
    confirm_unit_report_in,
    end_unit_report_in,
    return_unit_report_in,
    submit_unit_report_in,
    withdraw_unit_report_in,
)
from members.views.finding import found_communities
from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, word
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import own_query
from partybuild.fields.refusals import goes_through, put_on
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import Organization
from units.views.scope import area_of, own_unit


def narrowed_unit_report_ins(form: UnitReportInFilterForm, by: Actor) -> QuerySet[UnitReportIn]:
    """Return the report-ins that the page's filters leave."""
    form.is_valid()
    rows: QuerySet[UnitReportIn] = UnitReportIn.objects.visible_to(by.scope)
    if form.cleaned_data.get("state"):
        rows = rows.filter(state=form.cleaned_data["state"])
    return rows


@require_GET
def unit_report_in_list(request: HttpRequest) -> HttpResponse:
    """List the units that reported in: a unit its own, a community those that came to it."""
    by = actor_of(request)
    require(by, "unit.view")
    form = UnitReportInFilterForm(request.GET, auto_id="filter_%s")
    rows = narrowed_unit_report_ins(form, by)
    page = keyset_page(
        rows.select_related("community", "grid"),
        order=("-submitted_on", "-id"),
        params=request.GET,
    )
    return render(
        request,
        "members/unit_report_in_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "is_unit": by.scope.is_unit,
            # Whom to ask in each community around.
            "place": own_unit(by).area if by.scope.is_unit else area_of(by),
            "may_submit": by.scope.cell("unit_report_in.submit").allows,
            "is_narrowed": bool(request.GET.get("state")),
        },
    )


def _at(by: Actor) -> tuple[Organization | None, Area | None]:
    """Return the unit that speaks, or the area that enters for one."""
    if by.scope.is_unit:
        return own_unit(by), None
    area = area_of(by)
    if area is None:
        raise Http404
    return None, area


@require_http_methods(["GET", "POST"])
def unit_report_in_create(request: HttpRequest) -> HttpResponse:
    """Report a unit in: its own post, or the community for it from paper or a call."""
    by = actor_of(request)
    require(by, "unit_report_in.submit")
    unit, area = _at(by)
    if unit is None:
        chosen = ChooseUnitForm(own_query(request, ChooseUnitForm), by=by)
        if not chosen.is_valid():
            if request.method == "POST":
                raise Http404
            return render(
                request,
                "members/unit_report_in_choose.html",
                {"form": chosen},
                status=422 if chosen.is_bound else 200,
            )
        unit = chosen.cleaned_data["unit"]
    form = _form(request, by, unit, area)
    if form.is_valid():
        values = dict(form.cleaned_data)
        community = values.pop("community")
        try:
            report_in = submit_unit_report_in(unit=unit, community=community, by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已提交，等%(community)s接收。") % {"community": community.name}
            )
            return redirect(report_in)
    return render(
        request,
        "members/unit_report_in_form.html",
        {
            "form": form,
            "unit": unit,
            "is_proxy": area is not None,
            **found_communities(request),
        },
        status=422 if form.is_bound else 200,
    )


def _form(
    request: HttpRequest, by: Actor, unit: Organization, area: Area | None
) -> UnitReportInForm:
    initial = known_of(unit)
    if area is not None:
        # By proxy only to one's own community.
        return ProxyUnitReportInForm(
            request.POST or None,
            communities=Area.objects.visible_to(by.scope)
            .filter(level=Level.COMMUNITY, valid_to=None)
            .below(area)
            .select_related("parent"),
            area=area,
            initial={**initial, "community": area if area.level == Level.COMMUNITY else None},
        )
    registered = unit.area if unit.area and unit.area.level == Level.COMMUNITY else None
    return UnitReportInForm(
        request.POST or None,
        communities=communities_for(
            near=(unit.area,),
            text=request.GET.get("find", ""),
            chosen=request.POST.get("community", ""),
        ),
        area=unit.area,
        initial={**initial, "community": registered},
    )


def _find(by: Actor, uid: UUID) -> UnitReportIn:
    report_in: UnitReportIn = get_object_or_404(
        UnitReportIn.objects.visible_to(by.scope).select_related(
            "unit__resident_unit", "community__parent", "grid"
        ),
        uid=uid,
    )
    return report_in


def _page(request: HttpRequest, by: Actor, report_in: UnitReportIn, **forms: Any) -> HttpResponse:
    waits = report_in.state == UnitReportInState.SUBMITTED
    stands = report_in.state == UnitReportInState.CONFIRMED
    may_decide = by.scope.is_area and may(by, "unit_report_in.decide", report_in)
    may_submit = by.scope.is_unit and may(by, "unit_report_in.submit", report_in)
    words = dict(dictionary(report_in.community, "service.kind"))
    context = {
        "report_in": report_in,
        "services": "、".join(str(words.get(each, each)) for each in report_in.services),
        "kind": word(report_in.community, "unit.kind", report_in.kind) if report_in.kind else "",
        "party_kind": dict(PartyOrganizationKind.choices).get(report_in.party_kind, ""),
        "channel": word(report_in.community, "proxy.channel", report_in.channel)
        if report_in.channel
        else "",
        "end_reason": word(report_in.community, "unit_report_in.end_reason", report_in.end_reason)
        if report_in.end_reason
        else "",
        "may_decide": may_decide and waits,
        "may_end": may_decide and stands,
        "may_withdraw": may_submit and waits,
        "may_again": may_submit and not waits and not stands,
        "receive_form": ReceiveForm(by=by, community=report_in.community),
        "return_form": ReturnUnitForm(),
        "end_form": EndUnitReportInForm(area=report_in.community),
        "history": [
            line.entry()
            for line in history_of(report_in, by.scope)
            if line.kind != "notice.created"  # deciding tells the unit: one act, one line
        ],
        **forms,
    }
    return render(
        request, "members/unit_report_in_detail.html", context, status=422 if forms else 200
    )


@require_GET
def unit_report_in_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what a unit said when it reported in, and what can be done."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "unit.view", report_in)
    return _page(request, by, report_in)


@require_POST
def unit_report_in_confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a unit in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "unit_report_in.decide", report_in)
    form = ReceiveForm(request.POST, by=by, community=report_in.community)
    if goes_through(form, confirm_unit_report_in, report_in, by=by):
        messages.success(
            request,
            _("已接收，单位会收到%(number)s。") % {"number": report_in.receipt_number},
        )
        return redirect(report_in)
    return _page(request, by, report_in, receive_form=form)


@require_POST
def unit_report_in_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a unit's form back."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "unit_report_in.decide", report_in)
    form = ReturnUnitForm(request.POST)
    if goes_through(form, return_unit_report_in, report_in, by=by):
        messages.success(request, _("已退回，单位会收到通知。"))
        return redirect(report_in)
    return _page(request, by, report_in, return_form=form)


@require_POST
def unit_report_in_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The unit takes it back."""
    by = actor_of(request)
    if not by.scope.is_unit:
        raise Http404
    report_in = _find(by, uid)
    require(by, "unit_report_in.submit", report_in)
    try:
        withdraw_unit_report_in(report_in, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已撤回，更正后可以重新提交。"))
    return redirect(report_in)


@require_POST
def unit_report_in_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a unit's report-in."""
    by = actor_of(request)
    report_in = _find(by, uid)
    require(by, "unit_report_in.decide", report_in)
    form = EndUnitReportInForm(request.POST, area=report_in.community)
    if goes_through(form, end_unit_report_in, report_in, by=by):
        messages.success(request, _("已注销单位报到，记录保留。"))
        return redirect(report_in)
    return _page(request, by, report_in, end_form=form)
