"""Planning: the year in one press, rooms and people at the same time, what comes next, quarter edges."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from meetings.enums import Answer, MeetingState
from meetings.exceptions import RoomIsTaken, YearPlanChanged
from meetings.models import Meeting
from meetings.queries.clashes import clashes_of, places_of
from meetings.queries.next_steps import next_step
from meetings.queries.year_plan import year_lines
from meetings.services import (
    YearWish,
    answer_notice,
    cancel_meeting,
    change_charter,
    change_meeting,
    hold_meeting,
    plan_meeting,
    plan_year,
    postpone_meeting,
    record_presence,
    send_notice,
)
from meetings.services.holding import PresenceLine
from partybuild.calendar import SHANGHAI, Period, is_working_day, now
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_council, make_meeting, make_notified

pytestmark = pytest.mark.django_db


def _plan(council, **values):
    values.setdefault("theme", "会议")
    values.setdefault("starts_at", at(2026, 3, 12))
    return plan_meeting(council, by=SYSTEM, **values)


# -- The year --------------------------------------------------------------------------------------


def test_year_offers_each_quarter_a_working_day_and_the_charter_s_months(council, clock):
    clock(2026, 3, 5, 9)
    lines = year_lines(council, 2026, now().date())
    assert [str(line.period) for line in lines] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    for line in lines:
        assert line.day in line.period
        assert is_working_day(line.day)
    change_charter(
        council,
        rules={"meeting.frequency": "half_yearly", "meeting.months": ["3", "12"]},
        version=council.version,
        by=SYSTEM,
    )
    lines = year_lines(council, 2027, now().date())
    assert [(str(line.period), line.day.month) for line in lines] == [("2027H1", 3), ("2027H2", 12)]


def test_year_planned_in_one_press_once(council, cast, client_of, clock):
    clock(2026, 3, 5, 9)
    address = reverse("meetings:year-plan", args=(council.uid,))
    assert client_of(cast.liaison).get(address).status_code == 403
    assert client_of(cast.outsider).get(address).status_code == 404
    client = client_of(cast.secretary)
    form = client.get(address).context["form"]
    words = {name: form[name].value() or "" for name in form.fields}
    words |= {"place": "二楼", "starts": "14:30"}
    assert client.act(address, words).status_code == 302
    assert sorted(Meeting.objects.values_list("period", flat=True)) == [
        "2026Q1",
        "2026Q2",
        "2026Q3",
        "2026Q4",
    ]
    assert client.act(address, words).status_code == 422
    assert Meeting.objects.count() == 4


def test_year_day_outside_its_period_is_refused(council, cast, client_of, clock):
    clock(2026, 3, 5, 9)
    address = reverse("meetings:year-plan", args=(council.uid,))
    words = {
        "starts": "14:30",
        "place": "二楼",
        "with-2026Q2": "on",
        "theme-2026Q2": "二季度",
        "day-2026Q2": "2026-07-01",
    }
    page = client_of(cast.secretary).act(address, words)
    assert page.status_code == 422
    assert "应在" in page.content.decode()


def test_period_planned_meanwhile_is_not_planned_twice(council):
    _plan(council, starts_at=at(2026, 5, 14))
    wish = YearWish(Period.parse("2026Q2"), "二季度", at(2026, 6, 11))
    with pytest.raises(YearPlanChanged):
        plan_year(council, wishes=[wish], place="三楼", by=SYSTEM)
    assert Meeting.objects.count() == 1


def test_extraordinary_meeting_does_not_stand_for_the_period_s(council, cast, system, clock):
    clock(2026, 3, 5, 9)
    open_duties(on=now().date(), by=system)
    meeting = _plan(council, is_extraordinary=True, proposer="图书馆", proposal_reason="消防隐患")
    assert year_lines(council, 2026, now().date())[0].meeting is None
    clock(2026, 3, 12, 16)
    record_presence(meeting, lines=[PresenceLine(cast.unit, "present")], by=SYSTEM)
    hold_meeting(meeting, by=SYSTEM)
    debt = Obligation.objects.get(duty="meeting.hold", subject_uid=council.uid)
    assert debt.state == "open"


# -- Collisions ------------------------------------------------------------------------------------


def test_same_room_at_the_same_time_asks_for_a_word(council, cast):
    _plan(council, place="社区二楼会议室")
    other = make_council(cast.community, cast.committee, cast.unit, name="议事会")
    with pytest.raises(RoomIsTaken):
        _plan(other, place="社区 二楼会议室", starts_at=at(2026, 3, 12, 15))
    _plan(other, place="社区二楼会议室", starts_at=at(2026, 3, 12, 15), clash_reason="合并召开")
    # Half an hour after the first is over the room is free.
    _plan(council, place="社区二楼会议室", starts_at=at(2026, 3, 12, 17))


def test_room_of_a_cancelled_meeting_is_free(council):
    meeting = _plan(council, place="二楼")
    cancel_meeting(meeting, reason="台风", by=SYSTEM)
    _plan(council, place="二楼")


def test_page_asks_about_the_room_and_saves_with_a_reason(council, cast, client_of, clock):
    clock(2026, 3, 5, 9)
    _plan(council, place="二楼")
    client = client_of(cast.secretary)
    address = reverse("meetings:meeting-plan", args=(council.uid,))
    words = {"theme": "乙", "day": "2026-03-12", "starts": "15:00", "place": "二楼", "items": ""}
    page = client.act(address, words)
    assert page.status_code == 422
    assert "同时使用会场的说明" in page.content.decode()
    assert client.act(address, {**words, "clash_reason": "合并召开"}).status_code == 302
    assert Meeting.objects.latest("pk").clash_reason == "合并召开"


def test_chair_and_units_elsewhere_are_warned_about(council, cast, secretary):
    make_notified(council, starts_at=at(2026, 3, 12), chair_name="王五", place="二楼")
    other = make_council(cast.community, cast.committee, cast.unit, name="议事会")
    meeting = _plan(other, starts_at=at(2026, 3, 12, 15), chair_name="王五", place="三楼")
    clashes = clashes_of(meeting, secretary.scope)
    assert {clash.kind for clash in clashes} == {"people", "units"}
    assert any(cast.unit.name in clash.words for clash in clashes)
    assert not any(clash.is_room for clash in clashes)
    assert clashes_of(_plan(other, starts_at=at(2026, 3, 13)), secretary.scope) == []


def test_meetings_out_of_sight_are_not_named(council, cast, secretary):
    elsewhere = make_council(cast.other_community, cast.other_committee, cast.unit)
    hidden = make_notified(elsewhere, starts_at=at(2026, 3, 12), theme="湖畔的秘密")
    meeting = _plan(council, starts_at=hidden.starts_at)
    words = "".join(clash.words for clash in clashes_of(meeting, secretary.scope))
    assert cast.unit.name in words
    assert "湖畔" not in words


def test_places_used_before_stand_first_then_the_units_in_turn(council, cast):
    _plan(council, place="社区二楼会议室", starts_at=at(2026, 3, 10))
    _plan(council, place=f"{cast.unit.called}会议室", starts_at=at(2026, 3, 11))
    places = places_of(council)
    assert "社区二楼会议室" in places[:2]
    assert places[-1] == f"{cast.second_unit.called}会议室"


# -- What comes next --------------------------------------------------------------------------------


def test_page_says_what_comes_next_and_by_when(council, cast, client_of, clock):
    clock(2026, 3, 5, 9)
    meeting = _plan(council)
    page = client_of(cast.secretary).get(meeting.get_absolute_url()).content.decode()
    assert "最迟2026年3月9日发通知" in page
    assert "2026年3月12日13:30起可以签到" in page
    clock(2026, 3, 10, 9)
    assert "紧急原因" in next_step(meeting, now())
    clock(2026, 3, 12, 15)
    assert "请登记出席" in next_step(meeting, now())


# -- Changes after the notice -----------------------------------------------------------------------


def test_notice_still_held_says_what_holds_now(council, cast, secretary):
    """Nobody has seen the old place: there is nothing to correct by a second notice."""
    meeting = make_notified(council, starts_at=at(2026, 3, 12), place="社区二楼会议室")
    change_meeting(meeting, version=meeting.version, place="图书馆报告厅", by=secretary)
    assert not Notice.objects.filter(kind="meeting.changed", subject_uid=meeting.uid).exists()
    bodies = set(
        Notice.objects.filter(kind="meeting.notice", subject_uid=meeting.uid)
        .exclude(channel="robot")
        .values_list("body", flat=True)
    )
    assert len(bodies) == 1
    assert "图书馆报告厅" in bodies.pop()


def test_two_changes_in_a_row_are_told_as_one(council, cast, secretary, clock):
    clock(2026, 3, 2, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 12), place="社区二楼会议室")
    clock(2026, 3, 2, 10)
    for place in ("图书馆报告厅", "街道三楼"):
        change_meeting(meeting, version=meeting.version, place=place, by=secretary)
        meeting.refresh_from_db()
    told = Notice.objects.filter(kind="meeting.changed", subject_uid=meeting.uid)
    standing = told.exclude(state="cancelled").filter(organization=cast.unit, channel="mail")
    assert "社区二楼会议室改为街道三楼" in standing.get().body
    # Changed back to what everybody knows: nobody is told anything.
    change_meeting(meeting, version=meeting.version, place="社区二楼会议室", by=secretary)
    assert not told.exclude(state="cancelled").exists()
    # What has gone out is not taken back: the next change starts from there.
    change_meeting(meeting, version=meeting.version, place="四楼", by=secretary)
    meeting.refresh_from_db()
    clock(2026, 3, 2, 11)
    change_meeting(meeting, version=meeting.version, place="五楼", by=secretary)
    bodies = standing.order_by("id").values_list("body", flat=True)
    assert ["社区二楼会议室改为四楼" in bodies[0], "四楼改为五楼" in bodies[1]] == [True, True]


def test_another_place_is_told_once_and_answers_stand(council, cast, secretary):
    meeting = make_notified(council, starts_at=at(2026, 3, 12), place="社区二楼会议室")
    # Whoever has answered knows the old place, from the chat group.
    answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=secretary)
    change_meeting(meeting, version=meeting.version, place="图书馆报告厅", by=secretary)
    told = Notice.objects.filter(kind="meeting.changed", subject_uid=meeting.uid)
    assert told.filter(organization=cast.unit, channel="mail").count() == 1
    body = told.first().body
    assert "社区二楼会议室改为图书馆报告厅" in body
    assert meeting.notice_round == 1
    # It does not come before the notice, which is still held.
    notice = Notice.objects.filter(kind="meeting.notice", subject_uid=meeting.uid).first()
    assert told.first().not_before >= notice.not_before
    count = told.count()
    change_meeting(meeting, version=meeting.version, recorder_name="赵六", by=secretary)
    assert told.count() == count


def test_changes_before_the_notice_tell_nobody(council, secretary):
    meeting = _plan(council)
    change_meeting(meeting, version=meeting.version, place="三楼", by=secretary)
    assert not Notice.objects.filter(subject_uid=meeting.uid).exists()


def test_moved_notice_names_old_and_new_time(council, secretary):
    meeting = make_notified(council, starts_at=at(2026, 3, 19))
    postpone_meeting(meeting, starts_at=at(2026, 3, 12), place="三楼", reason="提前", by=secretary)
    notice = Notice.objects.filter(kind="meeting.postponed", subject_uid=meeting.uid).first()
    assert "改期通知" in notice.title
    assert "3月19日" in notice.body
    assert "3月12日" in notice.body
    assert "三楼" in notice.body


# -- Quarter edges (T42) -----------------------------------------------------------------------------

EDGES = [(2026, 4, 1), (2026, 7, 1), (2026, 10, 1), (2027, 1, 1)]
_QUARTER = 3


def _edges():
    for year, month, day in EDGES:
        midnight = datetime(year, month, day, tzinfo=SHANGHAI)
        for seconds in (-1, 0, 1):
            for zone in (UTC, SHANGHAI):
                yield (midnight + timedelta(seconds=seconds)).astimezone(zone)


def _quarter(moment):
    local = moment.astimezone(SHANGHAI)
    return f"{local.year}Q{(local.month - 1) // _QUARTER + 1}"


@pytest.mark.parametrize("moment", list(_edges()), ids=str)
def test_meeting_belongs_to_the_quarter_of_its_shanghai_date(council, cast, moment, clock):
    clock(2026, 3, 5, 9)
    created = _plan(council, starts_at=moment)
    assert created.period == _quarter(moment)
    edited = _plan(council, starts_at=at(2026, 3, 12))
    change_meeting(edited, version=edited.version, starts_at=moment, clash_reason="测试", by=SYSTEM)
    assert edited.period == _quarter(moment)
    moved = make_notified(council, starts_at=at(2026, 3, 12))
    postpone_meeting(moved, starts_at=moment, reason="顺延", clash_reason="测试", by=SYSTEM)
    assert moved.period == _quarter(moment)
    # Closed an hour later, on the other side of midnight or not.
    late = (moment + timedelta(hours=1)).astimezone(SHANGHAI)
    clock(late.year, late.month, late.day, late.hour, late.minute)
    record_presence(created, lines=[PresenceLine(cast.unit, "present")], by=SYSTEM)
    hold_meeting(created, by=SYSTEM)
    assert (created.period, created.held_on) == (
        _quarter(moment),
        moment.astimezone(SHANGHAI).date(),
    )


def test_a_period_chosen_on_purpose_stays(council):
    meeting = _plan(council, starts_at=at(2026, 4, 9), period=Period.parse("2026Q1"))
    postpone_meeting(meeting, starts_at=at(2026, 4, 16), reason="顺延", by=SYSTEM)
    assert meeting.period == "2026Q1"


def test_cancelled_and_postponed_say_so_on_the_old_link(council, cast, client, secretary):
    from partybuild.accounts.links import link_url
    from partybuild.accounts.services import issue_link

    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    link = issue_link(meeting, action="meeting.answer", days=9, organization=cast.unit, by=SYSTEM)
    path = "/" + link_url(link).split("/", 3)[3]
    postpone_meeting(meeting, reason="场地维修", by=secretary)
    assert "场地维修" in client.get(path).content.decode()
    change_meeting(meeting, version=meeting.version, starts_at=at(2026, 3, 26), by=secretary)
    assert meeting.state == MeetingState.PLANNED
    send_notice(meeting, by=secretary)
    assert "提交回执" in client.get(path).content.decode()
    cancel_meeting(meeting, reason="台风", by=secretary)
    assert "台风" in client.get(path).content.decode()


def test_factory_meetings_may_share_a_room(council):
    assert make_meeting(council).place == make_meeting(council).place
