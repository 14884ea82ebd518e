"""Countersigning: the text stands still, each unit answers once, silence until the date is consent."""

from datetime import timedelta

import pytest

from meetings.enums import Audience, CirculationState, Countersigned, MinutesState, Via
from meetings.exceptions import (
    AlreadyCountersigned,
    MinutesAreCirculating,
    MinutesNotCirculating,
    MinutesNotCountersigned,
    NobodyToCountersign,
    OpinionIsMissing,
)
from meetings.models import Countersignature, MinutesCirculation
from meetings.services import (
    circulate_minutes,
    close_circulations,
    countersign_minutes,
    issue_minutes,
    recall_circulation,
    save_minutes,
)
from partybuild.audit.models import Event
from partybuild.calendar import add_working_days, today
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_resolution

pytestmark = pytest.mark.django_db

TEXT = "一、通报情况\n会议决定，先建20个。"


@pytest.fixture
def meeting(council):
    """A meeting of a council whose charter asks for countersigning."""
    council.rules = {**council.rules, "minutes.countersign": True}
    council.save(update_fields=["rules"])
    return make_held(council)


@pytest.fixture
def minutes(meeting):
    """Its minutes, written."""
    return save_minutes(meeting, text=TEXT, version=0, by=SYSTEM)


@pytest.fixture
def circulation(minutes, secretary):
    """Sent to the two units."""
    return circulate_minutes(
        minutes, audience=Audience.PRESENT, version=minutes.version, by=secretary
    )


def _of(circulation, body):
    return Countersignature.objects.get(circulation=circulation, organization=body)


def _debts(circulation):
    rows = Obligation.objects.filter(duty="minutes.countersign", subject_uid=circulation.uid)
    return {row.bearer_organization_id: row for row in rows}


def test_minutes_are_not_issued_before_they_went_round(minutes, secretary):
    with pytest.raises(MinutesNotCountersigned):
        issue_minutes(minutes, signer_name="王五", version=1, by=secretary)


def test_sent_round_each_unit_owes_an_answer_in_three_working_days(circulation, cast):
    due = add_working_days(today(), 3)
    assert circulation.due_on == due
    debts = _debts(circulation)
    assert set(debts) == {cast.unit.pk, cast.second_unit.pk}
    assert {debt.due_on for debt in debts.values()} == {due}
    notice = Notice.objects.filter(kind="minutes.countersign", organization=cast.unit).first()
    assert "逾期未回复视为同意" in notice.body
    assert notice.path == circulation.get_absolute_url()


def test_what_is_read_by_others_does_not_change(circulation, meeting, cast, secretary):
    minutes = circulation.minutes
    with pytest.raises(MinutesAreCirculating):
        save_minutes(meeting, text="别的", version=minutes.version, by=secretary)
    with pytest.raises(MinutesAreCirculating):
        issue_minutes(minutes, signer_name="王五", version=minutes.version, by=secretary)
    with pytest.raises(MinutesAreCirculating):
        make_resolution(meeting, cast.unit)


def test_with_the_last_answer_the_round_ends_and_the_text_may_be_issued(
    circulation, cast, secretary, liaison
):
    countersign_minutes(_of(circulation, cast.unit), answer=Countersigned.AGREED, by=liaison)
    circulation.refresh_from_db()
    assert circulation.is_open
    countersign_minutes(
        _of(circulation, cast.second_unit),
        answer=Countersigned.AGREED,
        channel="phone",
        by=secretary,
    )
    circulation.refresh_from_db()
    assert circulation.state == CirculationState.CLOSED
    assert {debt.state for debt in _debts(circulation).values()} == {"filed"}
    assert _of(circulation, cast.second_unit).via == Via.PROXY
    minutes = circulation.minutes
    minutes.refresh_from_db()
    done = issue_minutes(minutes, signer_name="王五", version=minutes.version, by=secretary)
    assert done.state == MinutesState.ISSUED


def test_silence_until_the_date_is_consent_and_no_debt(circulation, cast, liaison, clock):
    countersign_minutes(
        _of(circulation, cast.unit),
        answer=Countersigned.OPINION,
        opinion="数量应为30个",
        by=liaison,
    )
    due = circulation.due_on
    clock(due.year, due.month, due.day, 23)
    assert close_circulations(by=SYSTEM) == 0
    after = due + timedelta(days=1)
    clock(after.year, after.month, after.day, 0)
    assert close_circulations(by=SYSTEM) == 1
    assert close_circulations(by=SYSTEM) == 0
    assert _of(circulation, cast.second_unit).answer == Countersigned.SILENT
    debts = _debts(circulation)
    assert debts[cast.unit.pk].state == "filed"
    assert debts[cast.second_unit.pk].state == "not_applicable"
    closed = Event.objects.filter(kind="minutes.circulation_closed")
    assert [event.changes for event in closed] == [{"round": 1, "opinion": 1, "silent": 1}]
    told = Notice.objects.filter(kind="minutes.countersigned", organization=cast.committee)
    assert "有意见1家" in told.first().body


def test_an_opinion_has_words_and_reaches_the_convener(circulation, cast, liaison):
    signature = _of(circulation, cast.unit)
    with pytest.raises(OpinionIsMissing):
        countersign_minutes(signature, answer=Countersigned.OPINION, opinion=" ", by=liaison)
    countersign_minutes(signature, answer=Countersigned.OPINION, opinion="数量应为30个", by=liaison)
    told = Notice.objects.filter(kind="minutes.opinion", organization=cast.committee).first()
    assert told.body == "数量应为30个"


def test_a_proxy_does_not_write_over_the_unit(circulation, cast, secretary, liaison):
    signature = _of(circulation, cast.unit)
    countersign_minutes(signature, answer=Countersigned.OPINION, opinion="改", by=liaison)
    with pytest.raises(AlreadyCountersigned):
        countersign_minutes(signature, answer=Countersigned.AGREED, channel="phone", by=secretary)
    countersign_minutes(signature, answer=Countersigned.AGREED, by=liaison)
    signature.refresh_from_db()
    assert (signature.answer, signature.opinion) == (Countersigned.AGREED, "")


def test_changed_text_goes_round_again_and_says_what_changed(circulation, meeting, cast, secretary):
    recall_circulation(circulation, reason="数量有误", by=secretary)
    assert {debt.state for debt in _debts(circulation).values()} == {"not_applicable"}
    with pytest.raises(MinutesNotCirculating):
        countersign_minutes(_of(circulation, cast.unit), answer=Countersigned.AGREED, by=secretary)
    minutes = circulation.minutes
    minutes.refresh_from_db()
    minutes = save_minutes(
        meeting, text=TEXT.replace("20", "30"), version=minutes.version, by=secretary
    )
    again = circulate_minutes(minutes, audience=Audience.ALL, version=minutes.version, by=secretary)
    assert again.round == 2
    notice = Notice.objects.filter(kind="minutes.countersign", subject_uid=again.uid).first()
    assert "改为：会议决定，先建30个。" in notice.body


def test_changed_after_the_round_the_text_goes_round_again(circulation, meeting, cast, secretary):
    for body in (cast.unit, cast.second_unit):
        countersign_minutes(
            _of(circulation, body), answer=Countersigned.AGREED, channel="phone", by=secretary
        )
    minutes = circulation.minutes
    minutes.refresh_from_db()
    make_resolution(meeting, cast.unit)
    with pytest.raises(MinutesNotCountersigned):
        issue_minutes(minutes, signer_name="王五", version=minutes.version, by=secretary)


def test_it_is_sent_to_somebody(council, secretary):
    council.rules = {**council.rules, "minutes.countersign": True}
    council.save(update_fields=["rules"])
    meeting = make_held(council)
    minutes = save_minutes(meeting, text=TEXT, version=0, by=SYSTEM)
    meeting.presences.update(state="leave")
    with pytest.raises(NobodyToCountersign):
        circulate_minutes(minutes, audience=Audience.PRESENT, version=1, by=secretary)
    assert not MinutesCirculation.objects.exists()


def test_where_the_charter_does_not_ask_minutes_go_out_at_once(council, secretary):
    minutes = save_minutes(make_held(council), text=TEXT, version=0, by=SYSTEM)
    issue_minutes(minutes, signer_name="王五", version=1, by=secretary)
    minutes.refresh_from_db()
    assert minutes.is_issued
