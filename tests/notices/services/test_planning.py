"""Reminders from the ledger: at the right steps, to those who still owe, never twice."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.notices.enums import Channel
from partybuild.notices.models import Notice
from partybuild.notices.services import plan_reminders
from partybuild.obligations.models import Obligation
from partybuild.obligations.notices import no_longer_owed
from partybuild.obligations.queries import last_reminders
from partybuild.obligations.services import change_due, chase, pay
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.obligations import make_debt

pytestmark = pytest.mark.django_db


def steps():
    return sorted(set(Notice.objects.filter(is_reminder=True).values_list("step", flat=True)))


def test_a_quarter_of_reminders_of_one_debt(cast, system, clock):
    """Due on Tuesday 10 March: 3 working days before, that day, 3, 6, 9 days after; the street."""
    make_debt(cast.unit, cast.committee, period="2026Q1")
    found = {}
    clock(2026, 3, 2)
    for day in range(2, 32):
        clock(2026, 3, day)
        Obligation.objects.update(created_at="2026-03-01T09:00+08:00")
        plan_reminders(by=system)
        for step in steps():
            found.setdefault(step.split(":")[0], day)
    assert found == {
        "before": 5,
        "due": 10,
        "overdue-1": 13,
        "overdue-2": 18,
        "overdue-3": 23,
        "above-1": 26,
    }


def test_planning_again_writes_nothing(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 12))
    clock(2026, 3, 9)
    # The secretary's and the liaison's in-app notice, and a mail to the unit's contact.
    assert plan_reminders(by=system) == 3
    assert plan_reminders(by=system) == 0


def test_what_arose_today_is_not_reminded_of_today(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    assert plan_reminders(by=system) == 0
    clock(2026, 3, 6)
    assert plan_reminders(by=system) == 3


def test_reminders_stop_when_paid(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=system)
    clock(2026, 3, 11)
    assert plan_reminders(by=system) == 0


def test_a_moved_date_is_reminded_of_anew(cast, system, clock):
    make_debt(
        cast.unit,
        cast.committee,
        duty="test.answer",
        subject=cast.committee,
        due_on=date(2026, 3, 6),
    )
    clock(2026, 3, 6)
    assert plan_reminders(by=system) == 3
    change_due(duty="test.answer", subject=cast.committee, due_on=date(2026, 3, 10), by=system)
    clock(2026, 3, 10)
    assert plan_reminders(by=system) == 3
    assert steps() == ["due:2026-03-06", "due:2026-03-10"]


def test_a_street_sets_its_own_steps(cast, system, clock):
    set_parameter(cast.street, key="reminder.overdue_every_days", value=1, by=system)
    set_parameter(cast.street, key="reminder.overdue_times", value=1, by=system)
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    make_debt(cast.other_unit, cast.other_committee, period="2026Q1", due_on=date(2026, 3, 6))
    clock(2026, 3, 9)
    plan_reminders(by=system)
    assert set(Notice.objects.values_list("organization", flat=True)) == {cast.unit.pk}
    clock(2026, 3, 10)
    assert plan_reminders(by=system) == 0


def test_a_standstill_is_not_followed_by_a_burst(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    clock(2026, 3, 20)
    plan_reminders(by=system)
    assert len(steps()) == 1
    clock(2026, 9, 20)
    assert plan_reminders(by=system) == 0


def test_a_reminder_goes_to_the_roles_that_pay(cast, system, clock):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    make_debt(
        cast.member.person,
        cast.committee,
        duty="test.personal",
        unit=cast.unit,
        due_on=date(2026, 3, 6),
    )
    clock(2026, 3, 6)
    plan_reminders(by=system)
    in_app = Notice.objects.filter(channel=Channel.IN_APP)
    assert {notice.person for notice in in_app.select_related("person")} == {
        cast.unit_secretary.person,
        cast.liaison.person,
        cast.member.person,
    }


def test_a_chase_is_once_a_day_unless_confirmed(cast, clock):
    debt = make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 4))
    by = actor_in(cast.secretary)
    assert chase([debt], by=by).asked == 1
    assert chase([debt], by=by).asked_today == 1
    assert chase([debt], by=by, again=True).asked == 1
    clock(2026, 3, 6)
    assert chase([debt], by=by).asked == 1
    assert Notice.objects.filter(kind="chase", channel=Channel.MAIL).count() == 3


def test_a_chase_leaves_out_what_is_paid_and_ones_own(cast):
    paid = make_debt(cast.unit, cast.committee, period="2026Q1")
    own = make_debt(cast.committee, cast.street_committee, period="2026Q1")
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=SYSTEM)
    done = chase([paid, own], by=actor_in(cast.secretary))
    assert (done.asked, done.not_owed) == (0, 2)
    assert not Notice.objects.exists()


def test_debts_paid_on_one_page_are_reminded_of_together(cast, system, clock):
    debts = [
        make_debt(
            cast.committee,
            unit,
            duty="test.together",
            subject=unit,
            period="2026Q1",
            due_on=date(2026, 3, 6),
        )
        for unit in (cast.unit, cast.second_unit)
    ]
    clock(2026, 3, 6)
    assert plan_reminders(by=system) == 2
    assert plan_reminders(by=system) == 0
    notice = Notice.objects.get(channel=Channel.MAIL)
    assert notice.title == "【今天到期】2026年第一季度汇总，共2项"
    assert set(last_reminders(debts)) == {debt.uid for debt in debts}

    def pay_for(unit):
        pay(
            duty="test.together",
            bearer=cast.committee,
            subject=unit,
            period="2026Q1",
            by=system,
        )

    pay_for(cast.unit)
    assert no_longer_owed([notice]) == {}
    pay_for(cast.second_unit)
    assert set(no_longer_owed([notice])) == {notice.pk}


def test_a_chase_of_debts_paid_on_one_page_is_one_chase(cast, clock):
    debts = [
        make_debt(cast.committee, unit, duty="test.together", subject=unit, period="2026Q1")
        for unit in (cast.unit, cast.second_unit)
    ]
    by = actor_in(cast.street_staff)
    assert chase(debts, by=by).asked == 2
    assert chase(debts, by=by).asked_today == 2
    assert chase(debts, by=by, again=True).asked == 2
    assert Notice.objects.filter(channel=Channel.MAIL).count() == 2


def at_once(functions):
    """Run functions in threads that start together, each with its own connection."""
    start = threading.Barrier(len(functions))
    errors = []

    def run(function):
        try:
            start.wait()
            function()
        except Exception as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_five_planners_at_once_write_each_notice_once(cast, clock):
    for number in range(30):
        make_debt(
            make_unit_organization(f"单位{number}", cast.community),
            cast.committee,
            period="2026Q1",
            due_on=date(2026, 3, 6),
        )
    clock(2026, 3, 6)
    at_once([lambda: plan_reminders(by=SYSTEM)] * 5)
    # Nobody holds a post there: one notice to the body itself and one mail.
    assert Notice.objects.count() == 60


@pytest.mark.django_db(transaction=True)
def test_two_who_chase_at_once_chase_once(cast, clock):
    debt = make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 4))
    by = actor_in(cast.secretary)
    at_once([lambda: chase([debt], by=by)] * 4)
    assert Notice.objects.filter(channel=Channel.MAIL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_pay_at_once_pay_once(cast):
    from partybuild.audit.models import Event

    make_debt(cast.unit, cast.committee, period="2026Q1")
    at_once([lambda: pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=SYSTEM)] * 4)
    assert Event.objects.filter(kind="obligation.paid").count() == 1
