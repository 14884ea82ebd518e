"""Units leave, councils end: refused while something is open, history kept."""

import pytest

from meetings.enums import MemberState
from meetings.exceptions import CouncilHasEnded, CouncilHasOpenWork, MemberHasOpenTasks
from meetings.models import CouncilMember
from meetings.queries.membership import membership_history, open_work
from meetings.services import (
    assign_resolution,
    cancel_meeting,
    change_representative,
    end_council,
    end_membership,
    invite_units,
    order_members,
    plan_meeting,
    stop_resolution,
)
from partybuild.calendar import today
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.core import SYSTEM
from tests.factories.meetings import (
    at,
    make_council,
    make_held,
    make_meeting,
    make_notified,
    make_part_time,
    make_resolution,
)

pytestmark = pytest.mark.django_db


def test_unit_with_open_tasks_stays_until_they_are_done(cast, council, secretary, liaison):
    resolution = make_resolution(make_held(council), cast.unit)
    assign_resolution(resolution, by=secretary)
    member = council.members.members().get(organization=cast.unit)
    with pytest.raises(MemberHasOpenTasks):
        end_membership(member, reason="迁出", by=liaison)
    stop_resolution(resolution, reason="不再需要", by=secretary)
    end_membership(member, reason="迁出", by=liaison)
    assert (member.state, member.end_reason) == (MemberState.LEFT, "迁出")
    assert Notice.objects.filter(kind="council.left", organization=cast.committee).exists()


def test_leaving_lets_go_the_answers_that_are_owed(cast, council, liaison):
    make_notified(council)
    member = council.members.members().get(organization=cast.unit)
    end_membership(member, reason="迁出", by=liaison)
    debts = dict(
        Obligation.objects.filter(duty="meeting.answer").values_list("bearer_organization", "state")
    )
    assert debts == {cast.unit.pk: "not_applicable", cast.second_unit.pk: "open"}


def test_history_keeps_every_representative(cast, council, secretary, liaison):
    member = council.members.members().get(organization=cast.unit)
    newer = change_representative(member, representative_name="赵六", by=liaison)
    newest = change_representative(newer, representative_name="钱七", by=liaison)
    end_membership(newest, reason="迁出", by=secretary)
    rows = membership_history(newest)
    assert [(row.state, row.representative_name) for row in rows] == [
        ("left", "钱七"),
        ("replaced", "赵六"),
        ("replaced", ""),
    ]


def test_order_of_protocol_stays_with_another_representative(cast, council, secretary, liaison):
    members = list(council.members.members().order_by("-organization_id"))
    order_members(council, members=members, by=secretary)
    last = council.members.members().get(organization=cast.unit)
    change_representative(last, representative_name="赵六", by=liaison)
    names = [row.organization for row in CouncilMember.objects.filter(council=council).members()]
    assert names == [cast.second_unit, cast.unit]


def test_council_ends_when_nothing_is_open(cast, council, secretary):
    open_duties(on=today(), by=SYSTEM)
    planned = make_meeting(council)
    resolution = make_resolution(make_held(council), cast.unit)
    term = make_part_time(council, cast.unit, state="proposed")
    council.refresh_from_db()
    texts = [each.text for each in open_work(council)]
    assert len(texts) == 4, texts
    with pytest.raises(CouncilHasOpenWork):
        end_council(council, reason="区划调整", version=council.version, by=secretary)
    cancel_meeting(planned, reason="终止", by=secretary)
    stop_resolution(resolution, reason="终止", by=secretary)
    from meetings.services import drop_part_time_member, issue_minutes, save_minutes

    drop_part_time_member(term, reason="终止", by=secretary)
    held = council.meetings.held().get()
    minutes = save_minutes(held, text="正文", version=0, by=secretary)
    issue_minutes(minutes, signer_name="张三", version=minutes.version, by=secretary)
    end_council(council, reason="区划调整", version=council.version, by=secretary)
    assert (council.ended_on, council.end_reason) == (today(), "区划调整")
    assert not council.members.standing().exists()
    assert Notice.objects.filter(kind="council.ended", organization=cast.unit).exists()
    with pytest.raises(CouncilHasEnded):
        plan_meeting(council, theme="会", starts_at=at(2026, 4, 1), by=secretary)
    with pytest.raises(CouncilHasEnded):
        end_council(council, reason="再次", version=council.version, by=secretary)


def test_ended_council_owes_no_meeting(cast, secretary):
    council = make_council(cast.community, cast.committee, cast.unit)
    open_duties(on=today(), by=SYSTEM)
    end_council(council, reason="区划调整", version=council.version, by=secretary)
    assert Obligation.objects.get(duty="meeting.hold").state == "not_applicable"
    open_duties(on=today(), by=SYSTEM)
    assert Obligation.objects.get(duty="meeting.hold").state == "not_applicable"


def test_invitation_is_taken_back(cast, secretary):
    council = make_council(cast.community, cast.committee)
    (member,) = invite_units(council, organizations=[cast.unit], by=secretary)
    end_membership(member, reason="发错了", by=secretary)
    assert (member.state, member.valid_from) == (MemberState.LEFT, None)
    assert invite_units(council, organizations=[cast.unit], by=secretary)
