"""Endpoints of activities."""

from __future__ import annotations

from typing import Any

from activities.api.serializers import ActivitySerializer
from activities.enums import ActivityState, Audience
from activities.models import Activity
from partybuild.access.api.filters import (
    ChoiceFilter,
    Filter,
    PeriodFilter,
    RowFilter,
)
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization


class Activities(ReadView):
    """What the list and the single activity share."""

    key = "activity.view"
    resource = "activities"
    serializer_class = ActivitySerializer

    def get_queryset(self) -> Any:
        """Return the activities in sight."""
        return Activity.objects.visible_to(self.by.scope)


class ActivityListView(Activities, RowsView):
    """Activities."""

    summary = "社区活动列表"
    tells_units = False
    filters = (
        RowFilter(
            "below",
            "community__path",
            "某区域的 uid：取该区域及其下级的活动。",
            others=Area,
            below=True,
        ),
        RowFilter("organizer", "organizer", "主办单位的 uid。", others=Organization),
        PeriodFilter("period", "period", "所属季度。"),
        Filter("kind", "kind", "类别的代码。"),
        ChoiceFilter("audience", "audience", "面向。", values=Audience.values),
        ChoiceFilter("state", "state", "状态。", values=ActivityState.values),
    )


class ActivityView(Activities, RowView):
    """One activity."""

    summary = "一场社区活动"
