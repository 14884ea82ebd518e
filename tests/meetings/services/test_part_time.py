"""Part-time members (machine 14): rules, ledger, races."""

from datetime import date, timedelta

import pytest

from meetings.exceptions import (
    AlreadyPartTimeMember,
    NotInOffice,
    ObjectionIsOpen,
    ObjectionWasUpheld,
    OwnMatter,
    PartTimeMovedOn,
    PublicityNotOver,
    ReasonIsMissing,
)
from meetings.models import PartTimeMember
from meetings.services import (
    account_for_year,
    appoint_part_time_member,
    approve_part_time_member,
    drop_part_time_member,
    end_part_time_member,
    evaluate_report,
    publish_part_time_member,
    record_objection,
    renew_part_time_member,
    report_part_time_member,
    return_part_time_member,
    settle_objection,
)
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.calendar import today
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_part_time

pytestmark = pytest.mark.django_db
TERM = {"term_from": date(2026, 3, 5), "term_to": date(2029, 3, 4)}


def published(council, unit, **values):
    return make_part_time(council, unit, state="published", **values)


def test_reported_candidate_is_owed_an_answer_by_the_committee_above(cast, council, secretary):
    member = make_part_time(council, cast.unit, state="selected")
    report_part_time_member(member, by=secretary)
    debt = Obligation.objects.get(duty="part_time.approve")
    assert (debt.bearer_organization, debt.state) == (cast.street_committee, "open")
    assert debt.due_on == date(2026, 3, 19)
    return_part_time_member(member, reason="材料不全", by=actor_in(cast.street_staff))
    debt.refresh_from_db()
    assert (member.state, debt.state) == ("selected", "filed")
    report_part_time_member(member, by=secretary)
    debt.refresh_from_db()
    assert debt.state == "open"
    approve_part_time_member(member, number="5号", by=actor_in(cast.district_staff))
    debt.refresh_from_db()
    assert (member.state, member.approval_number, debt.state) == ("approved", "5号", "filed")
    told = Notice.objects.filter(organization=cast.committee, channel="in_app")
    assert {each.kind for each in told} == {"part_time.returned", "part_time.approved"}


def test_notices_name_nobody(cast, council, secretary):
    make_part_time(council, cast.unit)
    notices = Notice.objects.filter(kind__startswith="part_time.")
    assert notices.exists()
    assert not any("钱兼职" in each.title + each.body for each in notices)


def test_steps_are_not_skipped(cast, council, secretary):
    member = make_part_time(council, cast.unit, state="proposed")
    for step in (
        lambda: report_part_time_member(member, by=secretary),
        lambda: approve_part_time_member(member, by=secretary),
        lambda: publish_part_time_member(
            member, published_on=today(), published_at="", by=secretary
        ),
        lambda: appoint_part_time_member(member, by=secretary, **TERM),
    ):
        with pytest.raises(PartTimeMovedOn):
            step()
    member.refresh_from_db()
    assert member.state == "proposed"


def test_nobody_is_appointed_before_the_publication_is_over(cast, council, secretary, clock):
    member = make_part_time(council, cast.unit, state="approved")
    publish_part_time_member(
        member, published_on=date(2026, 3, 5), published_at="公示栏", by=secretary
    )
    # Five working days after Thursday the 5th.
    assert member.published_until == date(2026, 3, 12)
    clock(2026, 3, 12, 17)
    with pytest.raises(PublicityNotOver):
        appoint_part_time_member(member, by=secretary, **TERM)
    clock(2026, 3, 13, 9)
    appoint_part_time_member(member, by=secretary, **TERM)
    assert member.appointed_on == date(2026, 3, 13)


def test_days_of_publication_are_a_parameter(cast, council, secretary):
    set_parameter(cast.street, key="publicity.days", value=7, by=SYSTEM)
    member = make_part_time(council, cast.unit, state="approved")
    publish_part_time_member(
        member, published_on=date(2026, 3, 5), published_at="公示栏", by=secretary
    )
    assert member.published_until == date(2026, 3, 16)


def test_objections_are_settled_before_the_appointment(cast, council, secretary):
    member = published(council, cast.unit)
    first = record_objection(member, said_on=today(), text="长期不在本地", by=secretary)
    with pytest.raises(ObjectionIsOpen):
        appoint_part_time_member(member, by=secretary, **TERM)
    with pytest.raises(ReasonIsMissing):
        settle_objection(first, is_upheld=False, finding=" ", by=secretary)
    settle_objection(first, is_upheld=False, finding="每周在岗", by=secretary)
    with pytest.raises(PartTimeMovedOn):
        settle_objection(first, is_upheld=True, finding="再核", by=secretary)
    second = record_objection(member, said_on=today(), text="有违规", by=secretary)
    settle_objection(second, is_upheld=True, finding="属实", by=secretary)
    with pytest.raises(ObjectionWasUpheld):
        appoint_part_time_member(member, by=secretary, **TERM)
    drop_part_time_member(member, reason="异议属实", by=secretary)
    assert member.state == "dropped"


def test_appointment_freezes_what_the_papers_say(cast, council, secretary):
    member = published(council, cast.unit)
    appoint_part_time_member(member, by=secretary, division="联系老旧小区", **TERM)
    member.person.name = "钱改名"
    member.person.save()
    member.refresh_from_db()
    assert (member.person_name, member.unit_name) == ("钱兼职", cast.unit.name)
    assert member.frozen_community == cast.community
    event = Event.objects.get(kind="part_time.appointed")
    assert "钱兼职" not in str(event.changes) + event.object_text


def test_person_stands_once_in_a_committee(cast, council, secretary):
    member = make_part_time(council, cast.unit, state="proposed")
    with pytest.raises(AlreadyPartTimeMember):
        make_part_time(council, cast.unit, state="proposed", person=member.person)
    drop_part_time_member(member, reason="本人不愿意", by=secretary)
    assert make_part_time(council, cast.unit, state="proposed", person=member.person)


def test_nobody_decides_about_themselves(cast, council):
    himself = actor_in(cast.secretary)
    member = published(council, cast.committee, person=cast.secretary.person)
    with pytest.raises(OwnMatter):
        appoint_part_time_member(member, by=himself, **TERM)
    appoint_part_time_member(member, by=SYSTEM, **TERM)
    report = account_for_year(member, year=2026, text="述职", by=himself)
    with pytest.raises(OwnMatter):
        evaluate_report(report, evaluation="很好", by=himself)
    with pytest.raises(OwnMatter):
        renew_part_time_member(member, term_to=date(2032, 3, 4), by=himself)


def test_report_is_owed_in_the_last_quarter_and_paid_once(cast, council, secretary, clock):
    member = make_part_time(council, cast.unit)
    open_duties(on=today(), by=SYSTEM)
    assert not Obligation.objects.filter(duty="part_time.report").exists()
    clock(2026, 10, 9, 9)
    open_duties(on=today(), by=SYSTEM)
    debt = Obligation.objects.get(duty="part_time.report")
    assert (debt.bearer_person, debt.period, debt.due_on) == (
        member.person,
        "2026",
        date(2026, 12, 31),
    )
    report = account_for_year(member, year=2026, text="参会四次", by=secretary, channel="paper")
    account_for_year(member, year=2026, text="参会五次", by=secretary, channel="paper")
    debt.refresh_from_db()
    report.refresh_from_db()
    assert (debt.state, report.text) == ("filed", "参会五次")
    evaluate_report(report, evaluation="履职认真", by=secretary)
    with pytest.raises(NotInOffice):
        account_for_year(member, year=2026, text="参会六次", by=secretary, channel="paper")


def test_end_of_term_is_owed_in_its_quarter_and_renewal_pays_it(cast, council, secretary, clock):
    member = make_part_time(council, cast.unit, term_to=date(2026, 6, 20))
    open_duties(on=today(), by=SYSTEM)
    assert not Obligation.objects.filter(duty="part_time.renew").exists()
    clock(2026, 4, 1, 9)
    open_duties(on=today(), by=SYSTEM)
    debt = Obligation.objects.get(duty="part_time.renew")
    assert (debt.bearer_organization, debt.due_on) == (cast.committee, date(2026, 6, 20))
    later = renew_part_time_member(member, term_to=date(2029, 6, 20), by=secretary)
    debt.refresh_from_db()
    member.refresh_from_db()
    assert (member.state, later.state, debt.state) == ("renewed", "appointed", "filed")
    assert (later.term_from, later.earlier) == (date(2026, 6, 21), member)
    with pytest.raises(NotInOffice):
        end_part_time_member(member, kind="term", by=secretary)


def test_end_before_its_time_says_why_and_lets_the_debts_go(cast, council, secretary, clock):
    member = make_part_time(council, cast.unit)
    clock(2026, 10, 9, 9)
    open_duties(on=today(), by=SYSTEM)
    with pytest.raises(ReasonIsMissing):
        end_part_time_member(member, kind="released", by=secretary)
    end_part_time_member(member, kind="transferred", reason="调离", by=secretary)
    assert Obligation.objects.get(duty="part_time.report").state == "not_applicable"
    assert not PartTimeMember.objects.in_office().exists()


def test_term_over_stays_in_the_open_until_somebody_acts(cast, council):
    member = make_part_time(
        council, cast.unit, term_from=today() - timedelta(days=800), term_to=today()
    )
    assert not member.is_over(today())
    assert member.is_over(today() + timedelta(days=1))
