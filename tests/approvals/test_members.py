"""Corrections after certification, doubles, erasure: each asked by one and decided by another."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from members.enums import DoubleState, MemberState, ServiceState
from members.models import (
    DoubleCase,
    Employment,
    MemberPlace,
    PartyMember,
    ReportIn,
    ServiceCorrection,
    ServiceRecord,
)
from members.services import (
    certify_records,
    change_member,
    merge_members,
    settle_double,
    submit_at_desk,
)
from members.services.doubles import open_double
from partybuild.access import Refused, Role
from partybuild.accounts.actors import actor_in
from partybuild.approvals.enums import ApprovalState
from partybuild.approvals.exceptions import OwnRequest
from partybuild.approvals.models import Approval
from partybuild.approvals.queries import is_same_human
from partybuild.approvals.services import decide_approval, request_approval
from partybuild.notices.models import Notice
from partybuild.people.models import Person
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in, make_services


@pytest.fixture
def member(cast):
    found = make_member(cast.unit, name="王小明")
    make_report_in(found, cast.community)
    return found


@pytest.fixture
def record(cast, member, system):
    record = make_services(cast.community, [member])[0]
    if record.state == ServiceState.ENTERED:
        certify_records([record], by=system)
    record.refresh_from_db()
    assert record.state == ServiceState.CERTIFIED
    return record


def test_a_correction_keeps_before_and_after(cast, client_of, record):
    path = f"/members/services/records/{record.uid}/"
    office = client_of(cast.secretary)
    assert "申请更正" in office.get(record.get_absolute_url()).content.decode()
    values = {
        "date": record.date.isoformat(),
        "content": record.content,
        "kind": record.kind,
        "hours": str(record.hours),
        "place": record.place,
        "reason": "少记一小时",
    }
    assert office.act(path, values).status_code == 422
    before = record.hours
    office.act(path, {**values, "hours": str(before + 1)})
    approval = Approval.objects.get()
    record.refresh_from_db()
    assert record.hours == before
    street = client_of(cast.street_staff)
    page = street.get(approval.get_absolute_url()).content.decode()
    assert "王小明" in page
    assert "少记一小时" in page
    assert str(before + 1) in page
    street.act(f"{approval.get_absolute_url()}decide/", {"decision": "approve"})
    record.refresh_from_db()
    correction = ServiceCorrection.objects.get()
    assert record.hours == before + 1
    assert correction.changes == {"hours": [f"{before:.1f}", f"{before + 1:.1f}"]}
    assert "认证后的更正" in office.get(record.get_absolute_url()).content.decode()
    told = Notice.objects.filter(kind="service.corrected", organization=cast.unit)
    assert told.exists()
    assert "王小明" not in " ".join(f"{each.title}{each.body}" for each in told)


def test_a_withdrawn_record_counts_no_more(cast, client_of, record):
    ask(
        cast, record, {"withdraw": True, "changes": {}}, by=cast.secretary, decide=cast.street_staff
    )
    record.refresh_from_db()
    assert record.state == ServiceState.WITHDRAWN
    assert not ServiceRecord.objects.certified().exists()
    page = client_of(cast.secretary).get(record.get_absolute_url())
    assert page.status_code == 200


def ask(cast, target, payload, *, by, decide, key="service.correct"):
    approval = request_approval(key, target=target, payload=payload, reason="核对", by=actor_in(by))
    return decide_approval(approval, approve=True, opinion="", by=actor_in(decide))


def test_a_record_that_changed_meanwhile_overtakes_the_request(cast, record):
    payload = {"withdraw": False, "changes": {"hours": [f"{record.hours:.1f}", "3.5"]}}
    approval = request_approval(
        "service.correct", target=record, payload=payload, reason="x", by=actor_in(cast.secretary)
    )
    ServiceRecord.objects.filter(pk=record.pk).update(hours=Decimal("1.5"))
    decided = decide_approval(approval, approve=True, opinion="", by=actor_in(cast.street_staff))
    record.refresh_from_db()
    assert (decided.state, record.hours) == (ApprovalState.OVERTAKEN, Decimal("1.5"))


def test_whose_service_it_is_does_not_decide(cast, record):
    post = make_post(Role.COMMITTEE, cast.street_committee, person=record.member.person)
    approval = request_approval(
        "service.correct",
        target=record,
        payload={"withdraw": True, "changes": {}},
        reason="x",
        by=actor_in(cast.secretary),
    )
    assert post.pk not in approval.asked_posts
    with pytest.raises(OwnRequest):
        decide_approval(approval, approve=True, opinion="", by=actor_in(post))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("street_staff", 200),
        ("worker", 403),
        ("liaison", 403),
        ("outsider", 404),
    ],
)
def test_who_may_ask_for_a_correction(cast, client_of, record, who, status):
    path = f"/members/services/records/{record.uid}/"
    assert client_of(getattr(cast, who)).get(path).status_code == status


@pytest.fixture
def case(cast, member, system):
    """The same human entered at another community's desk, out of sight of the first."""
    other = make_member(cast.other_unit, name="王晓明")
    make_report_in(other, cast.other_community)
    make_services(cast.other_community, [other])
    return open_double(member, double=other, by=actor_in(cast.outsider))


def test_a_unit_settles_a_double_and_everything_moves(cast, client_of, case, member):
    loser = case.double
    unit = client_of(cast.unit_secretary)
    assert "重复登记" in unit.get("/members/").content.decode()
    assert "王晓明" in unit.get("/members/doubles/").content.decode()
    path = f"/members/doubles/{case.uid}/"
    assert "临湖小学" in unit.get(path).content.decode()
    unit.act(path, {"stands": "first", "reason": "电话核对过"})
    approval = Approval.objects.get()
    street = client_of(cast.street_staff)
    assert "并入原登记" in street.get(approval.get_absolute_url()).content.decode()
    street.act(f"{approval.get_absolute_url()}decide/", {"decision": "approve"})
    loser.refresh_from_db()
    case.refresh_from_db()
    assert (loser.state, loser.merged_into_id) == (MemberState.ENDED, member.pk)
    assert case.state == DoubleState.MERGED
    assert PartyMember.objects.count() >= 2
    assert not ReportIn.objects.filter(member=loser).exists()
    assert ReportIn.objects.filter(member=member).count() == 2
    assert ServiceRecord.objects.filter(member=member).count() == 1
    assert Employment.objects.filter(member=member).count() == 2
    assert Employment.objects.current().filter(member=member).get().unit == cast.unit
    assert not MemberPlace.objects.filter(member=loser).exists()
    assert is_same_human(
        Person.objects.get(pk=member.person_id), Person.objects.get(pk=loser.person_id)
    )


def test_the_one_who_entered_the_second_sees_nothing_of_it(cast, client_of, case):
    assert client_of(cast.outsider).get(f"/members/doubles/{case.uid}/").status_code == 404
    assert "王小明" not in client_of(cast.outsider).get("/members/doubles/").content.decode()
    log = client_of(cast.outsider).get("/notices/log/").content.decode()
    assert "重复登记" not in log
    told = Notice.objects.filter(kind="member.doubled", channel="in_app")
    assert [each.person_id for each in told] == [cast.unit_secretary.person_id]


def test_two_people_stay_two(cast, case, member, system):
    settle_double(case, stands="both", reason="号码填错", by=system)
    case.refresh_from_db()
    assert case.state == DoubleState.KEPT
    assert PartyMember.objects.filter(merged_into__isnull=False).count() == 0


def test_the_double_may_stand(cast, case, member, system):
    settle_double(case, stands="double", reason="已调动", by=system)
    member.refresh_from_db()
    assert member.merged_into_id == case.double_id
    assert Employment.objects.current().filter(member=case.double).get().unit == cast.other_unit


def test_what_is_merged_is_not_merged_again(cast, case, member, system):
    settle_double(case, stands="first", reason="核对", by=system)
    with pytest.raises(ValidationError):
        merge_members(member, case.double, reason="再次", by=system)
    with pytest.raises(ValidationError):
        merge_members(case.double, member, reason="反过来", by=system)


def test_report_ins_at_one_community_become_one(cast, member, system):
    other = make_member(cast.second_unit, name="王小明")
    make_report_in(other, cast.community)
    merge_members(member, other, reason="同一人", by=system)
    assert ReportIn.objects.standing().filter(member=member).count() == 1
    assert ReportIn.objects.filter(member=member).count() == 2


def test_what_only_the_double_s_row_says_is_kept(cast, member, system):
    other = make_member(cast.second_unit, name="王小明", phone="13900007777")
    change_member(other, skills="法律咨询", home_address="望江苑1幢2单元301室", by=system)
    change_member(member, skills="医疗", by=system)
    Person.objects.filter(pk=member.person_id).update(phone="", phone_hash="")
    merge_members(member, other, reason="同一人", by=system)
    member = PartyMember.objects.get(pk=member.pk)
    assert (member.skills, member.home_address) == ("医疗", "望江苑1幢2单元301室")
    assert member.person.phone == "13900007777"
    assert Person.objects.filter(phone_hash=member.person.phone_hash).count() == 2


def test_look_alikes_in_sight_become_a_case(cast, client_of, member):
    twin = make_member(cast.unit, name="王小明", phone=member.person.phone)
    unit = client_of(cast.unit_secretary)
    assert "可能重复" in unit.get("/members/doubles/").content.decode()
    unit.act("/members/doubles/open/", {"member": [str(member.uid), str(twin.uid)]})
    assert DoubleCase.objects.get().double == twin
    foreign = make_member(cast.other_unit)
    answer = unit.act("/members/doubles/open/", {"member": [str(member.uid), str(foreign.uid)]})
    assert answer.status_code == 404
    assert DoubleCase.objects.count() == 1


def test_a_member_is_erased_by_two(cast, client_of, member):
    path = f"/members/{member.uid}/erase/"
    office = client_of(cast.district_staff)
    assert "申请删除个人信息" in office.get(member.get_absolute_url()).content.decode()
    assert office.get(path).status_code == 200
    office.act(path, {"reason": "本人书面要求"})
    approval = Approval.objects.get()
    member.person.refresh_from_db()
    assert member.person.name == "王小明"
    with pytest.raises(Refused):
        decide_approval(approval, approve=True, opinion="", by=actor_in(cast.street_staff))
    assert (
        "王小明" not in client_of(cast.city_staff).get(approval.get_absolute_url()).content.decode()
    )
    decided = decide_approval(approval, approve=True, opinion="", by=actor_in(cast.city_staff))
    assert decided.state == ApprovalState.EXECUTED
    assert Person.objects.get(pk=member.person_id).name != "王小明"


def test_a_member_asks_for_their_own_erasure(cast, member):
    post = make_post(Role.MEMBER, person=member.person)
    approval = request_approval(
        "member.erase", target=member, payload={}, reason="不再参加", by=actor_in(post)
    )
    assert approval.asked_posts == [cast.district_staff.pk]
    office = make_post(Role.COMMITTEE, cast.district_committee, person=member.person)
    with pytest.raises(OwnRequest):
        decide_approval(approval, approve=True, opinion="", by=actor_in(office))
    decide_approval(approval, approve=True, opinion="", by=actor_in(cast.district_staff))
    assert Person.objects.get(pk=member.person_id).erased_at is not None


def test_the_desk_opens_a_case_without_a_word(cast, member):
    number = member.person.id_number
    submit_at_desk(
        community=cast.other_community,
        id_number=number,
        name="另一个名字",
        channel="paper",
        by=actor_in(cast.outsider),
    )
    assert DoubleCase.objects.filter(member=member).exists() or member.report_ins.count() >= 1
