"""What is counted of activities: how many, who came, what those served say."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from activities.enums import ActivityState
from activities.models import Activity, Attendance, Evaluation
from partybuild.calendar import SHANGHAI, Period
from partybuild.evaluations.indicators import (
    ANSWER_COLUMNS,
    ASKED_COLUMNS,
    Approved,
    Unanswered,
    unanswered,
)
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.keys import Frozen
from partybuild.indicators.registry import Column, Indicator, register


def _day(activity: Activity) -> date:
    return activity.starts_at.astimezone(SHANGHAI).date()


def _held(period: Period, prefix: str = "") -> Q:
    return Q(**{f"{prefix}period": str(period), f"{prefix}state": ActivityState.HELD})


@register
class ActivitiesHeld(Indicator):
    """Activities that took place."""

    key = "activity.held"
    name = lazy("活动举办")
    unit = lazy("场")
    definition = lazy(
        "开始时间在本期内、已登记举办情况的社区活动；几家单位合办的计一场，取消的和尚未登记的不计。"
    )
    group = Group.ACTIVITY
    on_home = True
    keys = Frozen("community")
    body = "hosts__organization"
    words = {Part.NUMERATOR: lazy("已举办")}
    related = ("community", "organizer")
    columns = (
        Column(lazy("活动"), lambda row: row.title),
        Column(lazy("社区"), lambda row: row.community.name),
        Column(lazy("主办"), lambda row: row.organizer.called),
        Column(lazy("日期"), _day, "date"),
        Column(lazy("地点"), lambda row: row.place),
    )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the activities."""
        return Activity.objects.filter(_held(period))


@register
class ActivityAttendance(Indicator):
    """Members who came: persons times."""

    key = "activity.attended"
    name = lazy("活动到场人次")
    unit = lazy("人次")
    definition = lazy(
        "本期已举办的活动中登记到场（含迟到）的党员，一人一场计一人次；请假的和未登记的不计，没有姓名的群众不计。"
    )
    group = Group.ACTIVITY
    keys = Frozen("activity__community")
    body = "unit"
    about_persons = True
    is_detail = True
    person = "member"
    words = {Part.NUMERATOR: lazy("党员到场人次")}
    related = ("activity__community",)
    columns = (
        Column(lazy("姓名"), lambda row: row.member_name),
        Column(lazy("单位"), lambda row: row.unit_name),
        Column(lazy("活动"), lambda row: row.activity.title),
        Column(lazy("社区"), lambda row: row.activity.community.name),
        Column(lazy("日期"), lambda row: _day(row.activity), "date"),
        Column(lazy("到场情况"), lambda row: (str(row.get_state_display()), "plain"), "status"),
    )

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return who came."""
        return Attendance.objects.came().filter(_held(period, "activity__"))

    def url(self, row: Any) -> str:
        """The activity's page."""
        return str(row.activity.get_absolute_url())


@register
class ActivitiesApproved(Approved):
    """Answers of residents and those served that are satisfied."""

    key = "evaluation.approved"
    name = lazy("活动认可")
    definition = lazy(
        "本期已举办的活动收到的有效评价中，满意和基本满意的；没有作答的不算评价，另列。"
    )
    keys = Frozen("activity__community", through="activity__")
    body = "activity__hosts__organization"
    related = ("activity__community",)
    columns: ClassVar[tuple[Column, ...]] = (
        Column(lazy("活动"), lambda row: row.activity.title),
        Column(lazy("社区"), lambda row: row.activity.community.name),
        Column(lazy("日期"), lambda row: _day(row.activity), "date"),
        *ANSWER_COLUMNS,
    )

    def denominator(self, period: Period) -> QuerySet[Any]:
        """Return the answers."""
        return Evaluation.objects.filter(_held(period, "activity__"))

    def url(self, row: Any) -> str:
        """The activity's page."""
        return str(row.activity.get_absolute_url())


@register
class EvaluationsUnanswered(Unanswered):
    """Asked less answered, kept apart from the dissatisfied."""

    key = "evaluation.unanswered"
    name = lazy("活动评价未作答")
    definition = lazy(
        "本期已举办、登记了发出评价份数的活动中，发出份数减去收到的有效评价份数之和；不计入认可率。"
    )
    keys = Frozen("community")
    body = "hosts__organization"
    answers, of = Evaluation, "activity"
    amount = unanswered(Evaluation, "activity")
    row_unit = lazy("场")
    related = ("community",)
    columns = (
        Column(lazy("活动"), lambda row: row.title),
        Column(lazy("社区"), lambda row: row.community.name),
        Column(lazy("日期"), _day, "date"),
        *ASKED_COLUMNS,
    )

    def over(self, period: Period) -> QuerySet[Any]:
        """Return the activities."""
        return Activity.objects.filter(_held(period))


__all__ = (
    "ActivitiesApproved",
    "ActivitiesHeld",
    "ActivityAttendance",
    "EvaluationsUnanswered",
)
