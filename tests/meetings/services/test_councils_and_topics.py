"""Councils, membership, topics, the agenda."""

from datetime import date

import pytest

from meetings.enums import MemberState, ResolutionState, TopicState, Via
from meetings.exceptions import (
    AlreadyInCouncil,
    InvitationAlreadyAnswered,
    NotAMember,
    ReasonIsMissing,
    TextChangedMeanwhile,
    TimeIsPast,
    TopicAlreadyDecided,
    TopicIsOnAnAgenda,
)
from meetings.models import CouncilMember
from meetings.services import (
    AgendaLine,
    answer_invitation,
    assign_resolution,
    call_for_topics,
    carry_topic_forward,
    change_council,
    change_meeting,
    change_representative,
    decide_topic,
    invite_units,
    propose_topic,
    submit_topic,
)
from partybuild.calendar import Period
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.meetings import (
    at,
    make_accepted_topic,
    make_council,
    make_held,
    make_meeting,
    make_resolution,
    make_topic,
)

pytestmark = pytest.mark.django_db


def test_invited_unit_joins_once_and_names_its_people(cast, secretary, liaison):
    council = make_council(cast.community, cast.committee)
    (member,) = invite_units(council, organizations=[cast.unit], by=secretary)
    assert member.state == MemberState.INVITED
    assert Notice.objects.filter(kind="council.invited", organization=cast.unit).exists()
    answer_invitation(member, accepts=True, representative_name="李四", by=liaison)
    assert (member.state, member.via, member.valid_from) == (
        MemberState.MEMBER,
        Via.POST,
        date(2026, 3, 5),
    )
    with pytest.raises(InvitationAlreadyAnswered):
        answer_invitation(member, accepts=False, by=liaison)


def test_declined_unit_may_be_invited_again_but_a_member_may_not(cast, council, secretary, liaison):
    with pytest.raises(AlreadyInCouncil):
        invite_units(council, organizations=[cast.unit], by=secretary)
    other = make_council(cast.community, cast.committee, name="物业联席会")
    (member,) = invite_units(other, organizations=[cast.unit], by=secretary)
    answer_invitation(member, accepts=False, reason="人手不足", by=liaison)
    assert invite_units(other, organizations=[cast.unit], by=secretary)


def test_another_representative_is_another_row(council, cast, liaison):
    member = council.members.get(organization=cast.unit)
    change_representative(member, representative_name="赵六", by=liaison)
    rows = CouncilMember.objects.filter(council=council, organization=cast.unit).order_by("id")
    assert list(rows.values_list("state", "representative_name")) == [
        (MemberState.REPLACED, ""),
        (MemberState.MEMBER, "赵六"),
    ]


def test_council_changed_from_an_older_version_is_refused(council, secretary):
    change_council(council, version=1, charter="甲", by=secretary)
    with pytest.raises(TextChangedMeanwhile):
        change_council(council, version=1, charter="乙", by=secretary)
    council.refresh_from_db()
    assert council.charter == "甲"


def test_topic_is_proposed_by_members_decided_once_and_the_unit_is_told(
    council, cast, liaison, secretary
):
    topic = propose_topic(
        council, organization=cast.unit, title="充电桩", category="service", by=liaison
    )
    with pytest.raises(ReasonIsMissing):
        decide_topic(topic, decision=TopicState.RETURNED, by=secretary)
    decide_topic(topic, decision=TopicState.RETURNED, reason="请补充位置", by=secretary)
    assert Notice.objects.filter(kind="topic.decided", organization=cast.unit).exists()
    with pytest.raises(TopicAlreadyDecided):
        decide_topic(topic, decision=TopicState.ACCEPTED, by=secretary)
    assert submit_topic(topic, situation="西门", by=liaison).state == TopicState.SUBMITTED


def test_stranger_proposes_no_topic(council, cast, secretary):
    with pytest.raises(NotAMember):
        make_topic(council, cast.other_unit)


def test_deferred_topic_is_carried_forward_once_as_a_copy(council, cast, secretary):
    topic = make_topic(council, cast.unit)
    decide_topic(topic, decision=TopicState.DEFERRED, reason="下季度再议", by=secretary)
    copy = carry_topic_forward(topic, by=secretary)
    assert (copy.state, copy.carried_from, topic.state) == (
        TopicState.SUBMITTED,
        topic,
        TopicState.DEFERRED,
    )
    with pytest.raises(TopicAlreadyDecided):
        carry_topic_forward(topic, by=secretary)


def test_call_for_topics_tells_the_members(council, secretary):
    call_for_topics(council, period=Period.parse("2026Q1"), due_on=date(2026, 3, 9), by=secretary)
    assert Notice.objects.filter(kind="topic.called").values("organization").distinct().count() == 2


def test_meeting_is_planned_for_a_time_to_come_in_the_period_of_its_day(council):
    with pytest.raises(TimeIsPast):
        make_meeting(council, starts_at=at(2026, 3, 4))
    assert make_meeting(council, starts_at=at(2026, 4, 1)).period == "2026Q2"


def test_agenda_opens_with_the_live_resolutions_of_the_meetings_before(council, cast, secretary):
    assert not make_meeting(council).agenda_items.filter(is_follow_up=True).exists()
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    following = make_meeting(council, agenda=[AgendaLine(text="部署下季度工作")])
    assert list(following.agenda_items.values_list("is_follow_up", "text")) == [
        (True, "上次会议议定事项落实情况"),
        (False, "部署下季度工作"),
    ]
    assert council.resolutions.unfinished().get().state == ResolutionState.ASSIGNED


def test_topic_stands_on_one_agenda_and_is_freed_by_taking_it_off(council, cast, secretary):
    topic = make_accepted_topic(council, cast.unit)
    meeting = make_meeting(council, agenda=[AgendaLine(topic=topic), AgendaLine(text="其他")])
    with pytest.raises(TopicIsOnAnAgenda):
        make_meeting(council, agenda=[AgendaLine(topic=topic)])
    change_meeting(meeting, version=meeting.version, agenda=[AgendaLine(text="其他")], by=secretary)
    assert make_meeting(council, agenda=[AgendaLine(topic=topic)])


def test_each_council_owes_one_meeting_a_period_to_the_committee_above(council, cast, system):
    street = make_council(cast.street, cast.street_committee, cast.committee)
    open_duties(on=date(2026, 3, 5), by=system)
    open_duties(on=date(2026, 3, 6), by=system)
    debts = Obligation.objects.filter(duty="meeting.hold")
    assert set(debts.values_list("subject_uid", "owed_to", "period", "due_on")) == {
        (council.uid, cast.street_committee.pk, "2026Q1", date(2026, 3, 31)),
        (street.uid, cast.district_committee.pk, "2026Q1", date(2026, 3, 31)),
    }
    assert debts.count() == 2


def test_the_debt_leads_to_the_meeting_once_it_is_planned(council, cast, system):
    open_duties(on=date(2026, 3, 5), by=system)
    debt = Obligation.objects.get(duty="meeting.hold", subject_uid=council.uid)
    assert (debt.kind.action_for(debt), debt.kind.url(debt)) == (
        "安排会议",
        council.get_absolute_url(),
    )
    meeting = make_meeting(council)
    assert (debt.kind.action_for(debt), debt.kind.url(debt)) == (
        "打开会议",
        meeting.get_absolute_url(),
    )
