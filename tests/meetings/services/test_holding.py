"""Presence, holding, entering afterwards, minutes."""

from datetime import date

import pytest

from meetings.enums import Answer, MeetingState, MinutesState, PresenceState
from meetings.exceptions import (
    MeetingAlreadyClosed,
    MinutesAlreadyIssued,
    PresenceIsMissing,
    TextChangedMeanwhile,
    TimeIsAhead,
)
from meetings.models import Minutes
from meetings.services import (
    PresenceLine,
    ResolutionDraft,
    archive_meeting,
    enter_held_meeting,
    hold_meeting,
    issue_minutes,
    record_presence,
    save_minutes,
)
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.meetings import at, make_held, make_meeting, make_notified

pytestmark = pytest.mark.django_db


def _line(unit, state=PresenceState.PRESENT, **values):
    return PresenceLine(organization=unit, state=state, **values)


def test_holding_pays_the_period_and_owes_the_minutes(council, cast, secretary, system, clock):
    open_duties(on=date(2026, 3, 5), by=system)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 16)
    record_presence(
        meeting,
        lines=[_line(cast.unit), _line(cast.second_unit, PresenceState.ABSENT)],
        by=secretary,
    )
    hold_meeting(meeting, by=secretary)
    assert (meeting.state, meeting.year, meeting.number) == (MeetingState.HELD, 2026, 1)
    assert meeting.frozen_community == cast.community
    assert meeting.frozen_street == cast.street
    held = Obligation.objects.get(duty="meeting.hold", subject_uid=council.uid)
    assert (held.state, held.paid_on, held.owed_to) == (
        ObligationState.FILED,
        date(2026, 3, 12),
        cast.street_committee,
    )
    minutes = Obligation.objects.get(duty="minutes.issue", subject_uid=meeting.uid)
    assert (minutes.due_on, minutes.bearer_organization) == (date(2026, 3, 19), cast.committee)


def test_who_sat_there_has_answered_and_who_was_absent_has_not(council, cast, secretary, clock):
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 16)
    record_presence(
        meeting,
        lines=[_line(cast.unit), _line(cast.second_unit, PresenceState.ABSENT)],
        by=secretary,
    )
    hold_meeting(meeting, by=secretary)
    answers = dict(meeting.receipts.values_list("organization__name", "answer"))
    assert answers == {cast.unit.name: Answer.ATTEND, cast.second_unit.name: Answer.WAITING}


def test_meeting_without_presence_is_not_held(council, cast, secretary, clock):
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 16)
    with pytest.raises(PresenceIsMissing):
        hold_meeting(meeting, by=secretary)
    record_presence(meeting, lines=[_line(cast.unit, PresenceState.UNRECORDED)], by=secretary)
    with pytest.raises(PresenceIsMissing):
        hold_meeting(meeting, by=secretary)


def test_presence_before_the_day_is_refused(council, cast, secretary):
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    with pytest.raises(TimeIsAhead):
        record_presence(meeting, lines=[_line(cast.unit)], by=secretary)


def test_notice_may_be_skipped(council, cast, secretary, clock):
    meeting = make_meeting(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 16)
    record_presence(meeting, lines=[_line(cast.unit)], by=secretary)
    assert hold_meeting(meeting, by=secretary).state == MeetingState.HELD


def test_meeting_entered_afterwards_pays_for_the_day_it_was_held(
    council, cast, secretary, system, clock
):
    open_duties(on=date(2026, 3, 5), by=system)
    clock(2026, 4, 2)
    meeting = enter_held_meeting(
        council,
        theme="第一季度会议",
        starts_at=at(2026, 3, 20),
        presences=[_line(cast.unit), _line(cast.second_unit, PresenceState.LEAVE)],
        minutes_text="一、会议听取了情况。",
        resolutions=[ResolutionDraft(text="修路灯", lead=cast.unit, due_on=date(2026, 5, 1))],
        by=secretary,
    )
    assert (meeting.is_entered_afterwards, meeting.number, meeting.period) == (True, 1, "2026Q1")
    debt = Obligation.objects.get(duty="meeting.hold", subject_uid=council.uid, period="2026Q1")
    assert (debt.state, debt.paid_on) == (ObligationState.FILED, date(2026, 3, 20))
    assert not debt.is_late
    assert not Obligation.objects.filter(duty="meeting.answer", subject_uid=meeting.uid).exists()
    assert meeting.minutes.text == "一、会议听取了情况。"
    assert meeting.resolutions.count() == 1


def test_meeting_entered_without_anybody_there_leaves_nothing(council, cast, secretary):
    with pytest.raises(PresenceIsMissing):
        enter_held_meeting(
            council,
            theme="第一季度会议",
            starts_at=at(2026, 3, 2),
            presences=[_line(cast.unit, PresenceState.ABSENT)],
            by=secretary,
        )
    assert not council.meetings.exists()


def test_minutes_saved_from_an_older_version_are_refused_and_nothing_is_lost(council, secretary):
    meeting = make_held(council)
    first = save_minutes(meeting, text="甲", version=0, by=secretary)
    save_minutes(meeting, text="甲乙", version=first.version, by=secretary)
    with pytest.raises(TextChangedMeanwhile):
        save_minutes(meeting, text="丙", version=first.version, by=secretary)
    assert Minutes.objects.get(meeting=meeting).text == "甲乙"
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.MINUTED


def test_issued_minutes_have_a_number_pay_the_debt_and_do_not_change(council, secretary):
    meeting = make_held(council)
    minutes = save_minutes(meeting, text="甲", version=0, by=secretary)
    issue_minutes(minutes, signer_name="王五", version=minutes.version, by=secretary)
    assert (minutes.state, minutes.number_label) == (MinutesState.ISSUED, "〔2026〕1号")
    assert not Obligation.objects.filter(duty="minutes.issue").unpaid().exists()
    assert Notice.objects.filter(kind="minutes.issued", subject_uid=meeting.uid).exists()
    with pytest.raises(MinutesAlreadyIssued):
        save_minutes(meeting, text="乙", version=minutes.version, by=secretary)
    with pytest.raises(MinutesAlreadyIssued):
        record_presence(meeting, lines=[], by=secretary)


def test_archived_once(council, secretary):
    meeting = make_held(council)
    minutes = save_minutes(meeting, text="甲", version=0, by=secretary)
    issue_minutes(minutes, signer_name="王五", version=minutes.version, by=secretary)
    archive_meeting(meeting, by=secretary)
    with pytest.raises(MeetingAlreadyClosed):
        archive_meeting(meeting, by=secretary)
