"""Service records and the summaries compiled from them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from members.exceptions import (
    CertifierIsOnList,
    HoursNotInHalves,
    ListAlreadyDecided,
    NotReportedInHere,
    QuarterNotOver,
    SummaryAlreadyAcknowledged,
    SummaryAlreadyAnswered,
    SummaryAlreadySent,
)
from members.models import PartyMember, ServiceRecord, ServiceSummary
from members.services import (
    acknowledge_summary,
    answer_summary,
    certify_records,
    enter_services,
    sign_summaries,
    sign_summary,
    withdraw_records,
)
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from partybuild.documents.registry import kind_of
from partybuild.documents.services import draft_of
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.members import make_member, make_services

pytestmark = pytest.mark.django_db
Q1 = Period.parse("2026Q1")


@pytest.fixture
def after_quarter(world, clock):
    """The second working day after the quarter."""
    clock(2026, 4, 2)
    return world


def _sign(world, unit=None):
    cast = world.cast
    return sign_summary(
        community=cast.community, unit=unit or cast.unit, period=Q1, by=actor_in(cast.secretary)
    )


def test_hours_are_kept_in_halves(world, system):
    with pytest.raises(HoursNotInHalves):
        make_services(world.cast.community, [world.a], hours=Decimal("1.2"))


def test_service_is_for_members_reported_in_here(world):
    with pytest.raises(NotReportedInHere):
        make_services(world.cast.community, [world.a, world.d])
    assert ServiceRecord.objects.count() == 4


def test_nobody_certifies_a_list_with_themselves(world):
    PartyMember.objects.filter(pk=world.b.pk).update(person=world.cast.secretary.person)
    records = make_services(world.cast.community, [world.a, world.b], certified=False)
    with pytest.raises(CertifierIsOnList):
        certify_records(records, by=actor_in(world.cast.secretary))
    assert certify_records(records, by=actor_in(world.cast.worker)) == 2


def test_a_list_is_decided_once_and_whole(world):
    records = make_services(world.cast.community, [world.a, world.b], certified=False)
    withdraw_records(records[:1], reason="登记有误", by=actor_in(world.cast.worker))
    with pytest.raises(ListAlreadyDecided), transaction.atomic():
        certify_records(records, by=actor_in(world.cast.secretary))
    records[1].refresh_from_db()
    assert records[1].state == "entered"


def test_a_summary_is_signed_when_its_quarter_is_over(world):
    with pytest.raises(QuarterNotOver):
        _sign(world)
    assert not ServiceSummary.objects.exists()


def test_summary_says_what_was_certified(after_quarter):
    make_services(after_quarter.cast.community, [after_quarter.a], certified=False)
    summary = _sign(after_quarter)
    assert (summary.reported_in_count, summary.served_count, summary.times, summary.hours) == (
        2,
        2,
        3,
        Decimal("7.5"),
    )
    assert [(line["name"], line["times"], line["hours"]) for line in summary.lines] == [
        ("安一", 2, "5.0"),
        ("白二", 1, "2.5"),
    ]


def test_what_is_certified_late_comes_with_the_next_quarter(after_quarter, clock):
    late = make_services(after_quarter.cast.community, [after_quarter.a], certified=False)
    first = _sign(after_quarter)
    certify_records(late, by=actor_in(after_quarter.cast.worker))
    clock(2026, 7, 2)
    second = sign_summary(
        community=after_quarter.cast.community,
        unit=after_quarter.cast.unit,
        period=Period.parse("2026Q2"),
        by=actor_in(after_quarter.cast.secretary),
    )
    first.refresh_from_db()
    assert (first.times, second.times) == (3, 1)
    # It says so: the quarter's own figures count that service in its own quarter.
    assert (first.times_before, second.times_before) == (0, 1)
    paper = str(draft_of(kind_of("service.summary"), second).plain())
    assert "其中1人次是以前季度的" in paper


def test_signing_pays_one_debt_and_opens_another(after_quarter, system):
    cast = after_quarter.cast
    open_duties(on=date(2026, 4, 1), by=system)
    assert Obligation.objects.filter(duty="summary.send").count() == 2
    summary = _sign(after_quarter)
    sent = Obligation.objects.get(duty="summary.send", unit=cast.unit)
    owed = Obligation.objects.get(duty="summary.acknowledge")
    assert (sent.state, sent.bearer_organization, sent.owed_to) == (
        ObligationState.FILED,
        cast.committee,
        cast.unit,
    )
    assert (owed.state, owed.bearer_organization, owed.subject_uid) == (
        ObligationState.OPEN,
        cast.unit,
        summary.uid,
    )
    assert owed.due_on == date(2026, 4, 16)
    assert Notice.objects.filter(kind="summary.sent", organization=cast.unit).exists()
    acknowledge_summary(summary, by=actor_in(cast.liaison))
    owed.refresh_from_db()
    assert (owed.state, summary.state) == (ObligationState.FILED, "acknowledged")
    open_duties(on=date(2026, 4, 20), by=system)
    assert Obligation.objects.filter(duty="summary.send").count() == 2


def test_second_signature_is_refused(after_quarter):
    _sign(after_quarter)
    with pytest.raises(SummaryAlreadySent), transaction.atomic():
        _sign(after_quarter)
    cast = after_quarter.cast
    signed = sign_summaries(
        community=cast.community,
        units=[cast.unit, cast.second_unit],
        period=Q1,
        by=actor_in(cast.secretary),
    )
    assert [summary.unit for summary in signed] == [cast.second_unit]


def test_second_receipt_is_refused(after_quarter):
    summary = _sign(after_quarter)
    acknowledge_summary(
        summary,
        by=actor_in(after_quarter.cast.worker),
        channel="phone",
        on=date(2026, 4, 1),
    )
    with pytest.raises(SummaryAlreadyAcknowledged):
        acknowledge_summary(summary, by=actor_in(after_quarter.cast.liaison))
    assert summary.acknowledge_channel == "phone"


def test_half_written_summary_is_gone(after_quarter, monkeypatch):
    def fails(**kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("members.services.summaries.notify", fails)
    with pytest.raises(RuntimeError):
        _sign(after_quarter)
    assert not ServiceSummary.objects.exists()
    assert not ServiceRecord.objects.exclude(summary=None).exists()


def test_snapshot_does_not_change_with_the_roster(after_quarter, system):
    from members.services import change_member, end_report_in

    summary = _sign(after_quarter)
    change_member(after_quarter.a, name="安改名", by=system)
    end_report_in(after_quarter.report_in, reason="moved", by=system)
    summary.refresh_from_db()
    assert summary.lines[0]["name"] == "安一"
    assert summary.reported_in_count == 2


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lists=st.lists(
        st.tuples(
            st.sets(st.sampled_from("abc"), min_size=1),
            st.integers(1, 16),
            st.integers(0, 120),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_summaries_equal_certified_records(after_quarter, lists):
    """Whatever is entered: each certified record of the quarter stands in exactly one summary."""
    world, community = after_quarter, after_quarter.cast.community
    by = actor_in(world.cast.secretary)
    with transaction.atomic():
        for names, halves, day, certified in lists:
            records = enter_services(
                community=community,
                members=[getattr(world, name) for name in names],
                date=date(2025, 12, 1) + timedelta(days=day),
                content="志愿服务",
                kind="other",
                hours=Decimal(halves) / 2,
                by=by,
            )
            if certified:
                certify_records(records, by=by)
        signed = sign_summaries(
            community=community,
            units=[world.cast.unit, world.cast.second_unit],
            period=Q1,
            by=by,
        )
        wanted = ServiceRecord.objects.certified().filter(date__lte=Q1.end)
        assert sum(summary.times for summary in signed) == wanted.count()
        assert sum(summary.hours for summary in signed) == sum(each.hours for each in wanted)
        assert not wanted.filter(summary=None).exists()
        lines = [record for s in signed for line in s.lines for record in line["records"]]
        assert sum(Decimal(record["hours"]) for record in lines) == sum(
            each.hours for each in wanted
        )
        transaction.set_rollback(True)


def test_a_new_roster_member_is_no_part_of_an_old_summary(after_quarter):
    summary = _sign(after_quarter)
    make_member(after_quarter.cast.unit)
    summary.refresh_from_db()
    assert summary.reported_in_count == 2


def test_a_unit_answers_with_its_receipt_or_afterwards_once(after_quarter):
    liaison = actor_in(after_quarter.cast.liaison)
    summary = _sign(after_quarter)
    with pytest.raises(SummaryAlreadyAnswered), transaction.atomic():
        answer_summary(summary, answer="尚未签收", by=liaison)
    acknowledge_summary(summary, by=liaison)
    answer_summary(summary, answer=" 已在支部会上通报。 ", by=liaison)
    with pytest.raises(SummaryAlreadyAnswered), transaction.atomic():
        answer_summary(summary, answer="再答", by=liaison)
    summary.refresh_from_db()
    assert (summary.answer, summary.answered_by) == ("已在支部会上通报。", liaison.post)
    other = _sign(after_quarter, after_quarter.cast.second_unit)
    acknowledge_summary(
        other, answer="收到", channel="phone", by=actor_in(after_quarter.cast.worker)
    )
    other.refresh_from_db()
    assert (other.answer, other.answer_channel, other.state) == ("收到", "phone", "acknowledged")
    told = Notice.objects.filter(kind="summary.answered", channel="in_app")
    assert set(told.values_list("organization", flat=True)) == {summary.committee_id}
