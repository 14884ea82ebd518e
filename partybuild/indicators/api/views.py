"""Endpoints of figures."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from partybuild.access.api.views import ReadView
from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.calendar.periods import QUARTER
from partybuild.indicators.api.serializers import FiguresSerializer, IndicatorsSerializer
from partybuild.indicators.enums import Part
from partybuild.indicators.queries import (
    board_of_area,
    board_of_body,
    children_of,
    known_indicators,
)
from partybuild.indicators.queries.board import Board, Row
from partybuild.organizations.models import Organization


class IndicatorListView(ReadView):
    """What can be asked for."""

    key = "figures.view"
    resource = "indicators"
    summary = "指标口径"
    serializer_class = IndicatorsSerializer
    is_list = True
    is_whole = True

    def get(self, request: Request) -> Response:
        """Return the definitions."""
        return Response(
            {
                "results": [
                    {
                        "key": each.key,
                        "name": str(each.name),
                        "group": str(each.group),
                        "unit": str(each.unit),
                        "definition": str(each.definition),
                        "numerator": str(each.word(Part.NUMERATOR)),
                        "denominator": (
                            str(each.word(Part.DENOMINATOR)) if each.has_denominator else None
                        ),
                        "denominator_unit": (
                            str(each.denominator_unit or each.unit)
                            if each.has_denominator
                            else None
                        ),
                        "rate": str(each.rate) or None,
                        "is_average": each.is_average,
                        "level": int(each.level),
                        "about_persons": each.about_persons,
                    }
                    for each in known_indicators(self.by.scope)
                ]
            }
        )


class FigureListView(ReadView):
    """Figures of an area and of those below it; of a unit its own."""

    key = "figures.view"
    resource = "figures"
    summary = "统计数据"
    serializer_class = FiguresSerializer
    is_list = True
    is_whole = True

    @classmethod
    def parameters(cls) -> list[OpenApiParameter]:
        """A period and, for areas, which one."""
        return [
            OpenApiParameter(
                "period", type=OpenApiTypes.STR, description="季度，如 2026Q1；不填为本季度。"
            ),
            OpenApiParameter(
                "area",
                type=OpenApiTypes.UUID,
                description="区域的 uid；不填为令牌所属岗位的区域。单位令牌不填。",
            ),
        ]

    def get(self, request: Request) -> Response:
        """Return the figures."""
        board = self._board()
        place = {"uid": board.place.uid, "name": board.place.name}
        return Response(
            {
                "period": str(board.period),
                "place": place,
                "totals": _figures(board.total),
                "results": [
                    figure for row in board.rows if not row.is_total for figure in _figures(row)
                ],
            }
        )

    def _board(self) -> Board:
        scope = self.by.scope
        period = self._period()
        if scope.is_unit:
            if "area" in self.request.query_params:
                raise ValidationError({"area": [_("单位令牌只读本单位，不填区域。")]})
            body = Organization.objects.visible_to(scope).filter(pk=scope.organization_id).first()
            if body is None:
                raise Http404
            return board_of_body(body, period, scope)
        areas = Area.objects.reached(scope, self.key)
        wanted = self.request.query_params.get("area")
        try:
            chosen = (
                areas.filter(uid=uuid.UUID(wanted)) if wanted else areas.filter(pk=scope.area_id)
            )
        except ValueError:
            raise ValidationError({"area": [_("请填写对象编号（uid）。")]}) from None
        area = chosen.first()
        if area is None:
            raise Http404
        return board_of_area(area, children_of(area, period, areas), period, scope)

    def _period(self) -> Period:
        text = self.request.query_params.get("period")
        if not text:
            return Period.of(today())
        try:
            period = Period.parse(text)
        except ValueError:
            period = None
        if period is None or period.kind != QUARTER:
            raise ValidationError({"period": [_("请按 2026Q1 的格式填写。")]})
        return period


def _figures(row: Row) -> list[dict[str, Any]]:
    place = {"uid": row.place.uid, "name": row.name}
    return [
        {
            "place": place,
            "indicator": key,
            "numerator": None if shown.is_suppressed else _plain(shown.cell.numerator),
            "denominator": None if shown.is_suppressed else shown.cell.denominator,
            "target": shown.target,
            "is_suppressed": shown.is_suppressed,
        }
        for key, shown in row.shown.items()
    ]


def _plain(number: int | Decimal) -> int | float:
    return number if isinstance(number, int) else float(number)
