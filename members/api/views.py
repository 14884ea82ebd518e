"""Endpoints of members, service records, summaries and totals of feedback."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from members.api.serializers import (
    FeedbackTotalsSerializer,
    MemberSerializer,
    ServiceRecordSerializer,
    ServiceSummarySerializer,
)
from members.enums import MemberState, ServiceState, SummaryState
from members.models import PartyMember, ServiceRecord, ServiceSummary
from members.queries.outside import with_unit_and_service
from members.queries.totals import FeedbackTotal, feedback_totals
from partybuild.access.api.filters import (
    ChoiceFilter,
    DateFilter,
    Filter,
    PeriodFilter,
    RowFilter,
)
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from partybuild.calendar import Period, today
from partybuild.calendar.periods import QUARTER
from partybuild.organizations.models import Organization


class Members(ReadView):
    """What the list and the single member share."""

    key = "member.list"
    resource = "members"
    serializer_class = MemberSerializer

    def get_queryset(self) -> Any:
        """Return the members in sight, with their unit's code and this year's service."""
        scope = self.by.scope
        return with_unit_and_service(PartyMember.objects.visible_to(scope), scope)


class MemberListView(Members, RowsView):
    """Members."""

    summary = "党员列表（姓名遮盖，单位给代码）"
    changed = F("last_change")
    filters = (
        RowFilter("unit", "places__unit", "单位的 uid。", others=Organization),
        ChoiceFilter("state", "state", "状态。", values=MemberState.values),
    )

    def narrowed(self) -> Q:
        """Match through places as a subquery: a member in two communities is one row."""
        rows = PartyMember.objects.visible_to(self.by.scope).filter(super().narrowed())
        return Q(pk__in=rows.order_by().values("pk"))


class MemberView(Members, RowView):
    """One member."""

    key = "member.view"
    summary = "一名党员"


class ServiceRecords(ReadView):
    """What the list and the single record share."""

    key = "service.view"
    resource = "service-records"
    serializer_class = ServiceRecordSerializer

    def get_queryset(self) -> Any:
        """Return the records in sight."""
        return ServiceRecord.objects.visible_to(self.by.scope)


class ServiceRecordListView(ServiceRecords, RowsView):
    """Service records."""

    summary = "服务记录列表"
    filters = (
        RowFilter("member", "member", "党员的 uid。", others=PartyMember),
        RowFilter("community", "community", "社区的 uid。", others=Area),
        Filter("kind", "kind", "类别的代码。"),
        ChoiceFilter("state", "state", "状态。", values=ServiceState.values),
        DateFilter("from", "date__gte", "服务日期不早于。"),
        DateFilter("to", "date__lte", "服务日期不晚于。"),
    )


class ServiceRecordView(ServiceRecords, RowView):
    """One record."""

    summary = "一条服务记录"


class Summaries(ReadView):
    """What the list and the single summary share."""

    key = "summary.view"
    resource = "summaries"
    serializer_class = ServiceSummarySerializer

    def get_queryset(self) -> Any:
        """Return the summaries in sight."""
        return ServiceSummary.objects.visible_to(self.by.scope)


class SummaryListView(Summaries, RowsView):
    """Quarterly summaries."""

    summary = "服务情况汇总列表"
    filters = (
        PeriodFilter("period", "period", "季度。"),
        RowFilter("unit", "unit", "单位的 uid。", others=Organization),
        RowFilter("community", "community", "社区的 uid。", others=Area),
        ChoiceFilter("state", "state", "状态。", values=SummaryState.values),
    )


class SummaryView(Summaries, RowView):
    """One summary."""

    summary = "一份服务情况汇总"


class FeedbackTotalsView(ReadView):
    """Totals of what communities sent and units acknowledged; a unit's token reads its own."""

    key = "feedback.totals"
    resource = "feedback-totals"
    summary = "反馈合计（各社区各季度）"
    serializer_class = FeedbackTotalsSerializer
    is_list = True
    is_whole = True

    @classmethod
    def parameters(cls) -> list[OpenApiParameter]:
        """A quarter, nothing else: nested filters could be subtracted from each other."""
        return [
            OpenApiParameter(
                "period", type=OpenApiTypes.STR, description="季度，如 2026Q1；不填为本季度。"
            )
        ]

    def get(self, request: Request) -> Response:
        """Return the totals."""
        period = self._period()
        rows = ServiceSummary.objects.reached(self.by.scope, self.key).filter(period=str(period))
        return Response(
            {"period": str(period), "results": [_line(each) for each in feedback_totals(rows)]}
        )

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


def _line(total: FeedbackTotal) -> dict[str, Any]:
    hidden = total.is_suppressed
    return {
        "community": {"uid": total.community_uid, "name": total.community_name},
        "sent": total.sent,
        "acknowledged": total.acknowledged,
        "reported_in_count": None if hidden else total.reported_in_count,
        "served_count": None if hidden else total.served_count,
        "times": None if hidden else total.times,
        "hours": None if hidden else str(total.hours),
        "is_suppressed": hidden,
    }
