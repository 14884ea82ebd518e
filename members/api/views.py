"""Endpoints of members, their posts and service, summaries and totals of feedback."""

from __future__ import annotations

from collections.abc import Collection
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
    ServiceCertificateSerializer,
    ServicePostSerializer,
    ServiceRecordSerializer,
    ServiceStatisticsSerializer,
    ServiceSummarySerializer,
    TeamSerializer,
)
from members.enums import (
    CertificateState,
    MemberState,
    PostKind,
    PostState,
    ServiceState,
    SummaryState,
)
from members.models import (
    Feedback,
    PartyMember,
    ServiceCertificate,
    ServicePost,
    ServiceRecord,
    ServiceSummary,
    Team,
)
from members.queries.grade_totals import GradeTotal, grade_totals
from members.queries.outside import with_claimed, with_members, with_unit_and_service
from members.queries.statistics import (
    Cut,
    Figures,
    by_community,
    by_unit,
    held_back_statistics,
    held_of_total,
    is_total_small,
    suppress_small,
    tallies,
    total_of,
)
from members.queries.totals import FeedbackTotal, feedback_totals, held_back_totals
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
from partybuild.calendar.periods import MONTH
from partybuild.organizations.models import Organization


def _period_parameter() -> OpenApiParameter:
    return OpenApiParameter(
        "period",
        type=OpenApiTypes.STR,
        description="季度、半年或年度，如 2026Q1、2026H1、2026；不填为本季度。",
    )


def _period_asked(request: Request) -> Period:
    text = request.query_params.get("period")
    if not text:
        return Period.of(today())
    try:
        period = Period.parse(text)
    except ValueError:
        period = None
    if period is None or period.kind == MONTH:
        raise ValidationError({"period": [_("请按 2026Q1、2026H1 或 2026 的格式填写。")]})
    return period


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


class ServicePosts(ReadView):
    """What the list and the single post share."""

    key = "service_post.view"
    resource = "service-posts"
    serializer_class = ServicePostSerializer

    def get_queryset(self) -> Any:
        """Return the posts in sight."""
        return with_claimed(ServicePost.objects.visible_to(self.by.scope))


class ServicePostListView(ServicePosts, RowsView):
    """Posts that communities set."""

    summary = "服务岗位列表"
    changed = F("last_change")
    tells_units = False
    filters = (
        RowFilter(
            "below",
            "community__path",
            "某区域的 uid：取该区域及其下级的岗位。",
            others=Area,
            below=True,
        ),
        ChoiceFilter("kind", "kind", "岗位形式。", values=PostKind.values),
        Filter("category", "category", "岗位类别的代码。"),
        ChoiceFilter("state", "state", "状态。", values=PostState.values),
        DateFilter("published_from", "published_on__gte", "发布日期不早于。"),
        DateFilter("published_to", "published_on__lte", "发布日期不晚于。"),
    )


class ServicePostView(ServicePosts, RowView):
    """One post."""

    summary = "一个服务岗位"


class Teams(ReadView):
    """What the list and the single team share."""

    key = "team.view"
    resource = "teams"
    serializer_class = TeamSerializer

    def get_queryset(self) -> Any:
        """Return the teams in sight."""
        return with_members(Team.objects.visible_to(self.by.scope))


class TeamListView(Teams, RowsView):
    """Teams of volunteers."""

    summary = "志愿服务队列表"
    changed = F("last_change")
    tells_units = False
    filters = (
        RowFilter("community", "community", "社区的 uid。", others=Area),
        Filter("kind", "kind", "队伍类别的代码。"),
    )


class TeamView(Teams, RowView):
    """One team."""

    summary = "一支志愿服务队"


class ServiceCertificates(ReadView):
    """What the list and the single certificate share."""

    key = "certificate.view"
    resource = "service-certificates"
    serializer_class = ServiceCertificateSerializer

    def get_queryset(self) -> Any:
        """Return the certificates in sight."""
        return ServiceCertificate.objects.visible_to(self.by.scope)


class ServiceCertificateListView(ServiceCertificates, RowsView):
    """Certificates of volunteer service."""

    summary = "志愿服务记录证明列表"
    filters = (
        RowFilter("member", "member", "党员的 uid。", others=PartyMember),
        RowFilter("community", "community", "社区的 uid。", others=Area),
        ChoiceFilter("state", "state", "状态。", values=CertificateState.values),
    )


class ServiceCertificateView(ServiceCertificates, RowView):
    """One certificate."""

    summary = "一份志愿服务记录证明"


class ServiceStatisticsView(ReadView):
    """The statistics table (F9): what was done, counted from certified records alone."""

    key = "service.view"
    resource = "service-statistics"
    summary = "活动情况统计表"
    serializer_class = ServiceStatisticsSerializer
    is_list = True
    is_whole = True

    @classmethod
    def parameters(cls) -> list[OpenApiParameter]:
        """A period and what the lines are."""
        return [
            _period_parameter(),
            OpenApiParameter(
                "by",
                type=OpenApiTypes.STR,
                enum=["community", "unit"],
                description="各行是社区（默认）还是单位；只看得到总数的岗位只能按社区。",
            ),
        ]

    def get(self, request: Request) -> Response:
        """Return total and lines."""
        scope = self.by.scope
        only_totals = scope.cell(self.key).totals_only
        lines = request.query_params.get("by", "community")
        if lines not in {"community", "unit"}:
            raise ValidationError({"by": [_("可填：%(words)s。") % {"words": "community、unit"}]})
        if lines == "unit" and only_totals:
            raise ValidationError({"by": [_("当前岗位只能按社区统计。")]})
        cut = Cut(scope, _period_asked(request))
        groups = by_unit(cut) if lines == "unit" else by_community(cut)
        total = total_of(cut)
        hides_total, held = False, set[str]()
        if only_totals:
            suppress_small(groups, held_back_statistics(cut.period, scope))
            hides_total, held = is_total_small(total, groups), held_of_total(total, groups)
        return Response(
            {
                "period": str(cut.period),
                "until": cut.until,
                "total": _service_figures(total, hidden=hides_total, held=held),
                "results": [
                    {
                        **_service_figures(
                            group.figures, hidden=group.is_suppressed, held=group.held
                        ),
                        "place": group.row and {"uid": group.row.uid, "name": group.row.name},
                    }
                    for group in groups
                ],
            }
        )


def _service_figures(found: Figures, *, hidden: bool, held: Collection[str]) -> dict[str, Any]:
    numbers: dict[str, Any] = {
        "reported": found.reported,
        "people": found.people,
        "times": found.times,
        "events": found.events,
        "hours": f"{found.hours:.1f}",
        "counts": [
            {"key": each.key, "name": str(each.label), "unit": str(each.measure), "count": number}
            for each, number in zip(tallies(), found.counts_without(held), strict=True)
        ],
    }
    if hidden:
        numbers = dict.fromkeys(numbers)
    return {**numbers, "is_suppressed": hidden}


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
        """A period, nothing else: nested filters could be subtracted from each other."""
        return [_period_parameter()]

    def get(self, request: Request) -> Response:
        """Return the totals."""
        period = _period_asked(request)
        scope = self.by.scope
        rows = ServiceSummary.objects.reached(scope, self.key).filter(period=str(period))
        forms = Feedback.objects.reached(scope, self.key).filter(period=str(period))
        held = held_back_totals(period, scope)
        return Response(
            {
                "period": str(period),
                "results": [_line(each) for each in feedback_totals(rows, withheld=held.summaries)],
                "forms": [_graded(each) for each in grade_totals(forms, withheld=held.forms)],
            }
        )


def _graded(total: GradeTotal) -> dict[str, Any]:
    return {
        "community": {"uid": total.community_uid, "name": total.community_name},
        **total.shown,
        "grades": None
        if "grades" in total.held
        else [{"grade": grade.value, "count": count} for grade, count in total.shown_grades],
        "is_suppressed": total.is_suppressed,
    }


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
