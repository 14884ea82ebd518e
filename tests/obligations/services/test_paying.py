"""Owing, paying, taking back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from partybuild.audit.models import Event
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.enums import ObligationState
from partybuild.obligations.exceptions import ObligationNotOpen, ObligationNotPaid, OwnObligation
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, Duty
from partybuild.obligations.services import (
    change_due,
    exempt,
    open_duties,
    owe,
    pay,
    reopen,
    return_debt,
    void,
)
from tests.factories.obligations import make_debt

pytestmark = pytest.mark.django_db


def a_debt(cast, **values):
    values = {"period": "2026Q1", "due_on": date(2026, 3, 10), **values}
    return Debt(duty="test.report", owed_to=cast.committee, bearer_organization=cast.unit, **values)


def test_owing_twice_makes_one_row_and_one_event(cast, system):
    assert owe([a_debt(cast), a_debt(cast)], by=system) == 1
    assert owe([a_debt(cast, due_on=date(2026, 4, 1))], by=system) == 0
    debt = Obligation.objects.get()
    assert (debt.due_on, debt.state, debt.area) == (
        date(2026, 3, 10),
        ObligationState.OPEN,
        cast.community,
    )
    assert Event.objects.filter(kind="obligation.opened").count() == 1


def test_a_debt_without_period_and_subject_is_owed_once(cast, system):
    assert owe([a_debt(cast, period=""), a_debt(cast, period="")], by=system) == 1


def test_an_obligation_has_exactly_one_bearer(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Obligation.objects.create(duty="test.report", owed_to=cast.committee, due_on="2026-03-10")


def test_paying_twice_keeps_the_first(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1")
    keys = {"duty": "test.report", "bearer": cast.unit, "period": "2026Q1"}
    first = pay(**keys, by=system, paid_with=cast.unit)
    clock(2026, 3, 20)
    again = pay(**keys, by=system, state=ObligationState.NIL)
    assert first == again
    assert (again.state, again.paid_on, again.is_late) == (
        ObligationState.FILED,
        date(2026, 3, 5),
        False,
    )
    assert Event.objects.filter(kind="obligation.paid").count() == 1


def test_paying_what_nobody_owes_is_none(cast, system):
    assert pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=system) is None


def test_a_paper_counts_for_the_day_it_came(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1")
    clock(2026, 3, 12)
    keys = {"duty": "test.report", "bearer": cast.unit, "period": "2026Q1"}
    debt = pay(**keys, by=system, on=date(2026, 3, 10))
    assert not debt.is_late
    assert list(Obligation.objects.on_time()) == [debt]


def test_paying_stops_the_reminders(cast, system):
    debt = make_debt(cast.unit, cast.committee, period="2026Q1")
    notify(
        kind="reminder",
        subject=debt,
        recipients=[Recipient(organization=cast.unit)],
        title="请填报",
        body="",
        by=system,
        obligation=debt,
        is_reminder=True,
    )
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=system)
    assert set(Notice.objects.mail().values_list("state", flat=True)) == {NoticeState.CANCELLED}


def test_a_returned_debt_is_paid_again(cast, system):
    debt = make_debt(cast.unit, cast.committee, period="2026Q1")
    with pytest.raises(ObligationNotPaid):
        return_debt(debt, reason="缺数字", by=system)
    keys = {"duty": "test.report", "bearer": cast.unit, "period": "2026Q1"}
    paid = pay(**keys, by=system)
    returned = return_debt(paid, reason="缺数字", by=system)
    assert (returned.state, returned.paid_on, returned.reason) == ("returned", None, "缺数字")
    assert pay(**keys, by=system).state == ObligationState.FILED
    assert reopen(keys, reason="撤回填报", by=system).state == ObligationState.OPEN
    assert reopen(keys, reason="撤回填报", by=system) is None


def test_an_exempt_debt_is_owed_but_not_expected(cast, system):
    debt = make_debt(cast.unit, cast.committee, period="2026Q1")
    exempt(debt, reason="停业整顿", by=system)
    assert list(Obligation.objects.owed()) == [debt]
    assert list(Obligation.objects.expected()) == []
    with pytest.raises(ObligationNotOpen):
        exempt(debt, reason="再来一次", by=system)


def test_nobody_exempts_themselves(cast):
    from partybuild.accounts.actors import actor_in

    debt = make_debt(cast.committee, cast.street_committee, period="2026Q1")
    with pytest.raises(OwnObligation):
        exempt(debt, reason="忙", by=actor_in(cast.secretary))


def test_a_cancelled_subject_voids_its_debts(cast, system):
    debts = [
        make_debt(unit, cast.committee, duty="test.answer", subject=cast.committee)
        for unit in (cast.unit, cast.second_unit)
    ]
    pay(duty="test.answer", bearer=cast.unit, subject=cast.committee, by=system)
    assert void(duty="test.answer", subject=cast.committee, by=system) == 2
    assert void(duty="test.answer", subject=cast.committee, by=system) == 0
    assert Obligation.objects.owed().count() == 0
    assert {Obligation.objects.get(pk=debt.pk).paid_on for debt in debts} == {None}


def test_moving_the_date_leaves_what_is_paid(cast, system):
    for unit in (cast.unit, cast.second_unit):
        make_debt(unit, cast.committee, duty="test.answer", subject=cast.committee)
    pay(duty="test.answer", bearer=cast.unit, subject=cast.committee, by=system)
    keys = {"duty": "test.answer", "subject": cast.committee, "due_on": date(2026, 3, 20)}
    assert change_due(**keys, by=system) == 1
    assert change_due(**keys, by=system) == 0


def test_the_sweep_opens_the_running_period_once(cast, system, monkeypatch):
    class Quarterly(Duty):
        key = "test.quarterly"

        def debts(self, period):
            yield Debt(
                duty=self.key,
                bearer_organization=cast.unit,
                owed_to=cast.committee,
                due_on=period.end,
                period=str(period),
            )

    monkeypatch.setattr("partybuild.obligations.services.opening.duties", lambda: [Quarterly()])
    assert open_duties(on=date(2026, 3, 31), by=system) == 1
    assert open_duties(on=date(2026, 3, 31), by=system) == 0
    assert open_duties(on=date(2026, 4, 1), by=system) == 1
    assert sorted(Obligation.objects.values_list("period", flat=True)) == ["2026Q1", "2026Q2"]
