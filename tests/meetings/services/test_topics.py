"""Calls, decisions, results, what is carried forward."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from meetings.enums import CallState, TopicResult, TopicState, Via
from meetings.exceptions import (
    CallAlreadyOut,
    CallDatesAreOff,
    CallIsClosed,
    CarriedOnAlready,
    NotAsked,
    NotOnAHeldMeeting,
    ReasonIsMissing,
    ReferralNeedsAName,
    ResultChangedMeanwhile,
    TextChangedMeanwhile,
    TopicsStandAlready,
    VotesAreMissing,
)
from meetings.models import CallAnswer, Topic, TopicCall
from meetings.notices import reminders_no_longer_needed
from meetings.queries.topics import (
    admission_hints,
    alike,
    is_alike,
    majority_hint,
    standing_counts,
    topic_steps,
)
from meetings.services import (
    AgendaLine,
    Decision,
    change_call,
    change_charter,
    close_call,
    decide_topic,
    decide_topics,
    propose_topic,
    record_chair_opinion,
    record_result,
    remind_of_calls,
    save_topic_draft,
    say_nothing_to_propose,
    submit_topic,
)
from partybuild.accounts.models import SignedLink
from partybuild.audit.models import Event
from partybuild.calendar import now
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import (
    make_accepted_topic,
    make_call,
    make_held,
    make_meeting,
    make_topic,
)

pytestmark = pytest.mark.django_db


def _states(call):
    return dict(call.answers.values_list("organization__name", "state"))


def _discussed(council, topic):
    """Put an admitted topic on a meeting that is held at once."""
    return make_held(council, agenda=[AgendaLine(topic=topic, minutes_planned=15)])


# -- The call -------------------------------------------------------------------------------------


def test_call_asks_every_member_and_nobody_owes_an_answer(council, cast):
    call = make_call(council)
    assert _states(call) == {cast.unit.name: "waiting", cast.second_unit.name: "waiting"}
    assert not Obligation.objects.filter(subject_uid=call.uid).exists()
    assert SignedLink.objects.filter(target_uid=call.uid, action="topic.propose").exists()


def test_call_may_ask_some_only(council, cast):
    call = make_call(council, organizations=[cast.unit])
    assert _states(call) == {cast.unit.name: "waiting"}
    with pytest.raises(NotAsked):
        say_nothing_to_propose(call, organization=cast.second_unit, by=SYSTEM)


def test_second_call_of_the_period_is_refused_until_the_first_is_closed(council, secretary):
    call = make_call(council)
    with pytest.raises(CallAlreadyOut):
        make_call(council)
    close_call(call, by=secretary)
    assert make_call(council).is_open


def test_call_ends_before_its_meeting_and_not_in_the_past(council):
    with pytest.raises(CallDatesAreOff):
        make_call(council, due_on=date(2026, 3, 4))
    with pytest.raises(CallDatesAreOff):
        make_call(council, due_on=date(2026, 3, 20), meeting_on=date(2026, 3, 19))


def test_proposing_answers_the_call_and_so_does_having_nothing(council, cast, liaison):
    call = make_call(council)
    topic = propose_topic(
        council, organization=cast.unit, title="充电桩", category="service", by=liaison
    )
    say_nothing_to_propose(call, organization=cast.second_unit, channel="phone", by=SYSTEM)
    assert topic.call == call
    answers = dict(call.answers.values_list("organization__name", "state"))
    assert answers == {cast.unit.name: "proposed", cast.second_unit.name: "nothing"}
    assert call.answers.get(organization=cast.second_unit).via == Via.PROXY


def test_who_has_proposed_has_not_nothing_and_who_had_nothing_may_still_propose(
    council, cast, liaison
):
    call = make_call(council)
    say_nothing_to_propose(call, organization=cast.unit, by=liaison)
    say_nothing_to_propose(call, organization=cast.unit, by=liaison)
    assert Event.objects.filter(kind="topic.nothing").count() == 1
    make_topic(council, cast.unit)
    assert call.answers.get(organization=cast.unit).state == CallState.PROPOSED
    with pytest.raises(TopicsStandAlready):
        say_nothing_to_propose(call, organization=cast.unit, by=liaison)


def test_closed_call_takes_no_topic_by_its_link_but_the_council_still_does(
    council, cast, liaison, secretary
):
    call = make_call(council)
    close_call(call, by=secretary)
    values = {"organization": cast.unit, "title": "充电桩", "category": "service", "by": liaison}
    with pytest.raises(CallIsClosed):
        propose_topic(council, call=call, **values)
    assert not Topic.objects.exists()
    assert propose_topic(council, **values).call is None
    assert not SignedLink.objects.filter(target_uid=call.uid, revoked_at=None).exists()
    with pytest.raises(CallIsClosed):
        close_call(call, by=secretary)


def test_moved_call_tells_those_who_have_not_answered(council, cast, secretary):
    call = make_call(council)
    make_topic(council, cast.unit)
    change_call(call, due_on=date(2026, 3, 20), by=secretary)
    told = Notice.objects.filter(kind="topic.call_moved")
    assert set(told.values_list("organization", flat=True)) == {cast.second_unit.pk}


def test_reminder_goes_once_before_the_date_to_the_silent_only(council, cast, clock):
    call = make_call(council, due_on=date(2026, 3, 20))
    make_topic(council, cast.unit)
    assert remind_of_calls(by=SYSTEM) == 0
    clock(2026, 3, 17, 9)
    assert remind_of_calls(by=SYSTEM) > 0
    assert remind_of_calls(by=SYSTEM) == 0
    told = Notice.objects.filter(kind="topic.reminder", subject_uid=call.uid)
    assert set(told.values_list("organization", flat=True)) == {cast.second_unit.pk}
    clock(2026, 3, 21, 9)
    assert remind_of_calls(by=SYSTEM) == 0


def test_reminder_stops_once_answered_or_closed(council, cast, clock, secretary):
    call = make_call(council, due_on=date(2026, 3, 20))
    clock(2026, 3, 17, 9)
    remind_of_calls(by=SYSTEM)
    waiting = list(Notice.objects.filter(kind="topic.reminder"))
    assert reminders_no_longer_needed(waiting) == {}
    say_nothing_to_propose(call, organization=cast.unit, by=SYSTEM)
    unwanted = reminders_no_longer_needed(waiting)
    assert set(unwanted) == {n.pk for n in waiting if n.organization_id == cast.unit.pk}
    close_call(call, by=secretary)
    assert set(reminders_no_longer_needed(waiting)) == {n.pk for n in waiting}


# -- Drafts ---------------------------------------------------------------------------------------


def test_draft_is_kept_as_typed_and_handed_in_under_its_uid(council, cast, liaison):
    call = make_call(council)
    uid = uuid4()
    common = {"uid": uid, "organization": cast.unit, "category": "service", "by": liaison}
    draft = save_topic_draft(council, version=0, title="充", **common)
    assert (draft.state, draft.version, draft.call) == (TopicState.DRAFT, 1, None)
    again = save_topic_draft(council, version=1, title="充电", situation="西门", **common)
    assert (again.pk, again.title, again.version) == (draft.pk, "充电", 2)
    assert CallAnswer.objects.get(call=call, organization=cast.unit).state == CallState.WAITING
    with pytest.raises(TextChangedMeanwhile):
        save_topic_draft(council, version=1, title="别的", **common)
    topic = submit_topic(again, title="充电桩", by=liaison)
    assert (topic.uid, topic.state, topic.call) == (uid, TopicState.SUBMITTED, call)
    assert Event.objects.filter(kind="topic.drafted").count() == 1


def test_first_save_whose_answer_was_lost_goes_on_from_the_draft(council, cast, liaison):
    common = {"uid": uuid4(), "organization": cast.unit, "category": "service", "by": liaison}
    save_topic_draft(council, version=0, title="充", **common)
    assert save_topic_draft(council, version=0, title="充电桩", **common).title == "充电桩"
    assert Topic.objects.count() == 1


def test_anothers_draft_is_not_saved_over(council, cast, liaison):
    uid = uuid4()
    common = {"uid": uid, "category": "service", "by": liaison}
    save_topic_draft(council, version=0, title="甲", organization=cast.unit, **common)
    for version in (0, 1):
        with pytest.raises(TextChangedMeanwhile):
            save_topic_draft(
                council, version=version, title="乙", organization=cast.second_unit, **common
            )
    assert Topic.objects.get(uid=uid).title == "甲"


# -- Deciding -------------------------------------------------------------------------------------


def test_referral_names_somebody(council, cast, secretary):
    topic = make_topic(council, cast.unit)
    with pytest.raises(ReferralNeedsAName):
        decide_topic(topic, decision=TopicState.REFERRED, reason="不上会", by=secretary)
    decide_topic(topic, decision=TopicState.REFERRED, referred_to="街道城管办", by=secretary)
    assert (topic.referred_to, topic.decision_reason) == ("街道城管办", "转街道城管办办理")
    body = Notice.objects.filter(kind="topic.decided").first().body
    assert "街道城管办" in body


def test_several_are_decided_at_once_and_what_another_decided_stays(council, cast, secretary):
    first, second, third = (make_topic(council, cast.unit, title=f"议题{n}") for n in range(3))
    decide_topic(second, decision=TopicState.DEFERRED, reason="待协调", by=secretary)
    done, refused = decide_topics(
        [
            Decision(first, TopicState.ACCEPTED),
            Decision(second, TopicState.ACCEPTED),
            Decision(third, TopicState.RETURNED),
        ],
        chair_opinion="同意列入",
        chair_name="张主任",
        by=secretary,
    )
    assert done == [first]
    assert [topic for topic, _error in refused] == [second, third]
    first.refresh_from_db()
    assert (first.chair_opinion, first.chair_name, first.chair_on) == (
        "同意列入",
        "张主任",
        date(2026, 3, 5),
    )
    assert Topic.objects.get(pk=second.pk).state == TopicState.DEFERRED


def test_chair_says_nothing_to_a_draft(council, cast, secretary):
    draft = make_topic(council, cast.unit, submit=False)
    assert record_chair_opinion([draft], opinion="同意", by=secretary) == 0
    with pytest.raises(ReasonIsMissing):
        record_chair_opinion([draft], opinion=" ", by=secretary)


# -- Hints ----------------------------------------------------------------------------------------


def _hints(topic):
    return {hint.key for hint in admission_hints(topic)}


def test_hints_are_those_of_the_rules(council, cast, secretary):
    bare = make_topic(council, cast.unit)
    assert _hints(bare) == {"own_powers", "no_opinion", "ad_hoc"}
    make_call(council)
    ripe = make_topic(
        council,
        cast.unit,
        title="老年食堂",
        proposal="两家共同出资",
        concerned=f"{cast.unit.name}、{cast.second_unit.name}",
    )
    assert _hints(ripe) == set()
    wide = make_topic(
        council, cast.unit, title="扩建停车场", proposal="共建", concerned="城管、供电、物业"
    )
    assert _hints(wide) == {"uncoordinated"}
    record_chair_opinion([bare], opinion="同意", by=secretary)
    bare.refresh_from_db()
    assert _hints(bare) == {"own_powers", "no_opinion"}


def test_late_topic_is_marked_but_taken(council, cast, clock):
    make_call(council, due_on=date(2026, 3, 9))
    clock(2026, 3, 10)
    topic = make_topic(council, cast.unit, proposal="共建", concerned="城管")
    assert (topic.state, _hints(topic)) == (TopicState.SUBMITTED, {"late"})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("关于增设电动自行车充电桩的建议", "小区西门电动自行车充电桩不足", True),
        ("增设电动自行车充电桩", "老年食堂开放时间", False),
        ("加强社区工作", "开展社区工作", False),
        ("楼道灯", "楼道灯不亮", True),
    ],
)
def test_titles_sound_alike_by_their_pairs_of_characters(one, other, same):
    assert is_alike(one, other) is same


def test_earlier_topic_that_sounds_alike_is_found(council, cast):
    earlier = make_topic(council, cast.second_unit, title="西门充电桩不够用")
    topic = make_topic(council, cast.unit, title="增设充电桩")
    other = make_topic(council, cast.unit, title="老年食堂")
    found = alike(council, [topic, other])
    assert [each.title for each in found[topic.pk]] == [earlier.title]
    assert found[other.pk] == []


# -- Results --------------------------------------------------------------------------------------


def test_result_is_noted_of_a_meeting_that_took_place_and_told(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    with pytest.raises(NotOnAHeldMeeting):
        record_result(topic, result=TopicResult.CONSENSUS, by=secretary)
    _discussed(council, topic)
    record_result(topic, result=TopicResult.CONSENSUS, note="各方出一点力", by=secretary)
    assert (topic.result, topic.result_on) == (TopicResult.CONSENSUS, date(2026, 3, 5))
    assert Notice.objects.filter(kind="topic.discussed", organization=cast.unit).exists()
    assert not hasattr(topic, "carried_to")


def test_vote_has_a_count_and_a_majority_is_a_hint(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    _discussed(council, topic)
    with pytest.raises(VotesAreMissing):
        record_result(topic, result=TopicResult.PASSED, by=secretary)
    record_result(topic, result=TopicResult.PASSED, votes_for=1, votes_against=1, by=secretary)
    assert (topic.votes_for, topic.votes_against, topic.votes_abstained) == (1, 1, 0)
    assert majority_hint(council, topic.votes_for) == ""
    change_charter(
        council, version=council.version, rules={"decision.mode": "show_of_hands"}, by=secretary
    )
    council.refresh_from_db()
    assert "未过半数" in majority_hint(council, topic.votes_for)
    assert majority_hint(council, 2) == ""


def test_unsettled_topic_stands_for_the_next_meeting_by_itself(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    _discussed(council, topic)
    record_result(topic, result=TopicResult.NOT_REACHED, by=secretary)
    copy = Topic.objects.get(carried_from=topic)
    assert (copy.state, copy.result) == (TopicState.ACCEPTED, "")
    assert list(Topic.objects.for_an_agenda()) == [copy]
    record_result(topic, result=TopicResult.NOT_DISCUSSED, by=secretary)
    assert Topic.objects.filter(carried_from=topic).count() == 1


def test_correcting_a_result_takes_an_untouched_copy_back(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    _discussed(council, topic)
    record_result(topic, result=TopicResult.NOT_REACHED, by=secretary)
    record_result(topic, result=TopicResult.CONSENSUS, by=secretary)
    assert not Topic.objects.filter(carried_from=topic).exists()
    assert Event.objects.filter(kind="topic.carry_undone").count() == 1
    record_result(topic, result=TopicResult.NOT_REACHED, by=secretary)
    copy = Topic.objects.get(carried_from=topic)
    make_meeting(council, agenda=[AgendaLine(topic=copy)])
    with pytest.raises(CarriedOnAlready):
        record_result(topic, result=TopicResult.CONSENSUS, by=secretary)


def test_result_that_another_noted_meanwhile_is_not_overwritten(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    _discussed(council, topic)
    record_result(topic, result=TopicResult.CONSENSUS, seen="", by=secretary)
    with pytest.raises(ResultChangedMeanwhile):
        record_result(topic, result=TopicResult.NOT_REACHED, seen="", by=secretary)


def test_steps_lead_from_submission_to_closing(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    meeting = _discussed(council, topic)
    record_result(topic, result=TopicResult.CONSENSUS, by=secretary)
    item = meeting.agenda_items.get(topic=topic)
    steps = topic_steps(topic, item, [])
    assert [(step["label"], step["state"]) for step in steps] == [
        ("提交", "done"),
        ("列入", "done"),
        ("列入会议", "done"),
        ("达成共识", "done"),
        ("议定事项", "current"),
        ("销号", "todo"),
    ]


def test_counts_open_their_rows(council, cast, secretary):
    make_topic(council, cast.unit)
    ready = make_accepted_topic(council, cast.unit, title="乙")
    shown = make_accepted_topic(council, cast.unit, title="丙")
    make_meeting(council, agenda=[AgendaLine(topic=shown)])
    done = make_accepted_topic(council, cast.unit, title="丁")
    make_held(council, agenda=[AgendaLine(topic=done)], starts_at=now() + timedelta(minutes=2))
    later = make_topic(council, cast.unit, title="戊")
    decide_topic(later, decision=TopicState.DEFERRED, reason="待议", by=secretary)
    counts = {key: number for key, number in standing_counts(Topic.objects.all()).items() if number}
    assert counts == {"submitted": 1, "ready": 1, "scheduled": 1, "unrecorded": 1, "backlog": 1}
    assert ready.state == TopicState.ACCEPTED
    assert TopicCall.objects.count() == 0
