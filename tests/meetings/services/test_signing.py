"""Signing in: by the code of the screen, by hand; who is late, who counts."""

from datetime import timedelta

import pytest

from meetings.enums import Answer, PresenceState, SignedVia
from meetings.exceptions import (
    CodeIsStale,
    MeetingAlreadyClosed,
    NameIsMissing,
    NotInvited,
    ReasonIsMissing,
    SignInNotOpen,
)
from meetings.models import Presence, SignIn
from meetings.queries.codes import accepts, code_of, opens_at, proof_of
from meetings.queries.quorum import quorum_of
from meetings.services import (
    PresenceLine,
    answer_notice,
    change_charter,
    hold_meeting,
    record_presence,
    sign_in_by_code,
    sign_in_by_hand,
)
from meetings.services.signing import speaker_of
from partybuild.access.rotating import STEP_SECONDS
from partybuild.audit.models import Event
from partybuild.calendar import now
from tests.factories.core import SYSTEM
from tests.factories.meetings import at, make_meeting, make_notified

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(council, clock):
    """A meeting whose door is open: it is the hour before it begins."""
    clock(2026, 3, 5, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 12))
    clock(2026, 3, 12, 14, 10)
    return meeting


def _enter(meeting, body, by, name="李四", code=None):
    return sign_in_by_code(
        meeting,
        organization=body,
        code=code if code is not None else code_of(meeting).token,
        person_name=name,
        by=by,
    )


def test_whoever_shows_the_code_is_present(meeting, cast, liaison):
    row = _enter(meeting, cast.unit, liaison)
    line = Presence.objects.get(meeting=meeting, organization=cast.unit)
    assert (line.state, line.person_name, line.via) == (
        PresenceState.PRESENT,
        "李四",
        SignedVia.CODE,
    )
    assert line.arrived_at == row.signed_at
    event = Event.objects.get(kind="meeting.signed_in", object_uid=meeting.uid)
    assert event.changes["organization"] == cast.unit.name


def test_a_second_press_changes_nothing(meeting, cast, liaison):
    first, second = _enter(meeting, cast.unit, liaison), _enter(meeting, cast.unit, liaison)
    assert first == second
    assert Event.objects.filter(kind="meeting.signed_in").count() == 1


def test_six_digits_do_as_well_with_or_without_the_gap(meeting, cast, liaison):
    _enter(meeting, cast.unit, liaison, code=code_of(meeting).spelled)
    assert SignIn.objects.count() == 1


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (STEP_SECONDS, True), (61, False), (86_400, False)]
)
def test_an_older_code_is_worth_nothing(meeting, seconds, good):
    moment = now()
    assert accepts(meeting, code_of(meeting, moment - timedelta(seconds=seconds)).token) is good


def test_the_next_code_is_not_taken_yet(meeting):
    assert not accepts(meeting, code_of(meeting, now() + timedelta(seconds=STEP_SECONDS)).token)


def test_another_meeting_s_code_is_refused(council, meeting, cast, liaison, clock):
    other = make_meeting(council, starts_at=at(2026, 3, 12, 15))
    with pytest.raises(CodeIsStale):
        _enter(meeting, cast.unit, liaison, code=code_of(other).token)
    assert not Presence.objects.exists()


@pytest.mark.parametrize("code", ["", "0", "１２３４５６", "x" * 300, "-", "1-2", "99999999999-aa"])
def test_nonsense_is_refused(meeting, cast, liaison, code):
    with pytest.raises(CodeIsStale):
        _enter(meeting, cast.unit, liaison, code=code)


def test_codes_change_every_half_minute(meeting):
    moment = now().replace(second=0)
    codes = {code_of(meeting, moment + timedelta(seconds=n)).token for n in range(120)}
    assert len(codes) == 120 // STEP_SECONDS


def test_who_has_scanned_may_type_for_ten_minutes_and_nobody_else_with_it(
    meeting, cast, liaison, clock
):
    proof = proof_of(meeting, speaker_of(liaison))
    assert not accepts(meeting, proof, speaker="somebody else")
    assert not accepts(meeting, proof)
    clock(2026, 3, 12, 14, 18)
    assert accepts(meeting, proof, speaker=speaker_of(liaison))
    clock(2026, 3, 12, 14, 21)
    assert not accepts(meeting, proof, speaker=speaker_of(liaison))


def test_the_door_opens_an_hour_before(meeting, cast, liaison, clock):
    clock(2026, 3, 12, 13, 29)
    with pytest.raises(SignInNotOpen) as refused:
        _enter(meeting, cast.unit, liaison)
    assert "13:30" in refused.value.messages[0]
    clock(2026, 3, 12, 13, 30)
    assert opens_at(meeting) <= now()
    _enter(meeting, cast.unit, liaison)


def test_ten_minutes_after_the_start_is_late(meeting, cast, liaison, clock):
    clock(2026, 3, 12, 14, 41)
    _enter(meeting, cast.unit, liaison)
    line = Presence.objects.get(organization=cast.unit)
    assert line.state == PresenceState.LATE


def test_a_meeting_that_overruns_midnight_keeps_its_door_open(council, cast, liaison, clock):
    clock(2026, 3, 24, 9)
    meeting = make_notified(council, starts_at=at(2026, 3, 31, 23, 30))
    clock(2026, 4, 1, 0, 20)
    _enter(meeting, cast.unit, liaison)
    hold_meeting(meeting, by=SYSTEM)
    assert (meeting.period, str(meeting.held_on)) == ("2026Q1", "2026-03-31")
    assert not Presence.objects.get(organization=cast.unit).is_late_entry


def test_nobody_signs_in_once_the_meeting_is_recorded_as_held(
    meeting, cast, liaison, secretary, clock
):
    clock(2026, 3, 12, 15)
    _enter(meeting, cast.unit, liaison)
    hold_meeting(meeting, by=secretary)
    with pytest.raises(MeetingAlreadyClosed):
        _enter(meeting, cast.second_unit, liaison)


def test_only_who_is_invited_signs_in(meeting, cast, liaison):
    with pytest.raises(NotInvited):
        _enter(meeting, cast.other_unit, liaison)
    with pytest.raises(NameIsMissing):
        _enter(meeting, cast.unit, liaison, name="  ")


def test_by_hand_with_the_reason(meeting, cast, secretary):
    with pytest.raises(ReasonIsMissing):
        sign_in_by_hand(
            meeting, organization=cast.unit, person_name="李四", reason=" ", by=secretary
        )
    sign_in_by_hand(
        meeting, organization=cast.unit, person_name="李四", reason="手机不便", by=secretary
    )
    line = Presence.objects.get(organization=cast.unit)
    assert (line.via, line.reason) == (SignedVia.HAND, "手机不便")


def test_a_unit_counts_once_however_many_it_sends(council, meeting, cast, liaison, secretary):
    change_charter(
        council, rules={"meeting.quorum": "two_thirds"}, version=council.version, by=secretary
    )
    for name in ("李四", "王五", "赵六"):
        _enter(meeting, cast.unit, liaison, name=name)
    meeting.refresh_from_db()
    quorum = quorum_of(meeting, meeting.receipts.all(), meeting.presences.all())
    assert (quorum.due, quorum.came, quorum.people, quorum.needed) == (2, 1, 3, 2)
    assert not quorum.is_met
    assert "还差1家" in quorum.sentence


def test_not_recorded_is_neither_absent_nor_on_leave(meeting, cast, liaison):
    answer_notice(meeting, organization=cast.unit, answer=Answer.LEAVE, reason="出差", by=liaison)
    quorum = quorum_of(meeting, meeting.receipts.all(), [])
    assert (quorum.leave, quorum.absent, quorum.unrecorded, quorum.came) == (1, 0, 1, 0)


def test_who_asked_for_leave_and_comes_all_the_same_is_present(meeting, cast, liaison, secretary):
    record_presence(
        meeting,
        lines=[PresenceLine(cast.unit, PresenceState.LEAVE, reason="出差")],
        by=secretary,
    )
    _enter(meeting, cast.unit, liaison)
    line = Presence.objects.get(organization=cast.unit)
    assert (line.state, line.reason) == (PresenceState.PRESENT, "")


def test_the_sheet_does_not_overwrite_who_has_signed_in_meanwhile(
    meeting, cast, liaison, secretary
):
    _enter(meeting, cast.unit, liaison)
    record_presence(
        meeting,
        lines=[
            PresenceLine(cast.unit, PresenceState.ABSENT, seen=PresenceState.UNRECORDED),
            PresenceLine(cast.second_unit, PresenceState.ABSENT, seen=PresenceState.UNRECORDED),
        ],
        by=secretary,
    )
    states = dict(Presence.objects.values_list("organization__name", "state"))
    assert states == {
        cast.unit.name: PresenceState.PRESENT,
        cast.second_unit.name: PresenceState.ABSENT,
    }


def test_control_without_what_was_seen_the_sheet_overwrites(meeting, cast, liaison, secretary):
    _enter(meeting, cast.unit, liaison)
    record_presence(meeting, lines=[PresenceLine(cast.unit, PresenceState.ABSENT)], by=secretary)
    assert Presence.objects.get(organization=cast.unit).state == PresenceState.ABSENT


def test_what_is_written_down_when_it_is_over_is_marked(meeting, cast, secretary, clock):
    clock(2026, 3, 13, 9)
    record_presence(meeting, lines=[PresenceLine(cast.unit, PresenceState.PRESENT)], by=secretary)
    assert Presence.objects.get(organization=cast.unit).is_late_entry
    hold_meeting(meeting, by=secretary)
    record_presence(
        meeting, lines=[PresenceLine(cast.second_unit, PresenceState.PRESENT)], by=secretary
    )
    assert Presence.objects.get(organization=cast.second_unit).is_late_entry


def test_who_leaves_early_has_a_time_after_they_came(meeting, cast, secretary, clock):
    from meetings.exceptions import LeftBeforeArriving

    clock(2026, 3, 12, 16)
    line = {"organization": cast.unit, "state": PresenceState.LATE}
    record_presence(
        meeting,
        lines=[
            PresenceLine(**line, arrived_at=at(2026, 3, 12, 15, 0), left_at=at(2026, 3, 12, 15, 30))
        ],
        by=secretary,
    )
    row = Presence.objects.get(organization=cast.unit)
    assert (row.arrived_at, row.left_at) == (at(2026, 3, 12, 15, 0), at(2026, 3, 12, 15, 30))
    with pytest.raises(LeftBeforeArriving):
        record_presence(
            meeting, lines=[PresenceLine(**line, left_at=at(2026, 3, 12, 14))], by=secretary
        )
