"""What activities add to the tables of service: who was excused, what residents said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activities.enums import AttendanceState
from activities.models import Attendance, Evaluation
from members.models import ServiceRecord
from members.queries.evaluations import Evaluated, evaluates
from members.queries.statistics import Tally, tally
from partybuild.calendar import SHANGHAI
from partybuild.evaluations.queries import verdicts


@tally
class Excused(Tally):
    """Activities that somebody could not come to and said so; silence counts nowhere."""

    key = "excused"
    label = _("请假")
    measure = _("次")
    community = "activity__community"
    order = 30

    def rows(self, since: date, until: date) -> QuerySet[Any]:
        """Of activities that began between two days."""
        first = datetime.combine(since, time(), SHANGHAI)
        after = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
        return Attendance.objects.filter(
            state=AttendanceState.EXCUSED,
            activity__starts_at__gte=first,
            activity__starts_at__lt=after,
        )


@evaluates
def said_of_records(records: Iterable[ServiceRecord]) -> dict[int, Evaluated]:
    """Return what residents and those served said of the activity behind each record."""
    behind = dict(
        Attendance.objects.filter(service_record__in=[each.pk for each in records]).values_list(
            "service_record", "activity"
        )
    )
    given = verdicts(Evaluation.objects.filter(activity__in=set(behind.values())), "activity")
    return {
        record: Evaluated(of=f"activity {activity}", verdict=given[activity])
        for record, activity in behind.items()
        if activity in given
    }
