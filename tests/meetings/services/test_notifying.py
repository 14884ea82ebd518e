"""The notice: in time, taken back, answered, postponed, cancelled."""

from datetime import date

import pytest

from meetings.enums import Answer, MeetingState, Via
from meetings.exceptions import (
    AnswerChangedMeanwhile,
    MeetingAlreadyClosed,
    MeetingNotNotified,
    MeetingNotPlanned,
    NobodyToInvite,
    NoticeAlreadyAnswered,
    NoticeAlreadyOut,
    NoticeTooLate,
    NotInvited,
    ReasonIsMissing,
)
from meetings.models import Receipt
from meetings.services import (
    answer_notice,
    cancel_meeting,
    postpone_meeting,
    send_notice,
    take_back_notice,
)
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from tests.factories.meetings import (
    at,
    make_accepted_topic,
    make_council,
    make_meeting,
    make_notified,
)

pytestmark = pytest.mark.django_db


def _debts(meeting):
    return Obligation.objects.filter(duty="meeting.answer", subject_uid=meeting.uid)


def test_notice_makes_receipts_debts_and_notices(council, secretary):
    meeting = send_notice(make_meeting(council, starts_at=at(2026, 3, 12)), by=secretary)
    assert meeting.state == MeetingState.NOTIFIED
    assert meeting.receipt_due_on == date(2026, 3, 11)
    assert meeting.receipts.count() == 2
    assert {(debt.owed_to, debt.due_on) for debt in _debts(meeting)} == {
        (council.convener, date(2026, 3, 11))
    }
    notices = Notice.objects.filter(kind="meeting.notice", subject_uid=meeting.uid)
    assert set(notices.values_list("organization_id", flat=True)) == {
        member.organization_id for member in council.members.all()
    }


def test_notice_on_the_last_day_is_in_time_and_a_day_later_needs_a_reason(
    council, secretary, clock
):
    meeting = make_meeting(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 10)
    with pytest.raises(NoticeTooLate) as refused:
        send_notice(meeting, by=secretary)
    assert refused.value.latest == date(2026, 3, 9)
    assert send_notice(meeting, by=secretary, urgent_reason="防汛").late_reason == "防汛"
    clock(2026, 3, 9)
    in_time = make_meeting(council, starts_at=at(2026, 3, 12, 9))
    assert send_notice(in_time, by=secretary).late_reason == ""


def test_refused_notice_changes_nothing(council, secretary, clock):
    meeting = make_meeting(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 11)
    with pytest.raises(NoticeTooLate):
        send_notice(meeting, by=secretary)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED
    assert not _debts(meeting).exists()


def test_notice_twice_is_refused(council, secretary):
    meeting = make_notified(council)
    with pytest.raises(MeetingNotPlanned):
        send_notice(meeting, by=secretary)
    assert meeting.receipts.count() == 2


def test_council_without_members_sends_no_notice(cast, secretary):
    council = make_council(cast.community, cast.committee)
    meeting = make_meeting(council)
    with pytest.raises(NobodyToInvite):
        send_notice(meeting, by=secretary)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PLANNED


def test_failing_second_write_leaves_no_first(council, secretary, monkeypatch):
    meeting = make_meeting(council)

    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("meetings.services.notifying.notify", broken)
    with pytest.raises(RuntimeError):
        send_notice(meeting, by=secretary)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.receipts.count(), _debts(meeting).count()) == (
        MeetingState.PLANNED,
        0,
        0,
    )


def test_notice_taken_back_leaves_nothing_owed_and_may_go_out_again(council, secretary):
    meeting = make_notified(council)
    take_back_notice(meeting, by=secretary)
    assert meeting.state == MeetingState.PLANNED
    assert meeting.receipts.count() == 0
    assert set(_debts(meeting).values_list("state", flat=True)) == {ObligationState.NOT_APPLICABLE}
    assert not Notice.objects.filter(
        kind="meeting.notice", subject_uid=meeting.uid, state=NoticeState.QUEUED
    ).exists()
    send_notice(meeting, by=secretary)
    assert meeting.receipts.of_this_round().count() == 2
    assert set(_debts(meeting).values_list("state", flat=True)) == {ObligationState.OPEN}


def test_notice_is_not_taken_back_after_five_minutes(council, secretary, clock):
    clock(2026, 3, 5, 9, 0)
    meeting = make_notified(council)
    clock(2026, 3, 5, 9, 6)
    with pytest.raises(NoticeAlreadyOut):
        take_back_notice(meeting, by=secretary)


def test_answered_notice_is_not_taken_back(council, cast, secretary, liaison):
    meeting = make_notified(council)
    answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=liaison)
    with pytest.raises(NoticeAlreadyAnswered):
        take_back_notice(meeting, by=secretary)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.NOTIFIED


def test_answer_pays_the_debt_and_says_who(council, cast, liaison):
    meeting = make_notified(council)
    receipt = answer_notice(
        meeting, organization=cast.unit, answer=Answer.ATTEND, attendee_name="李四", by=liaison
    )
    assert (receipt.via, receipt.answered_by) == (Via.POST, liaison.post)
    states = dict(_debts(meeting).values_list("bearer_organization__name", "state"))
    assert states == {
        cast.unit.name: ObligationState.FILED,
        cast.second_unit.name: ObligationState.OPEN,
    }


def test_a_receipt_takes_its_number_with_the_first_answer_and_keeps_it(
    council, cast, liaison, secretary
):
    meeting = make_notified(council)
    first = answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=liaison)
    by_phone = answer_notice(
        meeting, organization=cast.second_unit, answer=Answer.ATTEND, channel="phone", by=secretary
    )
    changed = answer_notice(
        meeting, organization=cast.unit, answer=Answer.LEAVE, reason="出差", by=liaison
    )
    assert [each.number for each in (first, by_phone, changed)] == [
        "回执〔2026〕1号",
        "回执〔2026〕2号",
        "回执〔2026〕1号",
    ]
    postponed = postpone_meeting(
        meeting, starts_at=at(2026, 4, 20), reason="场地冲突", by=secretary
    )
    again = answer_notice(postponed, organization=cast.unit, answer=Answer.ATTEND, by=liaison)
    assert again.number == "回执〔2026〕3号"


def test_leave_needs_a_reason(council, cast, liaison):
    meeting = make_notified(council)
    with pytest.raises(ReasonIsMissing):
        answer_notice(meeting, organization=cast.unit, answer=Answer.LEAVE, by=liaison)


def test_unit_may_change_its_answer_but_a_proxy_does_not_overwrite_what_it_did_not_see(
    council, cast, liaison, secretary
):
    meeting = make_notified(council)
    answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=liaison)
    with pytest.raises(AnswerChangedMeanwhile):
        answer_notice(
            meeting,
            organization=cast.unit,
            answer=Answer.LEAVE,
            reason="出差",
            channel="phone",
            seen=Answer.WAITING,
            by=secretary,
        )
    answer_notice(meeting, organization=cast.unit, answer=Answer.LEAVE, reason="出差", by=liaison)
    assert Receipt.objects.get(meeting=meeting, organization=cast.unit).answer == Answer.LEAVE


def test_only_invited_organizations_answer(council, cast, secretary):
    meeting = make_notified(council)
    with pytest.raises(NotInvited):
        answer_notice(meeting, organization=cast.other_unit, answer=Answer.ATTEND, by=secretary)


def test_cancelled_meeting_owes_nothing_frees_topics_and_tells(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    from meetings.services import AgendaLine

    meeting = make_notified(council, agenda=[AgendaLine(topic=topic)])
    cancel_meeting(meeting, reason="台风", by=secretary)
    assert set(_debts(meeting).values_list("state", flat=True)) == {ObligationState.NOT_APPLICABLE}
    assert Notice.objects.filter(kind="meeting.cancelled", subject_uid=meeting.uid).exists()
    assert make_meeting(council, agenda=[AgendaLine(topic=topic)]).agenda_items.count() == 1


def test_cancel_meeting_twice_is_refused(council, secretary):
    meeting = make_notified(council)
    cancel_meeting(meeting, reason="台风", by=secretary)
    with pytest.raises(MeetingAlreadyClosed):
        cancel_meeting(meeting, reason="再取消", by=secretary)
    meeting.refresh_from_db()
    assert meeting.state_reason == "台风"


def test_answer_to_a_cancelled_meeting_is_refused(council, cast, secretary, liaison):
    meeting = make_notified(council)
    cancel_meeting(meeting, reason="台风", by=secretary)
    with pytest.raises(MeetingNotNotified):
        answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=liaison)


def test_postponed_meeting_asks_again(council, cast, secretary, liaison):
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    answer_notice(meeting, organization=cast.unit, answer=Answer.ATTEND, by=liaison)
    postpone_meeting(meeting, starts_at=at(2026, 3, 19), reason="场地维修", by=secretary)
    assert meeting.receipts.of_this_round().answered().count() == 0
    assert set(_debts(meeting).values_list("state", "due_on")) == {
        (ObligationState.OPEN, date(2026, 3, 18))
    }


def test_postponed_without_a_day_asks_nobody_until_it_is_planned_again(council, secretary):
    meeting = make_notified(council)
    postpone_meeting(meeting, reason="场地维修", by=secretary)
    assert meeting.state == MeetingState.POSTPONED
    assert not _debts(meeting).unpaid().exists()
