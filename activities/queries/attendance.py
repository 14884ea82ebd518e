"""Who was there, in numbers that are never mixed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from activities.enums import CAME, AttendanceState, SignUpState
from activities.models import Activity, Attendance, SignUp


@dataclass(frozen=True)
class Turnout:
    """People: who came, of these late; excused; signed up and not recorded."""

    came: int = 0
    late: int = 0
    excused: int = 0
    unrecorded: int = 0


def turnout_of(activity: Activity) -> Turnout:
    """Return the figures of one activity; silence is "not recorded", never an absence."""
    rows = Attendance.objects.filter(activity=activity).order_by()
    found = rows.aggregate(
        came=Count("pk", filter=Q(state__in=CAME)),
        late=Count("pk", filter=Q(state=AttendanceState.LATE)),
        excused=Count("pk", filter=Q(state=AttendanceState.EXCUSED)),
    )
    settled = rows.exclude(state=AttendanceState.UNRECORDED)
    signed = SignUp.objects.filter(activity=activity, state=SignUpState.SIGNED)
    return Turnout(**found, unrecorded=signed.exclude(member__in=settled.values("member")).count())
