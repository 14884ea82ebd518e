"""What activities hold about somebody, and what stays when they go."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from activities.enums import STANDING, AttendanceState, SignUpState
from activities.models import Activity, Attendance, Seat, SignUp
from partybuild.access import Actor
from partybuild.calendar.words import datetime_cn
from partybuild.people.models import Person
from partybuild.people.registry import PersonalData, Row, register
from partybuild.people.services.erasure import ERASED_NAME


@register
class TakingPart(PersonalData):
    """What somebody signed up for and where they were."""

    key = "activities.taking_part"
    order = 35
    title = lazy("活动报名和签到")
    purpose = lazy("组织活动、记录服务")
    kept = lazy("长期保留；应本人要求删除的，只留不记姓名的人数")

    def copy(self, person: Person) -> list[Row]:
        """Sign-ups, then attendance, in their order."""
        signed = SignUp.objects.filter(member__person=person).select_related("activity")
        attended = Attendance.objects.filter(member__person=person).select_related("activity")
        rows: list[Row] = [
            {
                _("事项"): _("报名"),
                _("活动"): each.activity.title,
                _("时间"): datetime_cn(each.asked_at),
                _("内容"): str(each.get_state_display()),
                _("说明"): each.reason,
            }
            for each in signed.order_by("pk")
        ]
        return rows + [
            {
                _("事项"): _("到场"),
                _("活动"): each.activity.title,
                _("时间"): datetime_cn(each.arrived_at) if each.arrived_at else "",
                _("内容"): str(each.get_state_display()),
                _("说明"): each.reason,
            }
            for each in attended.exclude(state=AttendanceState.UNRECORDED).order_by("pk")
        ]

    def erase(self, person: Person, *, by: Actor) -> int:
        """Names go, the rows stay as facts that name nobody; what stands is withdrawn."""
        signed = SignUp.objects.filter(member__person=person)
        coming = signed.filter(state__in=STANDING, activity__state="published")
        Seat.objects.filter(sign_up__in=coming).update(sign_up=None)
        coming.update(state=SignUpState.WITHDRAWN)
        led = Activity.objects.filter(leader=person)
        return (
            signed.update(member_name=ERASED_NAME, reason="")
            + Attendance.objects.filter(member__person=person).update(
                member_name=ERASED_NAME, reason=""
            )
            + led.update(leader=None, leader_name="", leader_phone="")
        )
