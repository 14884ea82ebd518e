"""Lists of this app that may be taken away."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.exchange.lists import ListColumn, ListExport, register_list
from units.enums import ReportState
from units.forms import UnitFilterForm
from units.models import ResidentUnit, UnitReport
from units.views.scope import area_of
from units.views.units import ORDER, narrowed_units


@register_list
class UnitExport(ListExport):
    """驻区单位名单: contacts of an office are full for everybody who sees the unit."""

    key = "units"
    name = _("驻区单位名单")
    line = "unit.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        form = UnitFilterForm(query, by=by, area=area_of(by))
        return narrowed_units(ResidentUnit.objects.visible_to(by.scope), form).order_by(*ORDER)

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Names, codes, place and the office's contact."""
        words = {key: str(label) for key, label in dictionary(area_of(by), "unit.kind")}
        return [
            ListColumn(_("单位全称"), ("organization__name",), width=32),
            ListColumn(_("简称"), ("organization__short_name",)),
            ListColumn(_("性质"), ("kind",), lambda kind: words.get(kind, kind)),
            ListColumn(_("统一社会信用代码"), ("credit_code",), width=22),
            ListColumn(_("社区"), ("organization__area__name",)),
            ListColumn(_("网格"), ("grid__name",)),
            ListColumn(_("地址"), ("organization__address",), width=32),
            ListColumn(_("联络员"), ("organization__contact_name",)),
            ListColumn(_("联系电话"), ("organization__contact_phone",)),
            ListColumn(_("行业"), ("industry",)),
            ListColumn(_("从业人数（人）"), ("employee_count",)),
            ListColumn(_("党员人数（人）"), ("member_count",)),
        ]


@register_list
class ReportExport(ListExport):
    """季度填报: what units have filed."""

    key = "reports"
    name = _("单位季度填报")
    line = "report.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """What has been filed in the quarter of the page."""
        rows = UnitReport.objects.visible_to(by.scope).exclude(state=ReportState.DRAFT)
        if query.get("period"):
            rows = rows.filter(period=query["period"])
        return rows.order_by("-period", "unit__sort", "unit_id")

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who, when, and the figures of the form; of a returned report no figures."""
        states = {key: str(label) for key, label in ReportState.choices}
        asked: dict[str, str] = {}
        forms = UnitReport.objects.visible_to(by.scope).order_by("form").values_list("form__fields")
        for (fields,) in forms.distinct():
            for field in fields:
                asked.setdefault(field["key"], field["label"])
        return [
            ListColumn(_("单位"), ("unit__name",), width=32),
            ListColumn(_("社区"), ("unit__area__name",)),
            ListColumn(_("季度"), ("period",)),
            ListColumn(_("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(_("无事项"), ("is_nil",), lambda nil: str(_("是")) if nil else ""),
            ListColumn(_("报送时间"), ("filed_at",), width=18),
            ListColumn(_("回执编号"), ("receipt_number",), width=20),
            *(_figure(key, label) for key, label in asked.items()),
        ]


def _figure(key: str, label: str) -> ListColumn:
    def read(values: dict[str, Any], state: str) -> Any:
        return "" if state == ReportState.RETURNED else values.get(key, "")

    return ListColumn(label, ("values", "state"), read)
