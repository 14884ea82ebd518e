"""Units report in at communities."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from members.exceptions import (
    RosterSmallerThanPart,
    UnitAlreadyReportedIn,
    UnitReportInAlreadyDecided,
)
from members.models import UnitReportIn
from members.queries.unit_report_ins import known_of
from members.services import (
    confirm_unit_report_in,
    end_unit_report_in,
    return_unit_report_in,
    withdraw_unit_report_in,
)
from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.notices.models import Notice
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import open_duties
from tests.factories.members import make_member, make_report_in, make_unit_report_in
from tests.factories.units import make_unit_of


@pytest.mark.django_db
def test_taking_in_freezes_areas_answers_the_debt_and_sends_a_receipt(cast, clock, system):
    clock(2026, 3, 5, 9)
    report_in = make_unit_report_in(cast.unit, cast.community, confirmed=False, on=date(2026, 3, 5))
    debt = Obligation.objects.get(duty="unit_report_in.decide")
    assert (debt.bearer_organization, debt.owed_to, debt.state) == (
        cast.committee,
        cast.unit,
        "open",
    )
    clock(2026, 3, 6, 9)
    confirm_unit_report_in(report_in, opinion="同意", by=actor_in(cast.secretary))
    debt.refresh_from_db()
    assert (report_in.state, report_in.opinion, report_in.frozen_street_id) == (
        "confirmed",
        "同意",
        cast.street.pk,
    )
    assert report_in.receipt_number == "回执〔2026〕1号"
    assert debt.state == "filed"
    assert Notice.objects.filter(kind="unit_report_in.confirmed", organization=cast.unit).exists()


@pytest.mark.django_db
def test_one_active_per_unit_and_community(cast):
    make_unit_report_in(cast.unit, cast.community)
    with pytest.raises(UnitAlreadyReportedIn):
        make_unit_report_in(cast.unit, cast.community)
    make_unit_report_in(cast.unit, cast.sibling)
    assert UnitReportIn.objects.count() == 2


@pytest.mark.django_db
def test_parts_are_not_more_than_the_whole(cast):
    with pytest.raises(RosterSmallerThanPart):
        make_unit_report_in(cast.unit, cast.community, members_total=5, members_in_service=6)
    assert not UnitReportIn.objects.exists()


@pytest.mark.django_db
def test_returned_and_withdrawn_may_come_again(cast, system):
    first = make_unit_report_in(cast.unit, cast.community, confirmed=False)
    return_unit_report_in(first, reason="电话有误", by=actor_in(cast.secretary))
    second = make_unit_report_in(cast.unit, cast.community, confirmed=False)
    withdraw_unit_report_in(second, by=actor_in(cast.liaison))
    with pytest.raises(UnitReportInAlreadyDecided):
        confirm_unit_report_in(second, by=actor_in(cast.secretary))
    third = make_unit_report_in(cast.unit, cast.community)
    end_unit_report_in(third, reason="moved", by=actor_in(cast.secretary))
    assert list(UnitReportIn.objects.order_by("pk").values_list("state", flat=True)) == [
        "returned",
        "withdrawn",
        "ended",
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_was_first(cast, system):
    report_in = make_unit_report_in(cast.unit, cast.community, confirmed=False)
    start, done = threading.Barrier(2), []

    def decide(verb, **words):
        try:
            start.wait()
            verb(UnitReportIn.objects.get(pk=report_in.pk), by=system, **words)
        except UnitReportInAlreadyDecided:
            done.append("late")
        else:
            done.append("first")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=(confirm_unit_report_in,)),
        threading.Thread(target=decide, args=(return_unit_report_in,), kwargs={"reason": "有误"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["first", "late"]


@pytest.mark.django_db
def test_the_form_knows_what_the_platform_knows(cast, clock):
    make_unit_of(cast.unit)
    for number in range(3):
        member = make_member(cast.unit)
        if number:
            make_report_in(member, cast.community)
    known = known_of(cast.unit)
    assert (
        known["members_total"],
        known["members_in_service"],
        known["members_reported_in"],
        known["contact_name"],
    ) == (3, 3, 2, "联络员甲")
    cast.unit.contact_name = "李联络"
    assert known_of(cast.unit)["contact_name"] == "李联络"


@pytest.mark.django_db
def test_a_place_that_asks_for_it_is_owed_the_unit_s_own_report_in_once(cast, clock, system):
    clock(2026, 3, 5, 9)
    make_unit_of(cast.unit)
    make_unit_of(cast.second_unit)
    make_unit_of(cast.other_unit)
    open_duties(on=date(2026, 3, 5), by=system)
    rows = Obligation.objects.filter(duty="unit_report_in.submit")
    # Nothing is asked where nobody has set the days.
    assert not rows.exists()
    set_parameter(cast.street, key="unit_report_in.first_deadline", value=30, by=system)
    make_unit_report_in(cast.second_unit, cast.community)
    open_duties(on=date(2026, 3, 5), by=system)
    open_duties(on=date(2026, 3, 6), by=system)
    debt = rows.get()
    assert (debt.bearer_organization, debt.owed_to, debt.due_on, debt.state) == (
        cast.unit,
        cast.committee,
        date(2026, 4, 4),
        "open",
    )
    first = make_unit_report_in(cast.unit, cast.community, confirmed=False, on=date(2026, 3, 6))
    debt.refresh_from_db()
    assert (debt.state, debt.paid_on) == ("filed", date(2026, 3, 6))
    return_unit_report_in(first, reason="地址有误", by=system)
    debt.refresh_from_db()
    assert debt.state == "open"
    again = make_unit_report_in(cast.unit, cast.community, confirmed=False, on=date(2026, 3, 9))
    debt.refresh_from_db()
    assert debt.state == "filed"
    withdraw_unit_report_in(again, by=system)
    debt.refresh_from_db()
    assert debt.state == "open"
    make_unit_report_in(cast.unit, cast.community, on=date(2026, 3, 10))
    debt.refresh_from_db()
    assert debt.state == "filed"
    assert rows.count() == 1


@pytest.mark.django_db
def test_what_the_community_entered_from_paper_waits_on_its_list_too(cast):
    make_unit_report_in(cast.unit, cast.community, confirmed=False, channel="paper")
    debt = Obligation.objects.get(duty="unit_report_in.decide")
    assert (debt.bearer_organization, debt.state) == (cast.committee, "open")
    assert not Notice.objects.filter(kind="unit_report_in.submitted").exists()
