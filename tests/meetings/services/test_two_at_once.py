"""Two at once on a real PostgreSQL: threads with their own connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from meetings.enums import Answer, MeetingState, PresenceState, Via
from meetings.exceptions import (
    AnswerChangedMeanwhile,
    MeetingAlreadyClosed,
    NoticeAlreadyAnswered,
    TextChangedMeanwhile,
)
from meetings.models import Meeting, Minutes, Receipt
from meetings.services import (
    PresenceLine,
    answer_notice,
    cancel_meeting,
    hold_meeting,
    issue_minutes,
    record_presence,
    save_minutes,
    take_back_notice,
)
from partybuild.audit.models import Event
from partybuild.calendar import now
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_meeting, make_notified

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that begin together; return their results or exceptions in order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=20)
            return call()
        except Exception as refused:  # noqa: BLE001  the test looks at it
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_cancelling_at_once_one_cancels(council, secretary):
    meeting = make_notified(council)
    results = at_once(
        *(
            lambda reason=reason: cancel_meeting(
                Meeting.objects.get(pk=meeting.pk), reason=reason, by=secretary
            )
            for reason in ("台风", "停电", "撞期")
        )
    )
    assert sum(isinstance(each, MeetingAlreadyClosed) for each in results) == 2
    winner = next(each for each in results if isinstance(each, Meeting))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.state_reason) == (MeetingState.CANCELLED, winner.state_reason)
    assert Event.objects.filter(kind="meeting.cancelled", object_uid=meeting.uid).count() == 1


def test_of_two_secretaries_saving_at_once_one_is_told(council, secretary):
    meeting = make_held(council)
    save_minutes(meeting, text="甲", version=0, by=secretary)
    results = at_once(
        *(
            lambda text=text: save_minutes(meeting, text=text, version=1, by=secretary)
            for text in ("甲乙", "甲丙")
        )
    )
    assert sum(isinstance(each, TextChangedMeanwhile) for each in results) == 1
    saved = next(each for each in results if isinstance(each, Minutes))
    assert Minutes.objects.get(meeting=meeting).text == saved.text


def test_of_two_first_texts_at_once_one_is_told(council, secretary):
    meeting = make_held(council)
    results = at_once(
        *(
            lambda text=text: save_minutes(meeting, text=text, version=0, by=secretary)
            for text in ("甲", "乙")
        )
    )
    assert sum(isinstance(each, TextChangedMeanwhile) for each in results) == 1
    assert Minutes.objects.filter(meeting=meeting).count() == 1


def test_numbers_of_meetings_held_at_once_have_no_gap_and_no_double(council, cast, clock):
    meetings = []
    for _number in range(5):
        meeting = make_meeting(council, starts_at=now() + timedelta(minutes=1))
        line = PresenceLine(organization=cast.unit, state=PresenceState.PRESENT)
        record_presence(meeting, lines=[line], by=SYSTEM)
        meetings.append(meeting)
    # One of them is cancelled: it must leave no gap.
    cancel_meeting(meetings.pop(), reason="台风", by=SYSTEM)
    results = at_once(
        *(lambda meeting=meeting: hold_meeting(meeting, by=SYSTEM) for meeting in meetings)
    )
    assert all(isinstance(each, Meeting) for each in results)
    numbers = Meeting.objects.filter(council=council, year=2026).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4]


def test_numbers_of_minutes_issued_at_once_have_no_gap_and_no_double(council):
    drafts = [
        save_minutes(make_held(council), text="甲", version=0, by=SYSTEM) for _number in range(4)
    ]
    results = at_once(
        *(
            lambda minutes=minutes: issue_minutes(minutes, signer_name="王五", version=1, by=SYSTEM)
            for minutes in drafts
        )
    )
    assert all(isinstance(each, Minutes) for each in results)
    assert sorted(Minutes.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_link_and_proxy_at_once_keep_the_unit_s_own_answer(council, cast, secretary, liaison):
    meeting = make_notified(council)
    own, proxy = at_once(
        lambda: answer_notice(
            meeting, organization=cast.unit, answer=Answer.LEAVE, reason="出差", by=liaison
        ),
        lambda: answer_notice(
            meeting,
            organization=cast.unit,
            answer=Answer.ATTEND,
            channel="phone",
            seen=Answer.WAITING,
            by=secretary,
        ),
    )
    receipt = Receipt.objects.get(meeting=meeting, organization=cast.unit)
    assert (receipt.answer, receipt.via) == (Answer.LEAVE, Via.POST)
    assert isinstance(own, Receipt)
    assert isinstance(proxy, Receipt | AnswerChangedMeanwhile)


def test_notice_is_taken_back_or_answered_never_both(council, cast, secretary, liaison):
    meeting = make_notified(council)
    taken, answered = at_once(
        lambda: take_back_notice(Meeting.objects.get(pk=meeting.pk), by=secretary),
        lambda: answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=liaison),
    )
    meeting.refresh_from_db()
    if isinstance(answered, Receipt):
        assert isinstance(taken, NoticeAlreadyAnswered)
        assert meeting.state == MeetingState.NOTIFIED
        assert Receipt.objects.answered().count() == 1
    else:
        assert isinstance(taken, Meeting)
        assert meeting.state == MeetingState.PLANNED
        assert not Receipt.objects.exists()


def test_control_without_the_lock_numbers_collide(council, cast, monkeypatch):
    """Take the council's lock away, and holding at once refuses or doubles: the lock is what holds."""
    from django.db.models import QuerySet

    meetings = []
    for _number in range(4):
        meeting = make_meeting(council, starts_at=now() + timedelta(minutes=1))
        line = PresenceLine(organization=cast.unit, state=PresenceState.PRESENT)
        record_presence(meeting, lines=[line], by=SYSTEM)
        meetings.append(meeting)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    barrier = Barrier(len(meetings))

    from meetings.services import holding

    plain = holding._next_number

    def together(council, year):
        number = plain(council, year)
        barrier.wait(timeout=20)
        return number

    monkeypatch.setattr(holding, "_next_number", together)
    results = at_once(
        *(lambda meeting=meeting: hold_meeting(meeting, by=SYSTEM) for meeting in meetings)
    )
    assert sum(isinstance(each, Meeting) for each in results) == 1
