"""Endpoints of units and their reports."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, Q, When

from partybuild.access.api.filters import (
    BooleanFilter,
    ChoiceFilter,
    Filter,
    PeriodFilter,
    RowFilter,
)
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization
from units.api.serializers import ReportFormSerializer, UnitReportSerializer, UnitSerializer
from units.enums import ReportState
from units.models import ReportForm, ResidentUnit, UnitReport


class Units(ReadView):
    """What the list and the single unit share."""

    key = "unit.view"
    resource = "units"
    serializer_class = UnitSerializer

    def get_queryset(self) -> Any:
        """Return the units in sight."""
        return ResidentUnit.objects.visible_to(self.by.scope)


class UnitListView(Units, RowsView):
    """Units."""

    summary = "驻区单位列表"
    # Services touch the body's row whenever the unit's own changes.
    changed = F("organization__changed_xid")
    filters = (
        Filter("kind", "kind", "单位性质的代码。"),
        Filter("credit_code", "credit_code", "统一社会信用代码。"),
        RowFilter(
            "below",
            "organization__area__path",
            "某区域的 uid：取登记在该区域及其下级的单位。",
            others=Area,
            below=True,
        ),
        BooleanFilter(
            "current",
            "is_current",
            "true 只取在册的，false 只取已注销的。",
            when=Q(is_current=True),
        ),
    )


class UnitView(Units, RowView):
    """One unit."""

    summary = "一个驻区单位"
    uid_column = "organization__uid"


class ReportForms(ReadView):
    """What the list and the single form share."""

    key = "report.view"
    resource = "report-forms"
    serializer_class = ReportFormSerializer

    def get_queryset(self) -> Any:
        """Return the forms in sight."""
        return ReportForm.objects.visible_to(self.by.scope)


class ReportFormListView(ReportForms, RowsView):
    """Forms of reports."""

    summary = "填报表列表"
    filters = (Filter("key", "key", "填报表的代码。"),)


class ReportFormView(ReportForms, RowView):
    """One form."""

    summary = "一份填报表"


# What a unit is still typing, or types anew, is nobody else's.
_FILED = Q(state__in=(ReportState.FILED, ReportState.ACCEPTED))


class Reports(ReadView):
    """What the list and the single report share."""

    key = "report.view"
    resource = "reports"
    serializer_class = UnitReportSerializer

    def get_queryset(self) -> Any:
        """Return the reports in sight, with their values once filed."""
        return UnitReport.objects.visible_to(self.by.scope).annotate(
            filed_values=Case(When(_FILED, then=F("values"))),
            filed_counted=Case(When(_FILED, then=F("counted"))),
            filed_correction=Case(When(_FILED, then=F("correction"))),
        )


class ReportListView(Reports, RowsView):
    """Quarterly reports."""

    summary = "单位季度填报列表"
    filters = (
        PeriodFilter("period", "period", "填报期。"),
        RowFilter("unit", "unit", "单位的 uid。", others=Organization),
        RowFilter(
            "below",
            "unit__area__path",
            "某区域的 uid：取登记在该区域及其下级的单位的填报。",
            others=Area,
            below=True,
        ),
        ChoiceFilter("state", "state", "状态。", values=ReportState.values),
        BooleanFilter("nil", "is_nil", "true 只取无事项的。", when=Q(is_nil=True)),
    )


class ReportView(Reports, RowView):
    """One report."""

    summary = "一份季度填报"
