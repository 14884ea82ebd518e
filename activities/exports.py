"""Lists of activities that may be taken away, as each post sees the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as lazy

from activities.enums import (
    CAME,
    STANDING,
    ActivityState,
    AttendanceState,
    AttendedVia,
    Audience,
    SignUpState,
    Via,
)
from activities.forms.activities import ActivityFilter
from activities.models import Activity, Attendance, SignUp
from activities.queries.counting import counts_persons, tells
from activities.views.activities import narrowed
from members.personal import MASKED, treatment
from partybuild.access import Actor
from partybuild.areas.queries import dictionary
from partybuild.calendar.words import datetime_cn
from partybuild.exchange.lists import ListColumn, ListExport, register_list
from partybuild.fields.codes import mask_name
from units.views.scope import area_of


def _moment(value: datetime | None) -> str:
    return str(datetime_cn(value)) if value is not None else ""


def _of_activity(rows: Any, query: QueryDict) -> Any:
    """Keep one activity's rows, where the address names one; nothing where it names none that exists."""
    said = query.get("activity")
    if not said:
        return rows
    try:
        return rows.filter(activity__uid=UUID(said))
    except ValueError:
        return rows.none()


@register_list
class ActivityExport(ListExport):
    """活动一览: one line per activity, people and times apart."""

    key = "activities"
    name = lazy("活动")
    line = "activity.view"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """As the page lists them."""
        form = ActivityFilter(query, area=area_of(by))
        rows, order = narrowed(Activity.objects.visible_to(by.scope), form)
        if not counts_persons(by.scope):
            return rows.order_by(*order)
        signed = SignUp.objects.signed().filter(activity=OuterRef("pk")).order_by()
        came = Attendance.objects.came().filter(activity=OuterRef("pk")).order_by()
        annotated: QuerySet[Any] = rows.annotate(
            signed=_number(signed),
            present=_number(came),
        ).order_by(*order)
        return annotated

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """When, where, for whom, how many."""
        area = area_of(by)
        kinds = {key: str(text) for key, text in dictionary(area, "activity.kind")}
        themes = {key: str(text) for key, text in dictionary(area, "activity.theme")}
        states = {key: str(text) for key, text in ActivityState.choices}
        audiences = {key: str(text) for key, text in Audience.choices}
        scope = by.scope

        def told(numbers: Any, at: int) -> Any:
            signed, present = numbers
            return numbers[at] if tells(scope, signed=signed, came=present) else "—"

        persons = [
            ListColumn(lazy("报名人数（人）"), ("signed", "present"), lambda *both: told(both, 0)),
            ListColumn(lazy("到场党员（人）"), ("signed", "present"), lambda *both: told(both, 1)),
        ]
        return [
            ListColumn(lazy("活动名称"), ("title",), width=28),
            ListColumn(lazy("类别"), ("kind",), lambda key: kinds.get(key, key)),
            ListColumn(
                lazy("主题"),
                ("themes",),
                lambda keys: "、".join(themes.get(key, key) for key in keys or ()),
                width=20,
            ),
            ListColumn(lazy("开始时间"), ("starts_at",), _moment, width=24),
            ListColumn(lazy("结束时间"), ("ends_at",), _moment, width=24),
            ListColumn(lazy("社区"), ("community__name",)),
            ListColumn(lazy("地点"), ("place",), width=24),
            ListColumn(lazy("主办"), ("organizer__name",), width=28),
            ListColumn(lazy("面向"), ("audience",), lambda key: audiences.get(key, key), width=24),
            ListColumn(lazy("名额"), ("places",)),
            *(persons if counts_persons(scope) else ()),
            ListColumn(lazy("其他参加（人）"), ("others_count",)),
            ListColumn(lazy("服务群众（人次）"), ("served_count",)),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
        ]


def _number(rows: Any) -> Any:
    """Count rows of one activity beside it."""
    counted = rows.values("activity").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


@register_list
class SignUpExport(ListExport):
    """活动报名名单: who comes, and who waits for a place."""

    key = "sign-ups"
    name = lazy("活动报名名单")
    line = "activity.participants"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """Those of one activity who stand on its list, in their order."""
        rows = _of_activity(SignUp.objects.visible_to(by.scope), query)
        found: QuerySet[Any] = rows.filter(state__in=STANDING).order_by(
            "-activity__starts_at", "activity_id", "state", "asked_at", "id"
        )
        return found

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who, of where, since when."""
        states = {key: str(text) for key, text in SignUpState.choices}
        doors = {key: str(text) for key, text in Via.choices}
        return [
            ListColumn(lazy("活动"), ("activity__title",), width=28),
            *_who(by),
            ListColumn(lazy("状态"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("报名时间"), ("asked_at",), _moment, width=24),
            ListColumn(lazy("报名方式"), ("via",), lambda via: doors.get(via, via)),
        ]


@register_list
class AttendanceExport(ListExport):
    """活动到场名单: who was there and who was excused; nobody stands in it as absent."""

    key = "attendance"
    name = lazy("活动到场名单")
    line = "activity.participants"
    about_persons = True
    person = "member__person_id"

    def rows(self, by: Actor, query: QueryDict) -> QuerySet[Any]:
        """What has been recorded of one activity."""
        rows = _of_activity(Attendance.objects.visible_to(by.scope), query)
        said = Q(state__in=(*CAME, AttendanceState.EXCUSED))
        found: QuerySet[Any] = rows.filter(said).order_by(
            "-activity__starts_at", "activity_id", "arrived_at", "id"
        )
        return found

    def columns(self, by: Actor, *, unmasked: bool) -> list[ListColumn]:
        """Who, of where, from when to when, and how it is known."""
        states = {key: str(text) for key, text in AttendanceState.choices}
        doors = {key: str(text) for key, text in AttendedVia.choices}
        return [
            ListColumn(lazy("活动"), ("activity__title",), width=28),
            *_who(by),
            ListColumn(lazy("到场情况"), ("state",), lambda state: states.get(state, state)),
            ListColumn(lazy("签到时间"), ("arrived_at",), _moment, width=24),
            ListColumn(lazy("签退时间"), ("left_at",), _moment, width=24),
            ListColumn(lazy("登记方式"), ("via",), lambda via: doors.get(via, via)),
            ListColumn(lazy("登记依据"), ("reason",), width=24),
        ]


def _who(by: Actor) -> list[ListColumn]:
    masked = treatment(by, "name") == MASKED
    return [
        ListColumn(lazy("姓名"), ("member_name",), mask_name if masked else None),
        ListColumn(lazy("单位"), ("unit_name",), width=28),
    ]
