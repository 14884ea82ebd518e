"""Checking in by the code, at once and kept; the sheet; nobody is absent by silence."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activities.enums import AttendanceState, AttendedVia
from activities.exceptions import (
    ActivityHasBegun,
    ActivityIsClosed,
    AlreadyOnRecord,
    AlreadyThere,
    AttendanceIsAhead,
    CheckInNotOpen,
    CodeIsStale,
    HasNotBegun,
    KeptCodeIsWorthless,
    LeftBeforeArriving,
    NotAmongThem,
    NotCheckedIn,
    NotSignedUp,
    ReasonIsMissing,
)
from activities.models import Attendance, SignUp
from activities.queries.attendance import turnout_of
from activities.queries.codes import code_of, pass_of
from activities.services import (
    AttendanceLine,
    Kept,
    check_in,
    check_out,
    excuse,
    hold_activity,
    record_attendance,
    sign_up,
    withdraw_sign_up,
)
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.calendar import now
from partybuild.notices.models import Notice
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM
from tests.factories.members import make_member, make_services

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast, clock):
    clock(2026, 3, 10, 9)
    return make_reported_in(cast.unit, cast.community, 3)


@pytest.fixture
def activity(cast, people, clock):
    """An activity from nine to half past eleven; it is ten to nine."""
    activity = make_activity(cast.community, cast.committee, places=2)
    for member in people[:2]:
        sign_up(activity, member=member, by=SYSTEM)
    clock(2026, 3, 14, 8, 50)
    return activity


def _in(activity, member, code=None, **more):
    code = code_of(activity).token if code is None else code
    return check_in(activity, member=member, code=code, by=SYSTEM, **more)


def test_whoever_shows_the_code_was_there(activity, people, cast):
    row = _in(activity, people[0])
    assert (row.state, row.via, row.unit) == (AttendanceState.PRESENT, AttendedVia.CODE, cast.unit)
    assert timedelta() <= now() - row.arrived_at < timedelta(seconds=60)
    assert row.frozen_community == cast.community
    assert Event.objects.filter(kind="activity.checked_in", object_uid=row.uid).count() == 1


def test_a_second_press_changes_nothing(activity, people, clock):
    first = _in(activity, people[0])
    clock(2026, 3, 14, 9, 40)
    second = _in(activity, people[0])
    assert (second.pk, second.arrived_at, second.state) == (first.pk, first.arrived_at, "present")
    assert Event.objects.filter(kind="activity.checked_in").count() == 1


def test_a_hundred_scan_the_same_code_and_each_stands_once(cast, activity, clock):
    clock(2026, 3, 10, 9)
    many = make_reported_in(cast.unit, cast.community, 100)
    clock(2026, 3, 14, 8, 50)
    code = code_of(activity).token
    for member in (*many, *many):
        _in(activity, member, code)
    assert Attendance.objects.filter(activity=activity).count() == 100


def test_one_may_come_without_having_signed_up_but_not_uninvited(activity, people, cast):
    assert _in(activity, people[2]).state == AttendanceState.PRESENT
    with pytest.raises(NotAmongThem):
        _in(activity, make_member(cast.second_unit))


@pytest.mark.parametrize(("minute", "state"), [(15, "present"), (16, "late")])
def test_a_quarter_of_an_hour_after_the_start_is_late(activity, people, clock, minute, state):
    clock(2026, 3, 14, 9, minute)
    assert _in(activity, people[0]).state == state


def test_a_photo_sent_on_is_worth_nothing_after_a_minute(activity, people, clock):
    code = code_of(activity)
    clock(2026, 3, 14, 8, 52)
    for said in (code.token, code.digits, "", "0", "１２３４５６", "-", "x" * 80):
        with pytest.raises(CodeIsStale):
            _in(activity, people[0], said)
    assert not Attendance.objects.exists()


def test_another_activity_s_code_is_refused(activity, people, cast):
    other = make_activity(cast.community, cast.committee)
    with pytest.raises(CodeIsStale):
        _in(activity, people[0], code_of(other).token)


@pytest.mark.parametrize(("hour", "minute"), [(7, 59), (13, 31)])
def test_the_door_opens_an_hour_before_and_closes_two_after(activity, people, clock, hour, minute):
    clock(2026, 3, 14, hour, minute)
    with pytest.raises(CheckInNotOpen):
        _in(activity, people[0])


# -- Without a network -------------------------------------------------------------------------------
@pytest.fixture
def held(activity, people, clock):
    """The pass that the first member's phone was given the day before."""
    clock(2026, 3, 13, 20)
    held = pass_of(activity, people[0])
    clock(2026, 3, 14, 8, 50)
    return held


def test_a_kept_code_counts_from_when_it_was_seen(activity, people, held, clock):
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 9, 4)
    # It came in after the start; whoever it is was there before it.
    row = _in(activity, people[0], code.token, kept=Kept(held, seen))
    assert (row.state, row.came) == (AttendanceState.PRESENT, True)
    assert abs(row.arrived_at - seen) < timedelta(seconds=30)
    assert row.delivered_at is not None
    assert Event.objects.get(kind="activity.checked_in").changes["kept"] is True


def test_kept_digits_say_around_when(activity, people, held, clock):
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 8, 58)
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[0], code.digits, kept=Kept(held))
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[0], code.digits, kept=Kept(held, seen - timedelta(minutes=3)))
    row = _in(activity, people[0], code.digits, kept=Kept(held, seen))
    assert row.delivered_at is not None


def test_a_clock_set_back_does_not_make_one_punctual(activity, people, held, clock):
    early = now()
    clock(2026, 3, 14, 9, 20)
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 9, 25)
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[0], code.token, kept=Kept(held, early))
    assert _in(activity, people[0], code.token, kept=Kept(held, seen)).state == "late"


def test_a_photo_kept_at_home_is_worth_nothing_without_a_network_too(activity, people, held, clock):
    code = code_of(activity)
    clock(2026, 3, 14, 8, 53)
    at_home = now()
    clock(2026, 3, 14, 8, 55)
    for said in (code.token, code.digits):
        with pytest.raises(KeptCodeIsWorthless):
            _in(activity, people[0], said, kept=Kept(held, at_home))


def test_the_pass_is_the_member_s_own(activity, people, held, clock):
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 8, 58)
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[1], code.token, kept=Kept(held, seen))
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[0], code.token, kept=Kept("", seen))


def test_a_pass_got_after_the_photo_was_sent_helps_nobody(activity, people, clock):
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 8, 55)
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[0], code.token, kept=Kept(pass_of(activity, people[0]), seen))


def test_the_place_says_how_many_minutes(activity, people, held, cast, clock):
    set_parameter(cast.community, key="activity.offline_minutes", value=0, by=SYSTEM)
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 8, 52)
    with pytest.raises(KeptCodeIsWorthless):
        _in(activity, people[0], code.token, kept=Kept(held, seen))


def test_the_earlier_code_wins_though_it_comes_later(activity, people, held, clock):
    seen, code = now(), code_of(activity)
    clock(2026, 3, 14, 9, 20)
    assert _in(activity, people[0]).state == AttendanceState.LATE
    clock(2026, 3, 14, 9, 4)
    row = _in(activity, people[0], code.token, kept=Kept(held, seen))
    assert row.state == AttendanceState.PRESENT
    assert Attendance.objects.count() == 1


def test_a_code_that_is_still_on_the_screen_was_not_kept(activity, people, held):
    row = _in(activity, people[0], kept=Kept(held))
    assert row.delivered_at is None


# -- Leaving, and by hand --------------------------------------------------------------------------------
def test_leaving_by_the_code_gives_hours_to_the_half(activity, people, clock):
    with pytest.raises(NotCheckedIn):
        check_out(activity, member=people[0], code=code_of(activity).token, by=SYSTEM)
    _in(activity, people[0])
    clock(2026, 3, 14, 10, 40)
    row = check_out(activity, member=people[0], code=code_of(activity).token, by=SYSTEM)
    # From the start, not from ten to nine, to twenty to eleven.
    assert row.served_hours == Decimal("1.5")


def test_who_does_not_check_out_stayed_to_the_end(activity, people):
    assert _in(activity, people[0]).served_hours == Decimal("2.5")


def _line(member, state, **more):
    return AttendanceLine(member=member, state=AttendanceState(state), **more)


def test_silence_is_not_recorded_and_never_an_absence(activity, people, cast, secretary):
    record_attendance(
        activity,
        lines=[_line(people[0], "present"), _line(people[1], "unrecorded")],
        reason="纸质签到表",
        by=secretary,
    )
    assert Attendance.objects.count() == 1
    turnout = turnout_of(activity)
    assert (turnout.came, turnout.excused, turnout.unrecorded) == (1, 0, 1)
    assert {each.value for each in AttendanceState} == {"present", "late", "excused", "unrecorded"}


def test_the_sheet_names_where_it_is_known_from(activity, people, secretary):
    with pytest.raises(ReasonIsMissing):
        record_attendance(activity, lines=[_line(people[0], "present")], reason=" ", by=secretary)
    record_attendance(
        activity, lines=[_line(people[0], "excused")], reason="电话请假", by=secretary
    )
    row = Attendance.objects.get()
    assert (row.state, row.via, row.reason) == ("excused", "hand", "电话请假")
    assert row.recorded_by == secretary.post


def test_the_sheet_does_not_overwrite_who_has_checked_in_meanwhile(activity, people, secretary):
    _in(activity, people[0])
    lines = [_line(people[0], "excused", seen=AttendanceState.UNRECORDED)]
    assert record_attendance(activity, lines=lines, reason="纸质签到表", by=secretary) == 0
    assert Attendance.objects.get().state == AttendanceState.PRESENT


def test_control_without_what_was_seen_the_sheet_overwrites(activity, people, secretary):
    _in(activity, people[0])
    lines = [_line(people[0], "excused")]
    record_attendance(activity, lines=lines, reason="纸质签到表", by=secretary)
    row = Attendance.objects.get()
    assert (row.state, row.arrived_at) == (AttendanceState.EXCUSED, None)


def test_saving_the_sheet_as_it_stands_changes_nothing(activity, people, secretary):
    row = _in(activity, people[0])
    minute = row.arrived_at.replace(second=0, microsecond=0)
    lines = [_line(people[0], "present", arrived_at=minute, seen=AttendanceState.PRESENT)]
    assert record_attendance(activity, lines=lines, reason="纸质签到表", by=secretary) == 0
    row.refresh_from_db()
    assert row.via == AttendedVia.CODE


def test_what_was_written_by_mistake_is_taken_back(activity, people, secretary):
    record_attendance(activity, lines=[_line(people[0], "present")], reason="表", by=secretary)
    record_attendance(activity, lines=[_line(people[0], "unrecorded")], reason="记错", by=secretary)
    assert turnout_of(activity).came == 0
    assert turnout_of(activity).unrecorded == 2


def test_who_leaves_has_come(activity, people, secretary):
    times = {"arrived_at": now(), "left_at": now() - timedelta(minutes=5)}
    with pytest.raises(LeftBeforeArriving):
        record_attendance(
            activity, lines=[_line(people[0], "present", **times)], reason="表", by=secretary
        )


def test_nobody_was_there_before_it_began(activity, people, secretary, clock):
    clock(2026, 3, 13, 9)
    with pytest.raises(AttendanceIsAhead):
        record_attendance(activity, lines=[_line(people[0], "present")], reason="表", by=secretary)


def test_who_has_a_record_of_service_is_corrected_there(activity, people, cast, secretary, clock):
    row = _in(activity, people[0])
    [row.service_record] = make_services(cast.community, [people[0]])
    row.save()
    with pytest.raises(AlreadyOnRecord):
        record_attendance(
            activity, lines=[_line(people[0], "unrecorded")], reason="表", by=secretary
        )
    clock(2026, 3, 14, 10)
    with pytest.raises(AlreadyOnRecord):
        check_out(activity, member=people[0], code=code_of(activity).token, by=SYSTEM)


def test_who_says_after_the_start_that_they_could_not_come_is_excused(
    activity, people, clock, cast
):
    row = SignUp.objects.get(member=people[0])
    with pytest.raises(HasNotBegun):
        excuse(row, by=SYSTEM)
    clock(2026, 3, 14, 9, 20)
    with pytest.raises(ActivityHasBegun):
        withdraw_sign_up(row, by=SYSTEM)
    found = excuse(row, reason="临时加班", by=SYSTEM)
    assert (found.state, found.via, found.reason) == ("excused", AttendedVia.SAID, "临时加班")
    assert excuse(row, by=SYSTEM).pk == found.pk
    assert Event.objects.filter(kind="activity.excused").count() == 1
    assert (
        Notice.objects.filter(kind="activity.withdrawn", organization=cast.committee)
        .values_list("title", flat=True)
        .distinct()
        .get()
        .startswith("有人不能参加")
    )
    # Who comes after all is there.
    assert _in(activity, people[0]).came
    with pytest.raises(AlreadyThere):
        excuse(row, by=SYSTEM)
    assert Attendance.objects.count() == 1


def test_nobody_is_excused_who_has_no_place_or_once_it_is_closed(activity, people, clock):
    waiting = sign_up(activity, member=people[2], by=SYSTEM)
    clock(2026, 3, 14, 9, 20)
    with pytest.raises(NotSignedUp):
        excuse(waiting, by=SYSTEM)
    _in(activity, people[0])
    hold_activity(activity, by=SYSTEM)
    row = SignUp.objects.get(member=people[1])
    with pytest.raises(ActivityIsClosed):
        excuse(row, by=SYSTEM)
    assert Attendance.objects.count() == 1
