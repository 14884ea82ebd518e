"""The steps of a debt, from its quarter's first day to the committees above, each once."""

from __future__ import annotations

from datetime import date

import pytest

from partybuild.areas.parameters import PARAMETERS as KINDS
from partybuild.areas.services import set_parameter
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.enums import Channel
from partybuild.notices.models import Notice
from partybuild.notices.services import plan_reminders
from partybuild.obligations.models import Obligation
from partybuild.obligations.notices import no_longer_owed
from partybuild.obligations.queries.chase import ESCALATION
from partybuild.obligations.queries.steps import (
    PARAMETERS,
    step_of,
    steps_above,
    steps_after,
    steps_before,
)
from partybuild.obligations.services import pay
from tests.factories.obligations import make_debt

pytestmark = pytest.mark.django_db

AT = WorkingDays(date(2026, 3, 5), {})
USUAL = {key: KINDS[key].default for key in PARAMETERS}


def days(found):
    return {step.name.split(":")[0]: step.on for step in found}


def test_the_whole_way_of_a_quarterly_debt():
    """Due on Wednesday 8 April 2026, for the first quarter."""
    due = date(2026, 4, 8)
    assert days(steps_before(due, days=AT, parameters=USUAL, period="2026Q1")) == {
        "open": date(2026, 1, 1),
        "middle": date(2026, 3, 25),
        "before": date(2026, 4, 3),
    }
    assert days(steps_after(due, days=AT, parameters=USUAL)) == {
        "due": due,
        "overdue-1": date(2026, 4, 13),
        "overdue-2": date(2026, 4, 16),
        "overdue-3": date(2026, 4, 21),
    }
    assert days(steps_above(due, days=AT, parameters=USUAL)) == {"above-1": date(2026, 4, 24)}
    both = {**USUAL, "escalation.district_days": 2}
    assert days(steps_above(due, days=AT, parameters=both))["above-2"] == date(2026, 4, 28)
    assert days(steps_above(due, days=AT, parameters={**both, "escalation.street_days": 0})) == {}


@pytest.mark.parametrize(
    ("today", "step"),
    [
        (date(2026, 1, 5), "open"),
        (date(2026, 2, 2), None),
        (date(2026, 3, 25), "middle"),
        (date(2026, 4, 3), "before"),
        (date(2026, 4, 8), "due"),
        (date(2026, 4, 9), None),
        (date(2026, 4, 14), "overdue-1"),
        (date(2026, 4, 30), None),
    ],
)
def test_one_step_at_a_time(today, step):
    found = step_of(
        date(2026, 4, 8), days=WorkingDays(today, {}), parameters=USUAL, period="2026Q1"
    )
    assert (found.name.split(":")[0] if found else None) == step


def test_a_place_may_leave_steps_out():
    quiet = {**USUAL, "escalation.open": False, "escalation.middle_days": 0}
    quiet |= {"escalation.due_day": False, "reminder.before_days": 0, "reminder.overdue_times": 0}
    assert not days(steps_before(date(2026, 4, 8), days=AT, parameters=quiet, period="2026Q1"))
    assert not days(steps_after(date(2026, 4, 8), days=AT, parameters=quiet))


@pytest.fixture
def overdue(cast, clock):
    """A debt of each of two units, long overdue on 27 March: the last reminder was on the 19th."""
    clock(2026, 3, 1)
    debt = make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    Obligation.objects.update(created_at="2026-02-01T09:00+08:00")
    clock(2026, 3, 24, 9)
    return debt


def above():
    return Notice.objects.filter(kind=ESCALATION, channel=Channel.IN_APP)


def test_the_street_is_told_once_and_the_next_committee_when_asked_for(
    cast, system, clock, overdue
):
    for _again in range(2):
        plan_reminders(by=system)
    told = above().get()
    assert told.organization == cast.street_committee
    assert told.debt_uids == [overdue.uid]
    clock(2026, 3, 31, 9)
    plan_reminders(by=system)
    assert above().count() == 1


def test_what_is_paid_is_not_told_and_stops_what_was_written(cast, system, clock, overdue):
    plan_reminders(by=system)
    mail = Notice.objects.filter(kind=ESCALATION, channel=Channel.MAIL)
    pay(duty="test.report", bearer=cast.unit, period="2026Q1", by=system)
    assert set(no_longer_owed(list(mail))) == {each.pk for each in mail}
    assert mail
    Notice.objects.all().delete()
    plan_reminders(by=system)
    assert not above().exists()


def test_a_place_tells_nobody_above(cast, system, clock, overdue):
    set_parameter(cast.street, key="escalation.street_days", value=0, by=system)
    plan_reminders(by=system)
    assert not above().exists()


def test_the_streets_own_claim_goes_to_the_street_first(cast, system, clock, overdue):
    make_debt(cast.committee, cast.street_committee, period="2026Q1", due_on=date(2026, 3, 6))
    plan_reminders(by=system)
    assert set(above().values_list("organization", flat=True)) == {cast.street_committee.pk}
    assert above().count() == 2


def test_debts_of_persons_stay_where_they_are(cast, system, clock, overdue):
    Obligation.objects.all().delete()
    make_debt(
        cast.member.person,
        cast.committee,
        duty="test.personal",
        unit=cast.unit,
        due_on=date(2026, 3, 6),
    )
    plan_reminders(by=system)
    assert not above().exists()
