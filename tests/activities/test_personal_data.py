"""What activities know about somebody: all of it in their copy, none of it with a name once erased."""

from __future__ import annotations

import pytest

from activities.enums import AttendanceState
from activities.models import Activity, Attendance, Evaluation, Seat, SignUp
from activities.personal_data import TakingPart
from activities.services import (
    AttendanceLine,
    enter_evaluations,
    excuse,
    hold_activity,
    record_attendance,
    sign_up,
    sweep_places,
    withdraw_sign_up,
)
from partybuild.people.services import erase_person
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast, clock):
    """One was at an activity, excused from another, stepped back from a third and goes to a fourth."""
    clock(2026, 3, 10, 9)
    one, other = make_reported_in(cast.unit, cast.community, 2)
    held, missed, left, ahead = (
        make_activity(cast.community, cast.committee, title=title, places=places)
        for title, places in (("清扫", None), ("义诊", None), ("讲座", None), ("植树", 1))
    )
    for each in (held, missed, left, ahead):
        sign_up(each, member=one, by=SYSTEM)
    sign_up(held, member=other, by=SYSTEM)
    sign_up(ahead, member=other, by=SYSTEM)
    withdraw_sign_up(
        SignUp.objects.get(activity=left, member=one), reason="照顾家里老人", by=SYSTEM
    )
    Activity.objects.filter(pk=ahead.pk).update(
        starts_at=ahead.starts_at.replace(day=28), ends_at=ahead.ends_at.replace(day=28)
    )
    Activity.objects.filter(pk=held.pk).update(
        leader=one.person, leader_name=one.person.name, leader_phone="13900001111"
    )
    clock(2026, 3, 14, 9, 30)
    lines = [AttendanceLine(each, AttendanceState.PRESENT) for each in (one, other)]
    record_attendance(held, lines=lines, reason="纸质签到表", by=SYSTEM)
    excuse(SignUp.objects.get(activity=missed, member=one), reason="孩子发烧", by=SYSTEM)
    clock(2026, 3, 14, 12)
    hold_activity(held, by=SYSTEM)
    enter_evaluations(held, counts={("resident", "satisfied"): 5}, by=SYSTEM)
    return one, other, ahead


def test_the_copy_holds_sign_ups_and_attendance_and_nobody_else(people):
    one, other, _ahead = people
    rows = TakingPart().copy(one.person)
    found = {(row["事项"], row["活动"], row["内容"], row["说明"]) for row in rows}
    assert found == {
        ("报名", "清扫", "已报名", ""),
        ("报名", "义诊", "已报名", ""),
        ("报名", "讲座", "已退出", "照顾家里老人"),
        ("报名", "植树", "已报名", ""),
        ("到场", "清扫", "到场", "纸质签到表"),
        ("到场", "义诊", "请假", "孩子发烧"),
    }
    assert len(TakingPart().copy(other.person)) == 3
    assert other.person.name not in str(rows)


def test_erasing_keeps_the_numbers_and_no_name_nor_reason(people):
    one, other, ahead = people
    name = one.person.name
    erase_person(one.person, by=SYSTEM, reason="本人要求")
    for row in (
        *SignUp.objects.filter(member=one),
        *Attendance.objects.filter(member=one),
    ):
        assert row.member_name != name
        assert row.reason == ""
    led = Activity.objects.get(title="清扫")
    assert (led.leader, led.leader_name, led.leader_phone) == (None, "", "")
    # How many came, and what residents said, stays true.
    assert Attendance.objects.filter(activity=led).came().count() == 2
    assert Evaluation.objects.filter(activity=led).count() > 0
    # The place goes to who waits.
    assert not Seat.objects.filter(activity=ahead, sign_up__member=one).exists()
    sweep_places(by=SYSTEM)
    assert Seat.objects.get(activity=ahead).sign_up.member == other


def test_an_evaluation_knows_nobody():
    names = {field.name for field in Evaluation._meta.get_fields()}
    assert not names & {"person", "member", "user", "name", "phone", "address", "session"}
