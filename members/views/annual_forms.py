"""Annual forms: a unit asks for them, members complete them, the unit files them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from members.enums import AnnualFormState
from members.forms.annual_forms import (
    AnnualFilterForm,
    FileAnnualForm,
    ReturnAnnualForm,
    SignForm,
    SignProxyForm,
    StartForm,
    WithdrawAnnualForm,
    year_asked_for,
    years,
)
from members.models import AnnualForm, MemberPlace, PartyMember
from members.queries.year_records import in_words, needs_explanation, record_of, without_form
from members.services import (
    file_annual_forms,
    return_annual_form,
    sign_annual_form,
    start_annual_forms,
    withdraw_annual_form,
)
from members.views.members import uids_of
from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.queries import word
from partybuild.audit.queries import history_of
from partybuild.calendar import Period
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import goes_through, put_on
from units.views.scope import own_unit


@require_GET
def annual_form_list(request: HttpRequest) -> HttpResponse:
    """List the forms in sight: a unit its people's, a member their own, a district those of its units."""
    by = actor_of(request)
    require(by, "annual_form.view")
    form = AnnualFilterForm(request.GET)
    form.is_valid()
    rows = AnnualForm.objects.visible_to(by.scope).select_related("unit")
    for name in ("period", "state"):
        if form.cleaned_data.get(name):
            rows = rows.filter(**{name: form.cleaned_data[name]})
    if not form.cleaned_data.get("state"):
        rows = rows.standing()
    page = keyset_page(rows, order=("-period", "-id"), params=request.GET)
    signed = AnnualForm.objects.visible_to(by.scope).signed().count() if by.scope.is_unit else 0
    return render(
        request,
        "members/annual_form_list.html",
        {
            "form": form,
            "page": page,
            "rows": page.rows,
            "count": rows.count(),
            "is_unit": by.scope.is_unit,
            "is_member": by.scope.column == "member",
            "signed": signed,
            "file_form": FileAnnualForm() if signed else None,
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
        },
    )


@require_http_methods(["GET", "POST"])
def annual_form_start(request: HttpRequest) -> HttpResponse:
    """Ask all of a unit's members, or those who are picked, for the form of a year."""
    by = actor_of(request)
    require(by, "annual_form.file")
    unit = own_unit(by)
    asked = request.POST.get("period") or request.GET.get("period") or str(year_asked_for())
    form = StartForm(request.POST or None, area=unit.area, initial={"period": asked})
    period = _year(asked)
    places = _without(by, period)
    picked = set(request.POST.getlist("selected"))
    if form.is_valid():
        members = PartyMember.objects.visible_to(by.scope).filter(
            uid__in=uids_of(picked), pk__in=places.values("member")
        )
        try:
            started = start_annual_forms(
                unit=unit,
                members=members.select_related("person"),
                period=period,
                due_on=form.cleaned_data["due_on"],
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            if started:
                messages.success(
                    request,
                    _(
                        "已请%(count)d名党员填写，他们会收到通知；有人没有账号的，可以收纸质表后代录。"
                    )
                    % {"count": len(started)},
                )
                return redirect("members:annual-form-list")
            form.add_error(None, _("请至少勾选一名党员。"))
    return render(
        request,
        "members/annual_form_start.html",
        {
            "form": form,
            "period": period,
            "year": str(period),
            "years": years(),
            "places": [
                (place, not form.is_bound or str(place.member.uid) in picked)
                for place in places.select_related("member").order_by("sort", "name", "id")
            ],
        },
        status=422 if form.is_bound else 200,
    )


def _year(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period.kind != "year":
        raise Http404
    return period


def _without(by: Actor, period: Period) -> Any:
    """Return the people of one's own unit who have no form of a year, as far as they are in sight."""
    known = MemberPlace.objects.visible_to(by.scope).filter(
        pk__in=without_form(by.scope.organization_id or 0, period).values("pk")
    )
    return known.filter(member__category="in_service")


def _find(by: Actor, uid: UUID) -> AnnualForm:
    form: AnnualForm = get_object_or_404(
        AnnualForm.objects.visible_to(by.scope).select_related("member__person", "unit__area"),
        uid=uid,
    )
    return form


def _sign_form(by: Actor, form: AnnualForm, record: dict[str, Any], data: Any = None) -> SignForm:
    said = {name: getattr(form, name) for name in ("account", "conduct", "explanation")}
    explain = needs_explanation(record)
    if by.scope.is_unit:
        return SignProxyForm(data, area=form.unit.area, explain=explain, initial=said)
    return SignForm(data, explain=explain, initial=said)


def _page(request: HttpRequest, by: Actor, form: AnnualForm, **forms: Any) -> HttpResponse:
    record = record_of(form)
    holds = may(by, "annual_form.file", form)
    is_own = form.member.person_id == by.person_id
    is_unit = by.scope.is_unit and holds
    waits = form.state == AnnualFormState.OPEN and holds
    decides = form.state == AnnualFormState.SIGNED and is_unit
    context = {
        "annual": form,
        "record": in_words(record),
        "is_own": is_own,
        "is_unit": is_unit,
        "is_member": by.scope.column == "member",
        "waits": waits,
        "decides": decides and not is_own,
        "waits_for_others": decides and is_own,
        "channel": word(form.unit.area, "proxy.channel", form.channel) if form.channel else "",
        "sign_form": _sign_form(by, form, record) if waits else None,
        "to_enter": _to_enter(by, form) if is_unit and not waits else [],
        "return_form": ReturnAnnualForm(),
        "withdraw_form": WithdrawAnnualForm(),
        "file_form": FileAnnualForm(),
        "history": [] if by.scope.column == "member" else _history(form, by),
        **forms,
    }
    return render(request, "members/annual_form_detail.html", context, status=422 if forms else 200)


def _to_enter(by: Actor, form: AnnualForm) -> list[AnnualForm]:
    """Return the forms of the same unit and year that still wait: a heap of paper is entered one after the other."""
    return list(
        AnnualForm.objects.reached(by.scope, "annual_form.file")
        .filter(unit=form.unit_id, period=form.period, state=AnnualFormState.OPEN)
        .order_by("member_name", "id")
    )


def _history(form: AnnualForm, by: Actor) -> list[dict[str, Any]]:
    return [line.entry() for line in history_of(form, by.scope) if line.kind != "notice.created"]


@require_GET
def annual_form_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one form: the record, what was said, and the next step."""
    by = actor_of(request)
    return _page(request, by, _find(by, uid))


@require_POST
def annual_form_sign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The member completes it, or the unit enters what was handed in on paper."""
    by = actor_of(request)
    annual = _find(by, uid)
    require(by, "annual_form.file", annual)
    form = _sign_form(by, annual, record_of(annual), request.POST)
    if goes_through(form, sign_annual_form, annual, by=by):
        if by.scope.is_unit:
            messages.success(request, _("已代录，可以归档了。"))
        else:
            messages.success(request, _("已提交，等单位归档，不用再办。"))
        return redirect(annual)
    return _page(request, by, annual, sign_form=form)


@require_POST
def annual_form_return(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Send a form back to be completed."""
    by = actor_of(request)
    annual = _find(by, uid)
    _require_unit(by, annual)
    form = ReturnAnnualForm(request.POST)
    if goes_through(form, return_annual_form, annual, by=by):
        messages.success(request, _("已退回，本人会收到通知。"))
        return redirect(annual)
    return _page(request, by, annual, return_form=form)


@require_POST
def annual_form_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take back a form that was not to be asked for."""
    by = actor_of(request)
    annual = _find(by, uid)
    _require_unit(by, annual)
    form = WithdrawAnnualForm(request.POST)
    if goes_through(form, withdraw_annual_form, annual, by=by):
        messages.success(request, _("已撤销，本人不用再填。"))
        return redirect("members:annual-form-list")
    return _page(request, by, annual, withdraw_form=form)


def _require_unit(by: Actor, annual: AnnualForm) -> None:
    """A member completes their own form; returning and filing is the unit's."""
    require(by, "annual_form.file", annual)
    if not by.scope.is_unit:
        raise Http404


@require_POST
def annual_forms_file(request: HttpRequest) -> HttpResponse:
    """File all signed forms that have been picked, with one opinion."""
    by = actor_of(request)
    require(by, "annual_form.file")
    own_unit(by)
    picked = (
        AnnualForm.objects.reached(by.scope, "annual_form.file")
        .filter(uid__in=uids_of(request.POST.getlist("selected")))
        .select_related("member")
    )
    form = FileAnnualForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(each) for each in form.errors["opinion"]))
        return redirect("members:annual-form-list")
    try:
        filed = file_annual_forms(picked, by=by, **form.cleaned_data)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        if filed:
            messages.success(request, _("已归档%(count)d份。") % {"count": filed})
        else:
            messages.warning(request, _("请先勾选要归档的表；只有本人已提交的才能归档。"))
    return redirect("members:annual-form-list")
