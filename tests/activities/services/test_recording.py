"""Service records out of attendance: entered once, with everybody's own hours."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from activities.exceptions import ActivityNotOverYet, NobodyToRecord
from activities.models import Attendance, Evaluation
from activities.queries.hosts import certified_elsewhere
from activities.services.recording import enter_from_attendance
from members.exceptions import CertifierIsOnList
from members.models import ServiceRecord
from members.queries.cards import cards_of
from members.queries.facts import facts_of
from members.queries.statistics import Cut, by_community, by_unit, total_of
from members.services import certify_records, withdraw_records
from partybuild.accounts.actors import actor_in
from partybuild.areas.models.area import area_keys
from partybuild.areas.services import set_parameter
from partybuild.calendar import SHANGHAI, Period
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM
from tests.factories.members import make_member, make_report_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(cast, clock):
    """An activity of 2.5 hours on March 14th, over since an hour."""
    made = make_activity(cast.community, cast.committee)
    clock(2026, 3, 14, 12, 30)
    return made


def _came(activity, member, state="present", **values):
    return Attendance.objects.create(
        activity=activity,
        member=member,
        state=state,
        via="hand",
        member_name=member.person.name,
        unit=member.employments.get().unit,
        unit_name=member.employments.get().unit.name,
        **area_keys(activity.community),
        **values,
    )


def test_everybody_has_their_own_hours(activity, cast):
    early, late, excused = make_reported_in(cast.unit, cast.community, 3)
    _came(activity, early)
    _came(activity, late, "late", arrived_at=datetime(2026, 3, 14, 10, 20, tzinfo=SHANGHAI))
    _came(activity, excused, "excused")
    sheet = enter_from_attendance(activity, by=actor_in(cast.secretary))
    records = {each.member_id: each for each in ServiceRecord.objects.filter(sheet=sheet)}
    assert {pk: each.hours for pk, each in records.items()} == {
        early.pk: Decimal("2.5"),
        late.pk: Decimal("1.0"),
    }
    one = records[early.pk]
    assert (one.state, one.source, one.content) == ("entered", "attendance", "清洁家园")
    assert (str(one.date), one.place, one.unit) == ("2026-03-14", "和平社区广场", cast.unit)
    assert Attendance.objects.get(member=early).service_record == one


def test_before_the_end_there_are_no_hours(activity, cast, clock):
    [member] = make_reported_in(cast.unit, cast.community, 1)
    _came(activity, member)
    clock(2026, 3, 14, 11)
    with pytest.raises(ActivityNotOverYet):
        enter_from_attendance(activity, by=SYSTEM)
    assert not ServiceRecord.objects.exists()


def test_pressed_again_only_who_came_in_since_joins_the_list(activity, cast):
    first, second = make_reported_in(cast.unit, cast.community, 2)
    _came(activity, first)
    sheet = enter_from_attendance(activity, by=SYSTEM)
    with pytest.raises(NobodyToRecord):
        enter_from_attendance(activity, by=SYSTEM)
    _came(activity, second)
    assert enter_from_attendance(activity, by=SYSTEM) == sheet
    assert ServiceRecord.objects.filter(sheet=sheet).count() == 2


def test_who_comes_in_after_certification_joins_the_list_so_that_it_is_one_occasion(activity, cast):
    first, second = make_reported_in(cast.unit, cast.community, 2)
    _came(activity, first)
    sheet = enter_from_attendance(activity, by=SYSTEM)
    certify_records(list(ServiceRecord.objects.filter(sheet=sheet)), by=SYSTEM)
    _came(activity, second)
    assert enter_from_attendance(activity, by=SYSTEM) == sheet
    assert ServiceRecord.objects.certified().count() == 1
    certify_records(list(ServiceRecord.objects.waiting().filter(sheet=sheet)), by=SYSTEM)
    found = total_of(Cut(actor_in(cast.secretary).scope, Period.parse("2026Q1")))
    assert (found.people, found.times, found.events) == (2, 2, 1)


def test_whose_line_was_taken_back_by_itself_stands_on_a_further_list(activity, cast):
    first, second = make_reported_in(cast.unit, cast.community, 2)
    _came(activity, first)
    _came(activity, second)
    sheet = enter_from_attendance(activity, by=SYSTEM)
    certify_records(list(ServiceRecord.objects.filter(sheet=sheet)), by=SYSTEM)
    ServiceRecord.objects.filter(member=first).update(state="withdrawn")
    assert enter_from_attendance(activity, by=SYSTEM) != sheet


def test_a_list_taken_back_may_be_entered_again(activity, cast):
    [member] = make_reported_in(cast.unit, cast.community, 1)
    _came(activity, member)
    sheet = enter_from_attendance(activity, by=SYSTEM)
    withdraw_records(list(ServiceRecord.objects.filter(sheet=sheet)), reason="时长有误", by=SYSTEM)
    Attendance.objects.update(hours=Decimal("2.0"))
    again = enter_from_attendance(activity, by=SYSTEM)
    assert again != sheet
    assert ServiceRecord.objects.get(sheet=again).hours == Decimal("2.0")


def test_nobody_who_came_certifies_the_list(activity, cast):
    [member] = make_reported_in(cast.unit, cast.community, 1)
    _came(activity, member)
    sheet = enter_from_attendance(activity, by=SYSTEM)
    records = list(ServiceRecord.objects.filter(sheet=sheet))
    member.person.merged_into = cast.worker.person
    member.person.save()
    with pytest.raises(CertifierIsOnList):
        certify_records(records, by=actor_in(cast.worker))
    assert certify_records(records, by=actor_in(cast.secretary)) == 1


def test_who_was_excused_stands_in_the_table_on_both_sides(activity, cast):
    came, excused, silent = make_reported_in(cast.unit, cast.community, 3)
    _came(activity, came)
    _came(activity, excused, "excused")
    _came(activity, silent, "unrecorded")
    quarter = Period.parse("2026Q1")
    here, unit = actor_in(cast.secretary).scope, actor_in(cast.liaison).scope
    assert total_of(Cut(here, quarter)).tallies["excused"] == 1
    [of_unit] = by_unit(Cut(here, quarter))
    [of_community] = by_community(Cut(unit, quarter))
    assert of_unit.figures == of_community.figures
    assert of_unit.figures.tallies == {"excused": 1}
    assert total_of(Cut(here, Period.parse("2026-02"))).tallies["excused"] == 0


def test_the_card_says_what_residents_answered(activity, cast):
    [member] = make_reported_in(cast.unit, cast.community, 1)
    _came(activity, member)
    sheet = enter_from_attendance(activity, by=SYSTEM)
    certify_records(list(ServiceRecord.objects.filter(sheet=sheet)), by=SYSTEM)
    for grade in ("satisfied", "satisfied", "mostly"):
        Evaluation.objects.create(
            activity=activity, side="resident", grade=grade, via="paper", given_at=activity.ends_at
        )
    [card] = cards_of(Cut(actor_in(cast.liaison).scope, Period.parse("2026Q1")))
    assert [card.evaluations[record.pk] for record in card.records] == ["满意2、基本满意1"]


@pytest.fixture
def joint(cast, clock):
    """An activity of both communities, over since an hour."""
    made = make_activity(cast.community, cast.committee, helpers=[cast.sibling_committee])
    clock(2026, 3, 14, 12, 30)
    return made


def test_each_community_certifies_its_own_people_and_all_is_one_occasion(joint, cast):
    [here] = make_reported_in(cast.unit, cast.community, 1)
    [there] = make_reported_in(cast.unit, cast.sibling, 1)
    # Reported in at both: where it took place.
    set_parameter(cast.street, key="report_in.max_communities", value=2, by=SYSTEM)
    [both] = make_reported_in(cast.second_unit, cast.sibling, 1)
    make_report_in(both, cast.community)
    # Of a unit, reported in at neither.
    guest = make_member(cast.unit)
    for each in (here, there, both, guest):
        _came(joint, each)
    sheet = enter_from_attendance(joint, by=actor_in(cast.secretary))
    records = ServiceRecord.objects.filter(sheet=sheet)
    assert dict(records.values_list("member", "community")) == {
        here.pk: cast.community.pk,
        there.pk: cast.sibling.pk,
        both.pk: cast.community.pk,
        guest.pk: cast.community.pk,
    }
    other = records.get(member=there)
    assert (other.place, other.frozen_community) == ("和平社区广场", cast.sibling)
    assert certified_elsewhere(joint) == [("新桥社区", 1)]
    certify_records(list(records), by=SYSTEM)
    quarter = Period.parse("2026Q1")
    of_street = total_of(Cut(actor_in(cast.street_staff).scope, quarter))
    of_one = total_of(Cut(actor_in(cast.secretary).scope, quarter))
    of_other = total_of(Cut(actor_in(cast.sibling_secretary).scope, quarter))
    assert (of_one.times, of_other.times, of_street.times) == (3, 1, 4)
    assert (of_one.events, of_other.events, of_street.events) == (1, 1, 1)
    # What the second community feeds back has it.
    assert facts_of(there, cast.sibling, quarter).times == 1
    groups = by_community(Cut(actor_in(cast.liaison).scope, quarter))
    assert {group.name: group.figures.times for group in groups} == {"和平社区": 2, "新桥社区": 1}
