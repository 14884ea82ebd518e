"""Two at once on a real PostgreSQL: threads with their own connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections

from meetings.enums import (
    Answer,
    Closing,
    ExtensionState,
    MeetingState,
    PresenceState,
    ResolutionState,
    Via,
)
from meetings.exceptions import (
    AnswerChangedMeanwhile,
    ExtensionAlreadyDecided,
    MeetingAlreadyClosed,
    NoticeAlreadyAnswered,
    ResolutionMovedOn,
    TextChangedMeanwhile,
)
from meetings.models import Card, Meeting, Minutes, Receipt, Resolution, ResolutionParty
from meetings.services import (
    PresenceLine,
    accept_resolution,
    answer_notice,
    ask_extension,
    assign_resolution,
    cancel_meeting,
    close_resolution,
    decide_extension,
    hold_meeting,
    issue_minutes,
    record_presence,
    refuse_report,
    report_completion,
    save_minutes,
    sweep_cards,
    take_back_notice,
)
from partybuild.audit.models import Event
from partybuild.calendar import now
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_meeting, make_notified, make_resolution

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run the calls in threads that begin together; return their results or exceptions in order."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=60)
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


def test_receipts_answered_at_once_have_numbers_without_gap_or_double(council, cast):
    first, second = make_notified(council), make_notified(council, theme="第二次")
    results = at_once(
        *(
            lambda meeting=meeting, unit=unit: answer_notice(
                Meeting.objects.get(pk=meeting.pk),
                organization=unit,
                answer=Answer.ATTEND,
                by=SYSTEM,
            )
            for meeting in (first, second)
            for unit in (cast.unit, cast.second_unit, cast.unit)
        )
    )
    assert [each for each in results if isinstance(each, Exception)] == []
    numbers = Receipt.objects.filter(meeting__in=(first, second)).answered()
    assert sorted(numbers.values_list("number", flat=True)) == [
        f"回执〔2026〕{number}号" for number in (1, 2, 3, 4)
    ]


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
        barrier.wait(timeout=60)
        return number

    monkeypatch.setattr(holding, "_next_number", together)
    results = at_once(
        *(lambda meeting=meeting: hold_meeting(meeting, by=SYSTEM) for meeting in meetings)
    )
    assert sum(isinstance(each, Meeting) for each in results) == 1


def _working(council, cast, liaison, secretary):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    party = ResolutionParty.objects.get(resolution=resolution, organization=cast.unit)
    accept_resolution(party, by=liaison)
    return resolution, party


def test_of_two_verifying_at_once_one_closes(council, cast, liaison, secretary):
    resolution, party = _working(council, cast, liaison, secretary)
    report_completion(party, text="已装好", by=liaison)
    closings = (Closing.SUBSTANTIAL, Closing.PROCEDURAL)
    results = at_once(
        *(
            lambda closing=closing: close_resolution(
                Resolution.objects.get(pk=resolution.pk), closing=closing, by=secretary
            )
            for closing in closings
        ),
        lambda: refuse_report(
            Resolution.objects.get(pk=resolution.pk), reason="没装好", by=secretary
        ),
    )
    won = [each for each in results if isinstance(each, Resolution)]
    # A refusal first, then a closing without a report: both are deeds that the convener may do.
    assert sum(isinstance(each, ResolutionMovedOn) for each in results) == 3 - len(won)
    assert Event.objects.filter(kind="resolution.closed", object_uid=resolution.uid).count() == 1
    resolution.refresh_from_db()
    assert resolution.closing in closings


def test_more_time_is_not_granted_for_what_was_just_reported(council, cast, liaison, secretary):
    for _round in range(4):
        resolution, party = _working(council, cast, liaison, secretary)
        later = resolution.due_on + timedelta(days=30)
        extension = ask_extension(party, due_on=later, reason="缺材料", by=liaison)
        granted, reported = at_once(
            lambda extension=extension: decide_extension(extension, grant=True, by=secretary),
            lambda party=party: report_completion(party, text="已装好", by=liaison),
        )
        assert not isinstance(reported, Exception)
        resolution.refresh_from_db()
        extension.refresh_from_db()
        assert resolution.state == ResolutionState.REPORTED
        # Either the grant came first and moved the date, or it came too late and moved nothing.
        was_granted = not isinstance(granted, Exception)
        assert (extension.state == ExtensionState.GRANTED) is was_granted
        assert (resolution.due_on == later) is was_granted
        if not was_granted:
            assert isinstance(granted, ExtensionAlreadyDecided)


def test_of_two_sweeps_at_once_each_card_is_raised_and_told_once(
    council, cast, liaison, secretary, clock
):
    resolution, _party = _working(council, cast, liaison, secretary)
    clock(2026, 5, 20)
    results = at_once(*(lambda: sweep_cards(by=SYSTEM) for _sweep in range(3)))
    assert sorted(results) == [0, 0, 1]
    assert Card.objects.filter(resolution=resolution).count() == 1
    assert Event.objects.filter(kind="card.raised", object_uid=resolution.uid).count() == 1


def test_a_card_is_not_raised_for_what_is_just_being_reported(
    council, cast, liaison, secretary, clock
):
    resolution, party = _working(council, cast, liaison, secretary)
    clock(2026, 5, 20)
    _raised, reported = at_once(
        lambda: sweep_cards(by=SYSTEM),
        lambda: report_completion(party, text="已装好", by=liaison),
    )
    assert not isinstance(reported, Exception)
    assert not Card.objects.standing().filter(resolution=resolution).exists()
