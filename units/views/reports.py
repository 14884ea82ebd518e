"""Quarterly reports: the unit's own, by proxy, from a reminder's link; the community decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of, actor_of_link
from partybuild.accounts.links import link_page
from partybuild.accounts.models import SignedLink
from partybuild.audit.queries import history_of
from partybuild.calendar import Period, today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through
from partybuild.obligations.models import Obligation
from partybuild.organizations.models import Organization
from units.enums import ReportState
from units.forms import ProxyReportForm, ReportFilterForm, ReportForm, ReturnReportForm
from units.models import ResidentUnit, UnitReport
from units.queries import (
    REPORT_DUTY,
    period_in_focus,
    prefilled,
    report_due_on,
    report_form_of,
)
from units.services import (
    accept_report,
    file_nil_report,
    file_report,
    return_report,
    save_report_draft,
)
from units.views.scope import area_of, own_unit
from units.views.units import find_unit

OFFERED = 5


def _quarter(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period.kind != "quarter":
        raise Http404
    return period


# -- Lists ----------------------------------------------------------------------------------


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """A unit sees its quarters, a community who has reported and who has not."""
    by = actor_of(request)
    require(by, "report.view")
    return _own_quarters(request, by) if by.scope.is_unit else _received(request, by)


def _own_quarters(request: HttpRequest, by: Actor) -> HttpResponse:
    unit = own_unit(by)
    day = today()
    periods = [Period.of(day)]
    for _number in range(OFFERED - 1):
        periods.append(periods[-1].previous())
    reports = {
        report.period: report
        for report in UnitReport.objects.visible_to(by.scope).filter(unit=unit)
    }
    debts = {
        debt.period: debt
        for debt in Obligation.objects.visible_to(by.scope).filter(
            duty=REPORT_DUTY, bearer_organization=unit
        )
    }
    focus = period_in_focus(day)
    rows = [
        {
            "period": period,
            "is_urgent": period == focus,
            "report": reports.get(str(period)),
            "due_on": debts[str(period)].due_on
            if str(period) in debts
            else report_due_on(unit.area, period),
            "is_owed": str(period) in debts and debts[str(period)].is_unpaid,
        }
        for period in sorted(periods, key=lambda each: (each != focus, -each.start.toordinal()))
        if period in {focus, periods[0]} or str(period) in debts or str(period) in reports
    ]
    return render(request, "units/report_own.html", {"unit": unit, "rows": rows})


def _received(request: HttpRequest, by: Actor) -> HttpResponse:
    area = area_of(by)
    day = today()
    given = request.GET.copy()
    given.setdefault("period", str(period_in_focus(day)))
    form = ReportFilterForm(given, by=by, area=area)
    form.is_valid()
    values = form.cleaned_data
    period = _quarter(values.get("period") or str(period_in_focus(day)))
    seen = (
        UnitReport.objects.visible_to(by.scope)
        .filter(period=str(period))
        .exclude(state=ReportState.DRAFT)
    )
    units = ResidentUnit.objects.visible_to(by.scope).filter(is_current=True)
    if values.get("community"):
        units = units.filter(organization__area__path__startswith=values["community"].path)
    of_unit = seen.filter(unit=OuterRef("pk"))
    wanted = values.get("state") or ""
    conditions = {
        "waiting": Exists(of_unit.filter(state=ReportState.FILED)),
        "accepted": Exists(of_unit.filter(state=ReportState.ACCEPTED)),
        "nil": Exists(of_unit.filter(is_nil=True)),
        "returned": Exists(of_unit.filter(state=ReportState.RETURNED)),
        "missing": ~Exists(of_unit),
    }
    found = units.filter(conditions[wanted]) if wanted in conditions else units
    page = keyset_page(
        found.select_related("organization__area").prefetch_related(
            Prefetch("organization__unit_reports", queryset=seen, to_attr="of_period")
        ),
        order=("organization__sort", "organization_id"),
        params=request.GET,
        uid="organization__uid",
    )
    return render(
        request,
        "units/report_list.html",
        {
            "form": form,
            "page": page,
            "period": period,
            "due_on": report_due_on(area, period),
            "count": found.count(),
            "total": units.count(),
            "filed": units.filter(Exists(of_unit.exclude(state=ReportState.RETURNED))).count(),
            "may_proxy": may(by, "report.file_proxy"),
            "may_decide": may(by, "report.decide"),
            "may_chase": by.scope.is_area and may(by, "obligation.chase"),
            "rows": [(unit, next(iter(unit.organization.of_period), None)) for unit in page.rows],
        },
    )


# -- Filing ---------------------------------------------------------------------------------


def _standing(by: Actor, unit: Organization, period: Period) -> UnitReport | None:
    report: UnitReport | None = (
        UnitReport.objects.reached(by.scope, "report.view")
        .filter(unit=unit, period=str(period))
        .select_related("form")
        .first()
    )
    return report


def _form(
    request: HttpRequest,
    unit: Organization,
    period: Period,
    report: UnitReport | None,
    *,
    proxy: bool = False,
) -> ReportForm:
    definition = report.form if report is not None else report_form_of(unit.area)
    counted = prefilled(definition, unit, period)
    said = {**report.values, **({} if proxy else report.draft)} if report is not None else {}
    initial = {f"v_{key}": value for key, value in {**counted, **said}.items()}
    initial["correction"] = report.correction if report is not None else ""
    initial["contact_name"] = (
        report.contact_name if report is not None and report.contact_name else unit.contact_name
    )
    make = ProxyReportForm if proxy else ReportForm
    more = {"area": unit.area} if proxy else {}
    return make(
        request.POST or None, definition=definition, counted=counted, initial=initial, **more
    )


def _file(
    request: HttpRequest, unit: Organization, period: Period, form: ReportForm, by: Actor
) -> UnitReport | None:
    """File what was sent, or put what was refused on the form; "nil" is one press."""
    more: dict[str, Any] = {}
    nil = "nil" in request.POST
    if nil and not isinstance(form, ProxyReportForm):
        more["contact_name"] = request.POST.get("contact_name", "")[:50]
    elif nil:
        # Of a proxy's nil only how and when it was heard matters.
        form.is_valid()
        if {"channel", "on"} & set(form.errors):
            return None
        form.errors.clear()
        more = {name: form.cleaned_data[name] for name in ("channel", "on", "contact_name")}
    elif form.is_valid():
        names = ("correction", "contact_name", "channel", "on")
        more = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        more["values"] = form.values
    else:
        return None
    try:
        if nil:
            return file_nil_report(unit, period=period, by=by, **more)
        return file_report(unit, period=period, by=by, **more)
    except ValidationError as refused:
        _put_on(form, refused)
        return None


def _put_on(form: ReportForm, refused: ValidationError) -> None:
    if not hasattr(form, "cleaned_data"):
        form.full_clean()
    if hasattr(refused, "error_dict"):
        for key, errors in refused.error_dict.items():
            name = f"v_{key}"
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, refused)


@require_http_methods(["GET", "POST"])
def report_form(request: HttpRequest, period: str) -> HttpResponse:
    """Fill in and file one's own quarter."""
    by = actor_of(request)
    require(by, "report.file")
    quarter = _quarter(period)
    unit = own_unit(by)
    report = _standing(by, unit, quarter)
    if report is not None and not report.is_open and request.method == "GET":
        return redirect(report)
    form = _form(request, unit, quarter, report)
    if request.method == "POST":
        filed = _file(request, unit, quarter, form, by)
        if filed is not None:
            return redirect("units:report-receipt", filed.uid)
    return render(
        request,
        "units/report_form.html",
        {
            "unit": unit,
            "period": quarter,
            "report": report,
            "form": form,
            "due_on": report_due_on(unit.area, quarter),
            "draft_url": reverse("units:report-draft", args=(str(quarter),)),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def report_draft(request: HttpRequest, period: str) -> HttpResponse:
    """Keep what is typed, as it is typed; nothing is filed by it."""
    by = actor_of(request)
    require(by, "report.file")
    quarter = _quarter(period)
    unit = own_unit(by)
    values = {name[2:]: text[:1000] for name, text in request.POST.items() if name.startswith("v_")}
    try:
        report = save_report_draft(unit, period=quarter, values=values, by=by)
    except ValidationError as refused:
        return JsonResponse({"detail": " ".join(refused.messages)}, status=409)
    return JsonResponse({"version": report.version})


@require_http_methods(["GET", "POST"])
def report_proxy(request: HttpRequest, uid: UUID, period: str) -> HttpResponse:
    """Enter a unit's quarter from paper, chat or a telephone call; the unit sees it."""
    by = actor_of(request)
    quarter = _quarter(period)
    unit = find_unit(by, uid)
    require(by, "report.file_proxy", unit)
    body = unit.organization
    report = _standing(by, body, quarter)
    if report is not None and report.state == ReportState.DRAFT:
        # What a unit is still typing is its own.
        report = None
    if report is not None and not report.is_open and request.method == "GET":
        return redirect(report)
    form = _form(request, body, quarter, report, proxy=True)
    if request.method == "POST":
        filed = _file(request, body, quarter, form, by)
        if filed is not None:
            messages.success(
                request, _("已代录%(unit)s的填报，单位可以看到。") % {"unit": body.called}
            )
            return redirect(filed)
    return render(
        request,
        "units/report_proxy.html",
        {
            "unit": unit,
            "body": body,
            "period": quarter,
            "form": form,
            "due_on": report_due_on(body.area, quarter),
        },
        status=422 if form.is_bound else 200,
    )


@link_page("report.file")
def report_link(request: HttpRequest, link: SignedLink) -> HttpResponse:
    """File a quarter from the reminder's link: one page, its buttons, a receipt."""
    by = actor_of_link(link, request=request)
    debt = get_object_or_404(
        Obligation.objects.reached(by.scope, "report.file").select_related(
            "bearer_organization__area"
        ),
        duty=REPORT_DUTY,
    )
    unit, quarter = debt.bearer_organization, _quarter(debt.period)
    report = _of_debt(debt)
    if report is not None and not report.is_open:
        return render(request, "units/report_link_done.html", {"report": report, "unit": unit})
    form = _form(request, unit, quarter, report)
    if request.method == "POST":
        filed = _file(request, unit, quarter, form, by)
        if filed is not None:
            # Loading the link again shows the receipt: the address stays the one in the mail.
            return redirect(request.path)
    return render(
        request,
        "units/report_link.html",
        {
            "unit": unit,
            "period": quarter,
            "report": report,
            "form": form,
            "due_on": debt.due_on,
        },
        status=422 if form.is_bound else 200,
    )


def _of_debt(debt: Obligation) -> UnitReport | None:
    """Return the report of the one debt that a link has led to."""
    reports: Any = debt.bearer_organization.unit_reports  # type: ignore[union-attr]
    report: UnitReport | None = reports.filter(period=debt.period).select_related("form").first()
    return report


# -- One report -----------------------------------------------------------------------------


def _find(by: Actor, uid: UUID) -> UnitReport:
    report: UnitReport = get_object_or_404(
        UnitReport.objects.visible_to(by.scope).select_related("form", "unit__area", "owed_to"),
        uid=uid,
    )
    if report.state == ReportState.DRAFT and not by.scope.is_unit:
        raise Http404
    return report


def _page(
    request: HttpRequest, by: Actor, report: UnitReport, form: ReturnReportForm | None = None
) -> HttpResponse:
    return render(
        request,
        "units/report_detail.html",
        {
            "report": report,
            "return_form": form or ReturnReportForm(),
            "may_decide": report.state == ReportState.FILED and may(by, "report.decide", report),
            "may_file": report.is_open and by.scope.is_unit and may(by, "report.file", report),
            "history": [line.entry() for line in history_of(report, by.scope)],
        },
        status=422 if form is not None else 200,
    )


@require_GET
def report_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show what was filed, beside what the platform had counted."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_GET
def report_receipt(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that it has arrived, under which number, and what happens next."""
    by = actor_of(request)
    return render(request, "units/report_receipt.html", {"report": _find(by, uid)})


@require_POST
def report_accept(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community takes the report."""
    by = actor_of(request)
    report = _find(by, uid)
    require(by, "report.decide", report)
    try:
        accept_report(report, by=by)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("已接收%(unit)s的填报。") % {"unit": report.unit_name})
    return redirect(report)


@require_POST
def report_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The community sends the report back."""
    by = actor_of(request)
    report = _find(by, uid)
    require(by, "report.decide", report)
    form = ReturnReportForm(request.POST)
    if goes_through(form, return_report, report, by=by):
        messages.success(
            request, _("已退回%(unit)s，并通知其重新报送。") % {"unit": report.unit_name}
        )
        return redirect(report)
    return _page(request, by, report, form)
