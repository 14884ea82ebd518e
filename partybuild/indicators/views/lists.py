"""The rows that a figure counts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.calendar.periods import QUARTER
from partybuild.fields.keyset import keyset_page
from partybuild.indicators.enums import Part
from partybuild.indicators.queries import children_of, opens, rows_behind, total_behind, total_today
from partybuild.indicators.registry import Column, Indicator, indicator_of
from partybuild.organizations.models import Organization

SIZE = 100


class FigureListView(View):
    """Opens a figure: the same rows that were counted, those of them that the viewer may see."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, key: str, place: Any, period: str) -> HttpResponse:
        """Show one part of the figure: who has, who should, who has not."""
        by = actor_of(request)
        indicator = _indicator(key)
        require(by, indicator.line)
        part = _part(request.GET.get("part", ""))
        when = _period(period)
        if not opens(indicator, by.scope, when):
            # Figures about persons stop at totals for the city; others' rows have a line of their own.
            raise PermissionDenied
        where = _place(request, by, indicator, place, when)
        rows = rows_behind(indicator, part, when, **where)
        if rows is None:
            raise Http404
        seen = _seen(rows, by)
        page = keyset_page(
            seen.select_related(*indicator.related_of(part)),
            order=("pk",),
            params=request.GET,
            size=SIZE,
        )
        indicator.prepare(page.rows)
        columns, lines = _table(indicator.columns_of(part), indicator, page.rows)
        chasable = indicator.chasable(page.rows, by)
        asked = [row for row in page.rows if row.pk in chasable]
        number, visible = rows.count(), seen.count()
        is_sum = indicator.sums(part)
        spot = where.get("body") or where["area"]
        total = total_behind(indicator, part, when, **where)
        return render(
            request,
            "indicators/figure_list.html",
            {
                "indicator": indicator,
                "part": part,
                "word": indicator.word(part),
                "period": when,
                "name": _("%(area)s本级") % {"area": spot.name}
                if where.get("without")
                else spot.name,
                "count": total,
                "today": (today_total := total_today(indicator, part, when, **where)),
                "has_changed": today_total is not None and today_total != total,
                "unit": _unit(indicator, part),
                "row_count": number,
                "row_unit": indicator.row_unit if is_sum else _unit(indicator, part),
                "is_sum": is_sum,
                "hidden": number - visible,
                "page": page,
                "columns": columns,
                "lines": lines,
                "chasable": chasable,
                "here": request.get_full_path(),
                "tabs": _tabs(request, indicator, part, when, where),
                "back": _back(spot, where, when, by),
                "text": indicator.text(asked, when) if asked else "",
            },
        )


def _indicator(key: str) -> Indicator:
    indicator = indicator_of(key)
    if indicator is None:
        raise Http404
    return indicator


def _part(text: str) -> Part:
    try:
        return Part(text) if text else Part.NUMERATOR
    except ValueError:
        raise Http404 from None


def _period(text: str) -> Period:
    try:
        period = Period.parse(text)
    except ValueError:
        raise Http404 from None
    if period.kind != QUARTER:
        raise Http404
    return period


def _place(
    request: HttpRequest, by: Actor, indicator: Indicator, uid: Any, period: Period
) -> dict[str, Any]:
    """Return whose figure it is, in the words of rows_behind; 404 outside the scope."""
    if by.scope.is_unit:
        own = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id)
        body = own.filter(uid=uid).first()
        if body is None or not indicator.body:
            raise Http404
        return {"body": body}
    areas = Area.objects.reached(by.scope, indicator.line)
    area = areas.filter(uid=uid).first()
    if area is None or area.level > indicator.level:
        raise Http404
    if request.GET.get("rest"):
        return {"area": area, "without": children_of(area, period, areas)}
    if request.GET.get("under"):
        try:
            above = areas.filter(uid=request.GET["under"]).first()
        except ValidationError:
            raise Http404 from None
        if above is None or not area.is_below(above):
            raise Http404
        return {"area": area, "under": above}
    return {"area": area}


def _unit(indicator: Indicator, part: Part) -> Any:
    if part is Part.DENOMINATOR and indicator.denominator_unit:
        return indicator.denominator_unit
    return indicator.unit


def _seen(rows: Any, by: Actor) -> Any:
    """Keep the counted rows that the viewer may see."""
    inner = rows.order_by().values("pk")
    return rows.model.objects.visible_to(by.scope).filter(pk__in=inner)


def _table(
    known: tuple[Column, ...], indicator: Indicator, rows: list[Any]
) -> tuple[list[Column], list[dict[str, Any]]]:
    """Return the columns that say something on this page, and its lines."""
    values = [[column.value(row) for column in known] for row in rows]
    kept = [
        at
        for at in range(len(known))
        if any(any(line[at]) if isinstance(line[at], tuple) else line[at] for line in values)
    ]
    columns = [known[at] for at in kept]
    lines = []
    for row, line in zip(rows, values, strict=True):
        cells = [
            {
                "label": known[at].label,
                "kind": known[at].kind,
                "value": line[at],
            }
            for at in kept
        ]
        lines.append({"row": row, "url": indicator.url(row), "first": cells[0], "cells": cells[1:]})
    return columns, lines


def _tabs(
    request: HttpRequest,
    indicator: Indicator,
    current: Part,
    period: Period,
    where: dict[str, Any],
) -> list[dict[str, Any]]:
    if not indicator.has_denominator:
        return []
    found = []
    for part in (Part.MISSING, Part.NUMERATOR, Part.DENOMINATOR):
        if indicator.rows(part, period) is None:
            continue
        query = {name: request.GET[name] for name in ("rest", "under") if request.GET.get(name)}
        if part is not Part.NUMERATOR:
            query["part"] = str(part)
        found.append(
            {
                "url": f"{request.path}?{urlencode(query)}" if query else request.path,
                "label": indicator.word(part),
                "is_current": part is current,
                "count": total_behind(indicator, part, period, **where),
            }
        )
    return found


def _back(spot: Area | Organization, where: dict[str, Any], period: Period, by: Actor) -> str:
    """Return the dashboard that the figure stands on."""
    query = {"period": str(period)}
    board = where.get("under") or spot
    if isinstance(board, Area) and board.pk != by.scope.area_id:
        query["area"] = str(board.uid)
    return f"{reverse('indicators:dashboard')}?{urlencode(query)}"
