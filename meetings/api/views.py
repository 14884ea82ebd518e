"""Endpoints of joint meetings."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from meetings.api.serializers import (
    CouncilSerializer,
    MeetingSerializer,
    ResolutionSerializer,
    TopicSerializer,
)
from meetings.enums import Closing, MeetingState, ResolutionState, TopicResult, TopicState
from meetings.models import Council, Meeting, Resolution, Topic
from partybuild.access.api.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateFilter,
    Filter,
    PeriodFilter,
    RowFilter,
)
from partybuild.access.api.views import ReadView, RowsView, RowView
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization


class Councils(ReadView):
    """What the list and the single council share."""

    key = "council.view"
    resource = "councils"
    serializer_class = CouncilSerializer

    def get_queryset(self) -> Any:
        """Return the councils in sight."""
        return Council.objects.visible_to(self.by.scope)


class CouncilListView(Councils, RowsView):
    """Councils."""

    summary = "联席会列表"
    filters = (
        Filter("kind", "kind", "类别的代码。"),
        RowFilter(
            "below",
            "area__path",
            "某区域的 uid：取该区域及其下级的联席会。",
            others=Area,
            below=True,
        ),
        BooleanFilter(
            "current", "ended_on", "true 只取在用的，false 只取已终止的。", when=Q(ended_on=None)
        ),
    )


class CouncilView(Councils, RowView):
    """One council."""

    summary = "一个联席会"


class Meetings(ReadView):
    """What the list and the single meeting share."""

    key = "meeting.view"
    resource = "meetings"
    serializer_class = MeetingSerializer

    def get_queryset(self) -> Any:
        """Return the meetings in sight."""
        return Meeting.objects.visible_to(self.by.scope)


class MeetingListView(Meetings, RowsView):
    """Meetings."""

    summary = "联席会议列表"
    filters = (
        RowFilter("council", "council", "联席会的 uid。", others=Council),
        RowFilter(
            "below",
            "council__area__path",
            "某区域的 uid：取该区域及其下级的会议。",
            others=Area,
            below=True,
        ),
        PeriodFilter("period", "period", "所属期间。"),
        ChoiceFilter("state", "state", "状态。", values=MeetingState.values),
        DateFilter("held_from", "held_on__gte", "召开日期不早于。"),
        DateFilter("held_to", "held_on__lte", "召开日期不晚于。"),
    )


class MeetingView(Meetings, RowView):
    """One meeting."""

    summary = "一次联席会议"


class Resolutions(ReadView):
    """What the list and the single resolution share."""

    key = "resolution.view"
    resource = "resolutions"
    serializer_class = ResolutionSerializer

    def get_queryset(self) -> Any:
        """Return the resolutions in sight."""
        return Resolution.objects.visible_to(self.by.scope)


class ResolutionListView(Resolutions, RowsView):
    """Resolutions."""

    summary = "议定事项列表"
    filters = (
        RowFilter("council", "council", "联席会的 uid。", others=Council),
        RowFilter("meeting", "meeting", "会议的 uid。", others=Meeting),
        RowFilter(
            "below",
            "council__area__path",
            "某区域的 uid：取该区域及其下级的议定事项。",
            others=Area,
            below=True,
        ),
        ChoiceFilter("state", "state", "状态。", values=ResolutionState.values),
        ChoiceFilter("closing", "closing", "办结类型。", values=Closing.values),
        DateFilter("due_from", "due_on__gte", "办理期限不早于。"),
        DateFilter("due_to", "due_on__lte", "办理期限不晚于。"),
    )


class ResolutionView(Resolutions, RowView):
    """One resolution."""

    summary = "一条议定事项"


class Topics(ReadView):
    """What the list and the single topic share."""

    key = "topic.view"
    resource = "topics"
    serializer_class = TopicSerializer

    def get_queryset(self) -> Any:
        """Return the topics in sight."""
        return Topic.objects.visible_to(self.by.scope)


class TopicListView(Topics, RowsView):
    """Topics."""

    summary = "议题列表"
    filters = (
        RowFilter("council", "council", "联席会的 uid。", others=Council),
        RowFilter("organization", "organization", "提出单位的 uid。", others=Organization),
        RowFilter(
            "below",
            "council__area__path",
            "某区域的 uid：取该区域及其下级的议题。",
            others=Area,
            below=True,
        ),
        Filter("category", "category", "类别的代码。"),
        ChoiceFilter("state", "state", "状态。", values=TopicState.values),
        ChoiceFilter("result", "result", "讨论结果。", values=TopicResult.values),
        DateFilter("proposed_from", "proposed_on__gte", "提出日期不早于。"),
        DateFilter("proposed_to", "proposed_on__lte", "提出日期不晚于。"),
    )


class TopicView(Topics, RowView):
    """One topic."""

    summary = "一个议题"
