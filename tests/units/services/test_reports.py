"""Quarterly reports and the ledger."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from partybuild.notices.models import Notice
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit_of
from units.enums import ReportState
from units.exceptions import (
    ReportAlreadyFiled,
    ReportIncomplete,
    ReportNotUnderReview,
    ReportTooEarly,
)
from units.models import UnitReport
from units.services import (
    accept_report,
    file_nil_report,
    file_report,
    return_report,
    save_report_draft,
)

Q1 = Period.parse("2026Q1")
VALUES = {
    "members": "12",
    "reported_in": 3,
    "served": 2,
    "service_hours": "7.5",
    "work": " 做了事 ",
}


def debt_of(unit):
    return Obligation.objects.get(duty="report.file", bearer_organization=unit, period="2026Q1")


@pytest.mark.django_db
def test_every_unit_owes_the_committee_of_its_community(cast, system):
    make_unit_of(cast.unit)
    make_unit_of(cast.other_unit)
    open_duties(on=date(2026, 3, 5), by=system)
    open_duties(on=date(2026, 3, 6), by=system)
    owed = Obligation.objects.filter(duty="report.file").values_list(
        "bearer_organization", "owed_to", "period"
    )
    assert set(owed) == {
        (cast.unit.pk, cast.committee.pk, "2026Q1"),
        (cast.other_unit.pk, cast.other_committee.pk, "2026Q1"),
    }


@pytest.mark.django_db
def test_the_report_is_due_on_the_fifth_working_day(cast, system):
    make_unit_of(cast.unit)
    open_duties(on=date(2026, 3, 5), by=system)
    # 1 to 3 April, then 6 and 7: no holiday stands in the table of this test.
    assert debt_of(cast.unit).due_on == date(2026, 4, 7)


@pytest.mark.django_db
def test_file_report_pays_and_gives_a_receipt(cast, system):
    make_unit_of(cast.unit)
    open_duties(on=date(2026, 3, 5), by=system)
    report = file_report(cast.unit, period=Q1, values=VALUES, by=actor_in(cast.liaison))
    assert report.state == ReportState.FILED
    assert report.values == {
        "members": 12,
        "reported_in": 3,
        "served": 2,
        "service_hours": 7.5,
        "work": "做了事",
    }
    assert (report.unit_name, report.community_name) == ("江湾区图书馆", "和平社区")
    assert report.frozen_street_id == cast.street.pk
    assert report.receipt_number == "回执〔2026〕1号"
    debt = debt_of(cast.unit)
    assert (debt.state, debt.paid_with_uid) == (ObligationState.FILED, report.uid)


@pytest.mark.django_db
def test_filing_before_the_debt_was_opened_pays_it(cast, system):
    make_unit_of(cast.unit)
    file_nil_report(cast.unit, period=Q1, by=actor_in(cast.liaison))
    open_duties(on=date(2026, 3, 5), by=system)
    assert debt_of(cast.unit).state == ObligationState.NIL


@pytest.mark.django_db
def test_what_the_platform_knows_is_counted(cast, system):
    make_unit_of(cast.unit)
    members = [make_member(cast.unit) for _ in range(3)]
    for member in members[:2]:
        make_report_in(member, cast.community)
    make_services(cast.community, members[:1])
    report = file_nil_report(cast.unit, period=Q1, by=actor_in(cast.liaison))
    assert report.counted == {"members": 3, "reported_in": 2, "served": 1, "service_hours": 2.5}
    assert report.is_nil


@pytest.mark.django_db
def test_a_missing_figure_is_named(cast):
    make_unit_of(cast.unit)
    with pytest.raises(ReportIncomplete) as refused:
        file_report(
            cast.unit,
            period=Q1,
            values={**VALUES, "served": "", "members": "-1"},
            by=actor_in(cast.liaison),
        )
    assert set(refused.value.message_dict) == {"members", "served"}
    assert not UnitReport.objects.exclude(state=ReportState.DRAFT).exists()


@pytest.mark.django_db
def test_a_quarter_that_has_not_begun_is_refused(cast):
    make_unit_of(cast.unit)
    with pytest.raises(ReportTooEarly):
        file_nil_report(cast.unit, period=Period.parse("2026Q2"), by=actor_in(cast.liaison))


@pytest.mark.django_db
def test_a_second_filing_is_refused_and_changes_nothing(cast):
    make_unit_of(cast.unit)
    first = file_report(cast.unit, period=Q1, values=VALUES, by=actor_in(cast.liaison))
    with pytest.raises(ReportAlreadyFiled):
        file_nil_report(cast.unit, period=Q1, by=actor_in(cast.unit_secretary))
    assert UnitReport.objects.get().filed_at == first.filed_at
    assert debt_of(cast.unit).state == ObligationState.FILED


@pytest.mark.django_db
def test_a_returned_report_opens_the_debt_and_keeps_what_was_typed(cast):
    make_unit_of(cast.unit)
    report = file_report(cast.unit, period=Q1, values=VALUES, by=actor_in(cast.liaison))
    return_report(report, reason="党员数与花名册不符", by=actor_in(cast.secretary))
    report.refresh_from_db()
    assert (report.state, report.values["members"]) == (ReportState.RETURNED, 12)
    assert debt_of(cast.unit).state == ObligationState.RETURNED
    notice = Notice.objects.filter(kind="report.returned", link_action="report.file").first()
    assert notice.link_uid == debt_of(cast.unit).uid
    again = file_report(
        cast.unit, period=Q1, values={**VALUES, "members": 13}, by=actor_in(cast.liaison)
    )
    assert again.receipt_number == report.receipt_number
    assert (again.pk, again.values["members"], again.return_reason) == (report.pk, 13, "")
    assert debt_of(cast.unit).state == ObligationState.FILED


@pytest.mark.django_db
def test_an_accepted_report_is_not_returned(cast):
    make_unit_of(cast.unit)
    report = file_report(cast.unit, period=Q1, values=VALUES, by=actor_in(cast.liaison))
    accept_report(report, by=actor_in(cast.secretary))
    with pytest.raises(ReportNotUnderReview):
        return_report(report, reason="晚了", by=actor_in(cast.worker))
    report.refresh_from_db()
    assert report.state == ReportState.ACCEPTED


@pytest.mark.django_db
def test_a_proxy_entry_counts_for_the_day_on_the_paper(cast):
    make_unit_of(cast.unit)
    report = file_report(
        cast.unit,
        period=Q1,
        values=VALUES,
        by=actor_in(cast.worker),
        channel="paper",
        on=date(2026, 3, 2),
    )
    assert (report.channel, debt_of(cast.unit).paid_on) == ("paper", date(2026, 3, 2))


@pytest.mark.django_db
def test_a_draft_does_not_pay(cast, system):
    make_unit_of(cast.unit)
    open_duties(on=date(2026, 3, 5), by=system)
    report = save_report_draft(
        cast.unit, period=Q1, values={"work": "写了一半", "rogue": "x"}, by=actor_in(cast.liaison)
    )
    assert (report.state, report.draft) == (ReportState.DRAFT, {"work": "写了一半"})
    assert report.values == {}
    assert debt_of(cast.unit).state == ObligationState.DRAFT


@pytest.mark.django_db
def test_a_filing_whose_debt_cannot_be_paid_is_not_filed(cast, monkeypatch):
    make_unit_of(cast.unit)

    def fails(**kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("units.services.reports.pay", fails)
    with pytest.raises(RuntimeError):
        file_report(cast.unit, period=Q1, values=VALUES, by=actor_in(cast.liaison))
    assert not UnitReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_filing_at_once_one_files(cast):
    make_unit_of(cast.unit)
    actors = [actor_in(cast.liaison), actor_in(cast.unit_secretary)]
    start = threading.Barrier(2)
    outcomes = []

    def run(by):
        start.wait()
        try:
            file_report(cast.unit, period=Q1, values=VALUES, by=by)
            outcomes.append("filed")
        except ReportAlreadyFiled:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(by,)) for by in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["filed", "refused"]
    assert UnitReport.objects.count() == 1
    assert Obligation.objects.filter(duty="report.file", state=ObligationState.FILED).count() == 1
