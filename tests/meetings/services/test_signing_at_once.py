"""Many at the door at once, the sender against the one who takes back: real PostgreSQL, real threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from meetings.enums import MeetingState
from meetings.exceptions import NoticeAlreadyOut, YearPlanChanged
from meetings.models import Meeting, Presence, SignIn
from meetings.queries.codes import code_of
from meetings.services import YearWish, hold_meeting, plan_year, sign_in_by_code, take_back_notice
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_notified

pytestmark = pytest.mark.django_db(transaction=True)

PRESSES = 200
HANDS = 16


def _crowd(calls, hands=HANDS):
    def run(call):
        try:
            return call()
        except Exception as refused:  # noqa: BLE001  the test looks at it
            return refused

    def leave():
        connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        results = list(pool.map(run, calls))
        barrier = Barrier(hands)
        for each in [
            pool.submit(lambda: (barrier.wait(timeout=60), leave())) for _ in range(hands)
        ]:
            each.result()
    return results


@pytest.fixture
def meeting(council, clock):
    """A meeting whose door is open."""
    clock(2026, 3, 5, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 14, 10)
    return meeting


def test_two_hundred_presses_are_twenty_people_of_two_units(meeting, cast):
    code = code_of(meeting).token
    bodies = (cast.unit, cast.second_unit)

    def press(number):
        return lambda: sign_in_by_code(
            meeting,
            organization=bodies[number % 2],
            code=code,
            person_name=f"代表{number % 20}",
            by=SYSTEM,
        )

    results = _crowd([press(number) for number in range(PRESSES)])
    assert all(isinstance(each, SignIn) for each in results)
    assert SignIn.objects.count() == 20
    lines = dict(Presence.objects.values_list("organization__name", "people"))
    assert lines == {cast.unit.name: 10, cast.second_unit.name: 10}
    assert Event.objects.filter(kind="meeting.signed_in").count() == 20


def test_control_without_the_meeting_s_lock_people_are_lost(meeting, cast, monkeypatch):
    """Take the lock away, and people who come at once are counted wrong or refused: the lock is what holds."""
    from django.db.models import QuerySet

    code = code_of(meeting).token
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *a, **k: self)
    wrong = False
    for attempt in range(8):
        calls = [
            lambda n=n, a=attempt: sign_in_by_code(
                meeting,
                organization=cast.unit,
                code=code,
                person_name=f"代表{a}-{n}",
                by=SYSTEM,
            )
            for n in range(HANDS)
        ]
        results = _crowd(calls)
        line = Presence.objects.filter(organization=cast.unit).first()
        signed = SignIn.objects.filter(organization=cast.unit).count()
        if line is None or line.people != signed or any(isinstance(r, Exception) for r in results):
            wrong = True
            break
        SignIn.objects.all().delete()
        Presence.objects.all().delete()
    assert wrong


def test_who_signs_in_while_the_meeting_is_closed_is_in_or_refused_never_lost(meeting, cast, clock):
    code = code_of(meeting).token
    sign_in_by_code(meeting, organization=cast.unit, code=code, person_name="李四", by=SYSTEM)
    results = _crowd(
        [
            lambda: hold_meeting(Meeting.objects.get(pk=meeting.pk), by=SYSTEM),
            lambda: sign_in_by_code(
                meeting, organization=cast.second_unit, code=code, person_name="王五", by=SYSTEM
            ),
        ],
        hands=2,
    )
    came = Presence.objects.filter(organization=cast.second_unit).exists()
    assert came is isinstance(results[1], SignIn)


def test_notice_on_its_way_is_not_taken_back(council, secretary, clock):
    clock(2026, 3, 5, 9, 0)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    one = Notice.objects.filter(kind="meeting.notice", channel="mail").first()
    Notice.objects.filter(pk=one.pk).update(state=NoticeState.HANDOVER)
    with pytest.raises(NoticeAlreadyOut):
        take_back_notice(meeting, by=secretary)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.NOTIFIED
    assert meeting.receipts.count() == 2
    assert not Notice.objects.filter(kind="meeting.notice", state=NoticeState.CANCELLED).exists()


def test_notice_claimed_by_the_sender_is_still_taken_back(council, secretary, clock):
    clock(2026, 3, 5, 9, 0)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    Notice.objects.filter(kind="meeting.notice", channel="mail").update(state=NoticeState.CLAIMED)
    take_back_notice(meeting, by=secretary)
    states = set(Notice.objects.filter(kind="meeting.notice").values_list("state", flat=True))
    assert states == {NoticeState.CANCELLED}


@pytest.mark.parametrize(("minute", "good"), [(4, True), (5, False)])
def test_the_five_minutes_end_when_the_sender_may_begin(council, secretary, clock, minute, good):
    clock(2026, 3, 5, 9, 0)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    Meeting.objects.filter(pk=meeting.pk).update(notified_at=at(2026, 3, 5, 9, 0))
    meeting.refresh_from_db()
    clock(2026, 3, 5, 9, minute)
    if good:
        assert take_back_notice(meeting, by=secretary).state == MeetingState.PLANNED
    else:
        with pytest.raises(NoticeAlreadyOut):
            take_back_notice(meeting, by=secretary)


def test_year_planned_by_two_at_once_stands_once(council, clock):
    clock(2026, 3, 5, 9)
    wishes = [YearWish(Period.parse("2026Q2"), "二季度", at(2026, 6, 11))]
    results = _crowd(
        [
            lambda place=place: plan_year(council, wishes=wishes, place=place, by=SYSTEM)
            for place in ("二楼", "三楼")
        ],
        hands=2,
    )
    assert sum(isinstance(each, YearPlanChanged) for each in results) == 1
    assert Meeting.objects.count() == 1
