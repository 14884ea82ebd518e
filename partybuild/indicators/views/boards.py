"""The dashboard: communities, streets or districts as rows; a unit's own figures."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from partybuild.access import Actor, Level, may, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.calendar.periods import QUARTER
from partybuild.calendar.words import short_date_cn
from partybuild.indicators.enums import Group, Part, Section
from partybuild.indicators.forms import ChoosePeriodForm
from partybuild.indicators.queries import (
    Board,
    attention,
    board_of_area,
    board_of_body,
    children_of,
    lateness,
)
from partybuild.indicators.queries.board import Row, Shown
from partybuild.obligations.queries.periods import closing_of
from partybuild.organizations.models import Organization

# What the chart compares.
CHARTED = "duty.done"


class DashboardView(View):
    """What needs attention, the figures of each place below, and every figure a link to its rows."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the dashboard of the area asked for, of one's own area or of one's own unit."""
        by = actor_of(request)
        require(by, "figures.view")
        form = ChoosePeriodForm(
            {"period": request.GET.get("period"), "area": request.GET.get("area")}, day=today()
        )
        period = form.chosen()
        if by.scope.is_unit:
            board = board_of_body(_own_body(by), period, by.scope)
        elif by.scope.is_area:
            areas = Area.objects.reached(by.scope, "figures.view")
            area = _area(areas, form, by)
            board = board_of_area(area, children_of(area, period, areas), period, by.scope)
        else:
            return render(request, "indicators/dashboard_none.html", {})
        return render(request, "indicators/dashboard.html", _context(board, form, by))


def headlines(by: Actor, period: Period) -> list[dict[str, Any]]:
    """Return a quarter's few figures of one's own street, community or unit, for the home page.

    Districts and the city look at many places: theirs stand on the dashboard.
    """
    scope = by.scope
    if scope.is_unit:
        own = Organization.objects.visible_to(scope).filter(pk=by.organization_id)
        body = own.select_related("area").first()
        board = board_of_body(body, period, scope, on_home=True) if body is not None else None
    else:
        areas = Area.objects.reached(scope, "figures.view").filter(pk=scope.area_id)
        area = areas.filter(level__gte=Level.STREET).first()
        board = board_of_area(area, (), period, scope, on_home=True) if area is not None else None
    if board is None:
        return []
    return [_tile(shown, board) for shown in board.total.shown.values()]


def _urgency(need: dict[str, Any], board: Board) -> tuple[str, str]:
    """Say of what is missing whether it is late already, or until when there is time."""
    if need["is_bad"]:
        return _("逾期"), "bad"
    where = {"area": board.place} if isinstance(board.place, Area) else {"body": board.place}
    late, due_on = lateness(need["indicator"], need["part"], board.period, **where)
    if late:
        return _("逾期%(count)d") % {"count": late}, "bad"
    if due_on is None:
        return _("未办"), "warn"
    return _("%(day)s截止") % {"day": short_date_cn(due_on)}, "info"


def _own_body(by: Actor) -> Organization:
    body = Organization.objects.visible_to(by.scope).filter(pk=by.organization_id).first()
    if body is None:
        raise Http404
    return body


def _area(areas: Any, form: ChoosePeriodForm, by: Actor) -> Area:
    uid = form.cleaned_data.get("area")
    if uid is None and form["area"].value():
        raise Http404
    found: Area | None = (
        areas.filter(uid=uid) if uid else areas.filter(pk=by.scope.area_id)
    ).first()
    if found is None:
        raise Http404
    return found


def _context(board: Board, form: ChoosePeriodForm, by: Actor) -> dict[str, Any]:
    needs = attention(board)
    for need in needs:
        # Who sees a number is not always who opens its rows.
        need["url"] = (
            list_url(need["indicator"], board.total, board, need["part"]) if need["is_open"] else ""
        )
        need["word"], need["tone"] = _urgency(need, board)
    needs.sort(key=lambda need: need["tone"] != "bad")
    return {
        "board": board,
        "form": form,
        "period": board.period,
        "place_word": _place_word(board),
        "state": _state(board, needs) + _closing(board),
        "needs": needs,
        "parts": [_part(section, groups, board) for section, groups in board.sections],
        "above": _above(board, by),
        "is_area": isinstance(board.place, Area),
    }


def _part(section: Section, groups: list[Group], board: Board) -> dict[str, Any]:
    """Return one part of the page: its tiles, its table, its charts."""
    charts = {
        Section.WORK: (_chart,),
        Section.REPORTING_IN: (),
        Section.SERVICE: (_rates, _compared),
    }[section]
    return {
        "key": section.value,
        "table_id": f"board-{section.value}",
        "title": section.label,
        "columns": [group.label for group in groups],
        "lines": [_line(row, groups, board) for row in board.rows],
        "total_line": _line(board.total, groups, board) if board.children else None,
        "tiles": [
            _tile(shown, board)
            for group in groups
            for shown in board.total.of(group)
            if not shown.indicator.is_detail
        ],
        "charts": [chart for draw in charts if (chart := draw(board)) is not None],
        "definitions": [each for each in board.indicators if each.group in groups],
    }


def _place_word(board: Board) -> str:
    """Return what stands on the lines of the table."""
    if not isinstance(board.place, Area):
        return _("单位")
    place = board.children[0] if board.children else board.place
    return str(Level(place.level).label)


def list_url(indicator: Any, row: Row, board: Board, part: Part = Part.NUMERATOR) -> str:
    """Return the address of the rows behind one figure of one line."""
    address = reverse("indicators:figure-list", args=(indicator.key, row.place.uid, board.period))
    query = {}
    if part is not Part.NUMERATOR:
        query["part"] = str(part)
    if row.is_rest:
        query["rest"] = "1"
    elif row.place.pk != board.place.pk:
        query["under"] = str(board.place.uid)
    return f"{address}?{urlencode(query)}" if query else address


def _closing(board: Board) -> str:
    """Say that the figures of a quarter stand; a district's and a city's when all streets have closed."""
    if not isinstance(board.place, Area) or board.period.kind != QUARTER:
        return ""
    return _("已关账，数据不再变动。") if closing_of(board.place, board.period).is_closed else ""


def _state(board: Board, needs: list[dict[str, Any]]) -> str:
    whole = board.total.shown.get(CHARTED)
    if whole is None or not whole.cell.denominator:
        return _("%(period)s还没有应办事项。") % {"period": board.period.label}
    if not needs:
        return _("%(period)s应办%(count)d项，已全部办结。") % {
            "period": board.period.label,
            "count": whole.cell.denominator,
        }
    return _("%(period)s应办%(count)d项，已办结%(done)d项。") % {
        "period": board.period.label,
        "count": whole.cell.denominator,
        "done": whole.cell.numerator,
    }


def _line(row: Row, groups: list[Group], board: Board) -> dict[str, Any]:
    is_below = isinstance(row.place, Area) and row.place.pk != board.place.pk
    return {
        "name": row.name,
        "url": (
            f"{reverse('indicators:dashboard')}?"
            + urlencode({"area": row.place.uid, "period": board.period})
            if is_below and not row.is_rest
            else ""
        ),
        "cells": [
            _cell(group, [_figure(shown, row, board) for shown in row.of(group)])
            for group in groups
        ],
    }


def _cell(group: Group, figures: list[dict[str, Any]]) -> dict[str, Any]:
    """Put a column's figures into a cell: the first ones large, who has not and the details below."""
    missing = [
        {
            "name": figure["name"],
            "word": figure["missing_word"],
            "unit": figure["unit"],
            "numerator": figure["missing"],
            "numerator_url": figure["missing_url"],
            "denominator": None,
        }
        for figure in figures
        if not figure["is_detail"] and figure["missing"] and not figure["is_suppressed"]
    ]
    return {
        "label": group.label,
        "mains": [figure for figure in figures if not figure["is_detail"]],
        "details": [
            *missing,
            *(figure for figure in figures if figure["is_detail"] and not figure["is_empty"]),
        ],
    }


def _figure(shown: Shown, row: Row, board: Board) -> dict[str, Any]:
    indicator, cell = shown.indicator, shown.cell

    def url(part: Part, count: Any) -> str:
        return list_url(indicator, row, board, part) if shown.is_open and count else ""

    return {
        "name": indicator.name,
        "word": indicator.word(Part.NUMERATOR),
        "whole_word": indicator.word(Part.DENOMINATOR),
        "unit": indicator.unit,
        "is_detail": indicator.is_detail,
        "is_bad": indicator.is_bad and bool(cell.numerator),
        "is_empty": shown.is_empty,
        "is_suppressed": shown.is_suppressed,
        "average": shown.average,
        "rate": _rate_words(shown),
        "measured": _measured(shown, board),
        "numerator": cell.numerator,
        "numerator_url": url(Part.NUMERATOR, cell.numerator),
        "denominator": cell.denominator,
        "denominator_unit": indicator.denominator_unit or indicator.unit,
        "denominator_url": url(Part.DENOMINATOR, cell.denominator),
        "missing": cell.missing,
        "missing_word": indicator.word(Part.MISSING),
        "missing_url": url(Part.MISSING, cell.missing),
    }


def _rate_words(shown: Shown) -> str:
    """参与率43.9%."""
    if not shown.indicator.rate or shown.percent is None:
        return ""
    return f"{shown.indicator.rate}{_percent(shown.percent)}"


def _measured(shown: Shown, board: Board) -> str:
    """参与率43.9%，未达目标70%; while the period lasts nothing has been missed."""
    words = _rate_words(shown)
    if shown.is_reached is None:
        return words
    if shown.is_reached:
        aim = _("已达目标%(target)d%%")
    elif not board.is_over:
        aim = _("目标%(target)d%%")
    else:
        aim = _("未达目标%(target)d%%")
    return f"{words}，{aim % {'target': shown.target}}"


def _percent(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") + "%"


def _tile(shown: Shown, board: Board) -> dict[str, Any]:
    figure = _figure(shown, board.total, board)
    value: Any = None if shown.is_empty else shown.cell.numerator
    note = f"{figure['missing_word']} {shown.cell.missing}" if shown.cell.missing else ""
    if shown.is_suppressed:
        value, note = _("不足3"), ""
    elif shown.average is not None:
        value = shown.average
    elif shown.cell.denominator:
        value = f"{shown.cell.numerator}/{shown.cell.denominator}"
    return {
        "value": value,
        "unit": shown.indicator.unit,
        "label": shown.indicator.name,
        "url": figure["numerator_url"] or figure["missing_url"],
        "note": figure["measured"] or note,
    }


# What is compared between places, one line each.
COMPARED = "service.participation"


def _rates(board: Board) -> dict[str, Any] | None:
    """Show the shares of the whole that have a target, each beside it."""
    found = [
        shown
        for shown in board.total.shown.values()
        if shown.target is not None and shown.percent is not None
    ]
    if not found:
        return None
    return _against_targets(
        _("%(place)s主要比率和目标") % {"place": board.place.name},
        [
            (str(shown.indicator.rate or shown.indicator.name), shown, board.total)
            for shown in found
        ],
        board,
    )


def _compared(board: Board) -> dict[str, Any] | None:
    """Show a share of each place in the order of the table, beside what the place asks for."""
    lines = [
        (row.name, row.shown[COMPARED], row)
        for row in board.rows
        if not row.is_total
        and COMPARED in row.shown
        and row.shown[COMPARED].percent is not None
        and row.shown[COMPARED].target is not None
    ]
    if len(lines) < 2:
        return None
    name = lines[0][1].indicator.rate
    return _against_targets(_("各地%(rate)s和目标") % {"rate": name}, lines, board)


def _against_targets(
    title: str, lines: list[tuple[str, Shown, Row]], board: Board
) -> dict[str, Any]:
    def url(shown: Shown, row: Row) -> str:
        if not shown.is_open:
            return ""
        part = Part.MISSING if shown.cell.missing else Part.NUMERATOR
        return list_url(shown.indicator, row, board, part)

    return {
        "title": title,
        "type": "bar-lying",
        "unit": "%",
        "categories": [name for name, _shown, _row in lines],
        "series": [
            {
                "name": _("实际"),
                "values": [shown.percent for _name, shown, _row in lines],
                "urls": [url(shown, row) for _name, shown, row in lines],
            },
            {
                "name": _("目标"),
                "values": [shown.target for _name, shown, _row in lines],
                "is_mark": True,
            },
        ],
    }


def _chart(board: Board) -> dict[str, Any] | None:
    """Compare the places by the share of their duties done, the lowest first."""
    rows = [
        row
        for row in board.rows
        if not row.is_total and CHARTED in row.shown and row.shown[CHARTED].cell.denominator
    ]
    if len(rows) < 2:
        return None
    rows.sort(key=lambda row: (row.shown[CHARTED].cell.share or 0, row.name))
    indicator = rows[0].shown[CHARTED].indicator
    return {
        "title": _("应办事项办结率，从低到高"),
        "type": "bar-lying",
        "unit": "%",
        "categories": [row.name for row in rows],
        "series": [
            {
                "name": _("办结率"),
                # Rounded down: 100 % is said only of what is complete.
                "values": [int((row.shown[CHARTED].cell.share or 0) * 100) for row in rows],
                "urls": [
                    list_url(
                        indicator,
                        row,
                        board,
                        Part.MISSING if row.shown[CHARTED].cell.missing else Part.NUMERATOR,
                    )
                    for row in rows
                ],
            }
        ],
    }


def _above(board: Board, by: Actor) -> dict[str, Any] | None:
    """Return the way back up, where the viewer came down from."""
    if not isinstance(board.place, Area) or board.place.pk == by.scope.area_id:
        return None
    parent = board.place.parent
    if parent is None or not may(by, "figures.view", target=parent):
        return None
    return {
        "name": parent.name,
        "url": f"{reverse('indicators:dashboard')}?"
        + urlencode({"area": parent.uid, "period": board.period}),
    }
