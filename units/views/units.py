"""The list of units, a unit's page, and the forms that change it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import Appointment
from partybuild.areas.queries import dictionary
from partybuild.audit.queries import history_of
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from units.forms import ContactsForm, EndUnitForm, TieBranchForm, UnitFilterForm, UnitForm
from units.forms.units import contacts_of, initial_of
from units.models import ResidentUnit, UnitBranch, UnitReport
from units.panels import panels_of
from units.services import (
    change_contacts,
    change_unit,
    create_unit,
    end_unit,
    tie_branch,
    untie_branch,
)
from units.views.scope import area_of

ORDER = ("organization__sort", "organization_id")


def find_unit(by: Actor, uid: UUID) -> ResidentUnit:
    """Return a unit in sight; 404 otherwise."""
    unit: ResidentUnit = get_object_or_404(
        ResidentUnit.objects.visible_to(by.scope).select_related("organization__area", "grid"),
        organization__uid=uid,
    )
    return unit


def narrowed_units(rows: QuerySet[Any], form: UnitFilterForm) -> QuerySet[Any]:
    """Return the units that the page's filters leave."""
    values = form.cleaned_data if form.is_valid() else {}
    rows = rows.filter(is_current=values.get("ended") != "1")
    if values.get("community"):
        rows = rows.filter(organization__area__path__startswith=values["community"].path)
    if values.get("kind"):
        rows = rows.filter(kind=values["kind"])
    if values.get("q"):
        rows = rows.filter(organization__name__icontains=values["q"].strip())
    return rows


@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """List the units in sight; a unit's own post goes straight to its page."""
    by = actor_of(request)
    require(by, "unit.view")
    rows = ResidentUnit.objects.visible_to(by.scope).select_related("organization__area")
    if by.scope.is_unit:
        own = rows.filter(pk=by.scope.organization_id).first()
        if own is not None:
            return redirect(own)
    area = area_of(by)
    form = UnitFilterForm(request.GET, by=by, area=area)
    found = narrowed_units(rows, form)
    page = keyset_page(found, order=ORDER, params=request.GET, uid="organization__uid")
    words = dict(dictionary(area, "unit.kind"))
    return render(
        request,
        "units/unit_list.html",
        {
            "form": form,
            "page": page,
            "count": found.count(),
            "rows": [(unit, words.get(unit.kind, unit.kind)) for unit in page.rows],
            "may_change": may(by, "unit.change"),
            "may_see_settings": may(by, "parameter.view"),
            "may_import": may(by, "import.rows") and may(by, "unit.change"),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


@require_GET
def unit_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a unit: contacts in full, its Party organizations, its reports, what others plug in."""
    by = actor_of(request)
    unit = find_unit(by, uid)
    body = unit.organization
    reports = (
        UnitReport.objects.visible_to(by.scope)
        .filter(unit=body)
        .exclude(state="draft")
        .order_by("-period")[:4]
    )
    branches = (
        UnitBranch.objects.visible_to(by.scope)
        .filter(unit=unit)
        .select_related("party__organization")
        .order_by("valid_to", "-valid_from")
    )
    sees_posts = by.scope.is_area or by.scope.is_unit
    posts = Appointment.objects.visible_to(by.scope).filter(organization=body).current(today())
    return render(
        request,
        "units/unit_detail.html",
        {
            "unit": unit,
            "posts": posts.select_related("person").order_by("sort", "id") if sees_posts else [],
            "posts_url": f"{reverse('accounts:appointment-list')}?organization={body.uid}"
            if sees_posts
            else "",
            "body": body,
            "kind": dict(dictionary(body.area, "unit.kind")).get(unit.kind, unit.kind),
            "branches": branches,
            "reports": reports,
            "panels": panels_of(unit, by),
            "twins": ResidentUnit.objects.visible_to(by.scope)
            .twins_of(unit)
            .select_related("organization__area"),
            "history": [line.entry() for line in history_of(body, by.scope, limit=20)]
            if may(by, "history.view", body)
            else [],
            "may_change": unit.is_current and may(by, "unit.change", unit),
            "may_contacts": unit.is_current and may(by, "unit.contacts", unit),
            "is_own": by.scope.is_unit and by.scope.organization_id == unit.pk,
        },
    )


@require_http_methods(["GET", "POST"])
def unit_create(request: HttpRequest) -> HttpResponse:
    """Register a unit."""
    by = actor_of(request)
    require(by, "unit.change")
    area = area_of(by)
    assert area is not None
    form = UnitForm(request.POST or None, by=by, area=area)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            unit = create_unit(by=by, **values)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            _warn(request, unit)
            messages.success(request, _("已登记：%(name)s。") % {"name": unit.name})
            return redirect(unit)
    return _form_page(request, form, title=_("登记单位"), cancel_url=reverse("units:unit-list"))


@require_http_methods(["GET", "POST"])
def unit_change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Correct a unit."""
    by = actor_of(request)
    unit = find_unit(by, uid)
    require(by, "unit.change", unit)
    area = area_of(by)
    assert area is not None
    form = UnitForm(request.POST or None, by=by, area=area, initial=initial_of(unit))
    if form.is_valid():
        try:
            change_unit(unit, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            _warn(request, unit)
            messages.success(request, _("已保存。"))
            return redirect(unit)
    return _form_page(
        request, form, title=_("修改单位信息"), cancel_url=unit.get_absolute_url(), unit=unit
    )


def _form_page(request: HttpRequest, form: UnitForm, **context: Any) -> HttpResponse:
    context.setdefault("unit", None)
    return render(
        request,
        "units/unit_form.html",
        {"form": form, **context},
        status=422 if form.is_bound else 200,
    )


def _warn(request: HttpRequest, unit: ResidentUnit) -> None:
    for warning in unit.warnings:
        messages.warning(request, warning)


@require_http_methods(["GET", "POST"])
def unit_contacts(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep a unit's contacts: the unit itself may."""
    by = actor_of(request)
    unit = find_unit(by, uid)
    require(by, "unit.contacts", unit)
    form = ContactsForm(request.POST or None, initial=contacts_of(unit))
    if form.is_valid():
        try:
            change_contacts(unit, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("联系方式已更新，以后的提醒和通知发到新的联系方式。"))
            return redirect(unit)
    return render(
        request,
        "units/unit_contacts.html",
        {"unit": unit, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def unit_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Close a unit; what it did stays."""
    by = actor_of(request)
    unit = find_unit(by, uid)
    require(by, "unit.change", unit)
    form = EndUnitForm(request.POST or None)
    if goes_through(form, end_unit, unit, by=by):
        messages.success(request, _("已注销：%(name)s。") % {"name": unit.name})
        return redirect(unit)
    return render(
        request,
        "units/unit_end.html",
        {"unit": unit, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def branch_tie(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say which Party organization covers a unit."""
    by = actor_of(request)
    unit = find_unit(by, uid)
    require(by, "unit.change", unit)
    form = TieBranchForm(request.POST or None, by=by)
    if form.is_valid():
        try:
            tie_branch(unit, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已关联党组织。"))
            return redirect(unit)
    return render(
        request,
        "units/branch_tie.html",
        {"unit": unit, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_POST
def branch_untie(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End a tie today."""
    from partybuild.calendar import today

    by = actor_of(request)
    branch = get_object_or_404(
        UnitBranch.objects.visible_to(by.scope).select_related("unit__organization"), uid=uid
    )
    require(by, "unit.change", branch.unit)
    untie_branch(branch, on=max(today(), branch.valid_from), reason=_("解除关联"), by=by)
    messages.success(request, _("已解除关联，历史保留。"))
    return redirect(branch.unit)
