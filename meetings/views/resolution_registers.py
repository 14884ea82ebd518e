"""Resolutions as lists: the register, delays, cards, and what one's own body owes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from meetings.enums import ExtensionState
from meetings.forms.resolutions import (
    BulkProgressForm,
    CardFilterForm,
    ResolutionFilterForm,
    SupervisionForm,
)
from meetings.models import Card, Extension, Resolution, ResolutionParty
from meetings.queries.cards import ACCEPT, REPORT, UNDER_WAY, late_parties, with_cards
from meetings.queries.registers import narrowed, own_lines, register_figures, register_lines
from meetings.services import report_progress_of_many
from partybuild.access import may, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import today
from partybuild.fields.keyset import keyset_page
from partybuild.fields.queries import own_query
from partybuild.fields.refusals import put_on
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries import chase_lines

# As many rows as a printed register shows.
PRINTED = 500


@require_GET
def resolution_list(request: HttpRequest) -> HttpResponse:
    """The register of resolutions in sight across meetings and years."""
    by = actor_of(request)
    require(by, "resolution.view")
    form = ResolutionFilterForm(own_query(request, ResolutionFilterForm), by=by)
    seen = with_cards(Resolution.objects.visible_to(by.scope))
    rows = narrowed(seen, choices_of(form))
    page = keyset_page(
        rows.select_related("meeting", "council").prefetch_related("parties__organization"),
        order=("-meeting_id", "number", "id"),
        params=request.GET,
    )
    return render(
        request,
        "meetings/resolution_list.html",
        {
            "form": form,
            "page": page,
            "rows": register_lines(page.rows),
            "count": rows.count(),
            "figures": _figures(seen, form, request),
            "query": _kept(request, form),
            "may_chase": may(by, "obligation.chase") and by.scope.is_area,
            "may_work": may(by, "resolution.work"),
        },
    )


@require_GET
def resolution_print(request: HttpRequest) -> HttpResponse:
    """The same register as one sheet to print (议定事项清单)."""
    by = actor_of(request)
    require(by, "resolution.view")
    form = ResolutionFilterForm(own_query(request, ResolutionFilterForm), by=by)
    rows = narrowed(with_cards(Resolution.objects.visible_to(by.scope)), choices_of(form))
    found = list(
        rows.select_related("meeting", "council")
        .prefetch_related("parties__organization")
        .order_by("-meeting_id", "number", "id")[: PRINTED + 1]
    )
    return render(
        request,
        "meetings/resolution_print.html",
        {
            "rows": register_lines(found[:PRINTED]),
            "is_cut": len(found) > PRINTED,
            "count": rows.count(),
            "most": PRINTED,
            "day": today(),
            "query": _kept(request, form),
        },
    )


def _kept(request: HttpRequest, form: ResolutionFilterForm) -> str:
    """Return what the form knows of the address, to go on with on another page."""
    return urlencode({name: str(text) for name, text in request.GET.items() if name in form.fields})


def choices_of(form: ResolutionFilterForm) -> dict[str, Any]:
    """Return what was chosen; nothing where the address makes no sense."""
    return form.cleaned_data if form.is_valid() else {}


_FIGURES = (
    ("unfinished", "state", gettext_lazy("未办结"), ""),
    ("overdue", "state", gettext_lazy("已逾期"), "bad"),
    ("yellow", "card", gettext_lazy("黄牌"), ""),
    ("red", "card", gettext_lazy("红牌"), "bad"),
    ("reported", "state", gettext_lazy("待验收"), ""),
    ("extension", "state", gettext_lazy("延期待审批"), ""),
    ("returned", "state", gettext_lazy("退回协商"), ""),
    ("review", "state", gettext_lazy("待复查"), ""),
    ("carried", "state", gettext_lazy("上年接转"), ""),
)


def _figures(
    seen: QuerySet[Any], form: ResolutionFilterForm, request: HttpRequest
) -> list[dict[str, Any]]:
    """What waits, as figures that open the rows they count; the other choices stay."""
    chosen = {
        name: str(value)
        for name, value in request.GET.items()
        if value and name in form.fields and name not in {"state", "card"}
    }
    data = choices_of(form)
    rows = narrowed(seen, {**data, "state": "", "card": ""} if data else {})
    counts = register_figures(rows, year=int(data.get("year") or today().year))
    return [
        {
            "label": label,
            "value": counts[name],
            "url": f"{request.path}?{urlencode({**chosen, field: name})}",
            "tone": tone if counts[name] else "",
        }
        for name, field, label, tone in _FIGURES
        if counts[name] or name == "unfinished"
    ]


@require_GET
def supervision_list(request: HttpRequest) -> HttpResponse:
    """Who has not, since when, whom to call; chased from here."""
    by = actor_of(request)
    require(by, "resolution.work_proxy")
    form = SupervisionForm(own_query(request, SupervisionForm), by=by)
    # What is on the convener's table (returned, reported) is not the unit's delay.
    under_way = Resolution.objects.visible_to(by.scope).filter(state__in=UNDER_WAY)
    if form.is_valid() and form.cleaned_data["council"]:
        under_way = under_way.filter(council=form.cleaned_data["council"])
    wanted = form.cleaned_data["duty"] if form.is_valid() else ""
    rows = (
        Obligation.objects.visible_to(by.scope)
        .overdue(today())
        .filter(
            duty__in=(wanted,) if wanted else (ACCEPT, REPORT),
            subject_uid__in=under_way.order_by().values("uid"),
        )
    )
    page = keyset_page(rows.with_bodies(), order=("due_on", "id"), params=request.GET)
    lines = chase_lines(page.rows)
    resolutions: dict[Any, Any] = {
        row.uid: row
        for row in Resolution.objects.visible_to(by.scope)
        .filter(uid__in=[line.debt.subject_uid for line in lines])
        .select_related("council__area")
    }
    colors: dict[tuple[Any, ...], str] = {
        (pk, late.organization_id, late.duty): late.color
        for pk, delays in late_parties(resolutions.values()).items()
        for late in delays
    }
    asked = set(
        Extension.objects.visible_to(by.scope)
        .filter(resolution__uid__in=resolutions, state=ExtensionState.WAITING)
        .values_list("resolution", flat=True)
    )
    may_chase = may(by, "obligation.chase")
    return render(
        request,
        "meetings/supervision_list.html",
        {
            "form": form,
            "count": rows.count(),
            "page": page,
            "lines": [
                {
                    "line": line,
                    "resolution": (row := resolutions[line.debt.subject_uid]),
                    "card": colors.get(
                        (row.pk, line.debt.bearer_organization_id, line.debt.duty), ""
                    ),
                    "asked": row.pk in asked,
                    "may_chase": may_chase
                    and line.debt.bearer_organization_id != by.organization_id,
                }
                for line in lines
                if line.debt.subject_uid in resolutions
            ],
            "may_chase": may_chase,
            "here": request.get_full_path(),
        },
    )


@require_GET
def card_list(request: HttpRequest) -> HttpResponse:
    """The cards in sight: standing, or lifted with their reason. No ranking: by the day they were raised."""
    by = actor_of(request)
    require(by, "resolution.view")
    form = CardFilterForm(own_query(request, CardFilterForm))
    rows = Card.objects.visible_to(by.scope)
    data = form.cleaned_data if form.is_valid() else {"state": "", "color": "", "clock": ""}
    if data["state"] == "":
        rows = rows.standing()
    elif data["state"] == "lifted":
        rows = rows.exclude(lifted_at=None)
    if data["color"]:
        rows = rows.filter(color=data["color"])
    if data["clock"]:
        rows = rows.filter(clock=data["clock"])
    page = keyset_page(
        rows.select_related("resolution__council", "organization"),
        order=("-raised_at", "-id"),
        params=request.GET,
    )
    return render(
        request, "meetings/card_list.html", {"form": form, "page": page, "count": rows.count()}
    )


@require_http_methods(["GET", "POST"])
def own_list(request: HttpRequest) -> HttpResponse:
    """Everything that one's own body answers for, each with its one next deed; progress written at once."""
    by = actor_of(request)
    require(by, "resolution.work")
    lines = own_lines(
        ResolutionParty.objects.visible_to(by.scope).filter(organization=by.organization_id or 0)
    )
    writable = [line["party"] for line in lines if line["may_write"]]
    form = BulkProgressForm(sent(request), parties=writable, auto_id="bulk_%s")
    if form.is_valid():
        if not form.said:
            form.add_error(None, _("请至少写一项进展。"))
        else:
            try:
                count = report_progress_of_many(form.said, by=by)
            except ValidationError as refused:
                put_on(form, refused)
            else:
                messages.success(request, _("已记下%(count)d项进展。") % {"count": count})
                return redirect(reverse("meetings:own-list"))
    return render(
        request,
        "meetings/own_list.html",
        {"lines": with_fields(lines, form), "form": form, "writable": len(writable)},
        status=422 if form.is_bound else 200,
    )


def sent(request: HttpRequest) -> Any:
    """Return what a form was sent with; nothing written is an answer to refuse, not a page to draw."""
    return request.POST if request.method == "POST" else None


def with_fields(lines: list[dict[str, Any]], form: BulkProgressForm) -> list[dict[str, Any]]:
    """Put each line's field beside it."""
    for line in lines:
        line["field"] = form[f"text-{line['party'].uid}"] if line["may_write"] else None
    return lines
