"""T59: of any two transitions at once the result is that of one after the other, and no other.

For each machine every pair of deeds is done in both orders by itself, which gives the states that are
right; then the same two at the same moment. Approvals have theirs in tests/approvals.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import models

from meetings.services import (
    cancel_meeting,
    decide_topic,
    hold_meeting,
    postpone_meeting,
    take_back_notice,
)
from members.models import Employment
from members.services import (
    certify_records,
    confirm_employment,
    confirm_report_in,
    refuse_employment,
    return_report_in,
    submit_report_in,
    withdraw_records,
    withdraw_report_in,
)
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.calendar import now, today
from partybuild.exchange.services import confirm_batch, discard_batch
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify, take_back
from partybuild.notices.services.sending import claim_batch, hand_over
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import exempt, pay, void
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_notified, make_own_council, make_topic
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.obligations import make_debt
from tests.factories.sheets import staged, workbook
from tests.meetings.services.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Deed = Callable[[Any], Any]


@dataclass(frozen=True)
class Machine:
    """A row in its first state, and what can be done to it."""

    make: Callable[[Any], models.Model]
    deeds: dict[str, Deed]

    def state(self, row: models.Model) -> str:
        """Return the state in which the row stands."""
        return str(type(row)._base_manager.get(pk=row.pk).state)  # type: ignore[attr-defined]


def again(row: Any) -> Any:
    """Read the row as another request would."""
    return type(row)._base_manager.get(pk=row.pk)


_numbers = itertools.count(1)


def a_council(cast):
    return make_own_council(cast, name=f"联席会{next(_numbers)}")


def a_debt(cast):
    return make_debt(cast.unit, cast.committee, duty="test.answer", subject=a_council(cast))


def a_report_in(cast):
    member = make_member(cast.unit)
    return submit_report_in(member, community=cast.community, on=today(), by=SYSTEM)


def a_service(cast):
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    return make_services(cast.community, [member], certified=False)[0]


def an_employment(cast):
    return Employment.objects.filter(member=make_member(cast.unit)).get()


def a_batch(cast):
    sheet = workbook(["单位名称", "所属社区", "住所"], ["某厂", "", "一号"])
    return staged("units", sheet, by=actor_in(cast.secretary))


def a_mail(cast):
    notify(
        kind="test",
        subject=a_council(cast),
        recipients=[Recipient(organization=cast.unit)],
        title="通知",
        body="",
        by=SYSTEM,
    )
    claim_batch()
    return Notice.objects.mail().latest("pk")


def a_notified_meeting(cast):
    return make_notified(a_council(cast))


def secretary(cast):
    return actor_in(cast.secretary)


MACHINES = {
    "obligation": Machine(
        a_debt,
        {
            "pay": lambda row: pay(
                duty=row.duty, bearer=row.bearer_organization, subject=row.subject, by=SYSTEM
            ),
            "exempt": lambda row: exempt(row, reason="停产", by=SYSTEM),
            "void": lambda row: void(duty=row.duty, subject=row.subject, by=SYSTEM),
        },
    ),
    "report-in": Machine(
        a_report_in,
        {
            "confirm": lambda row: confirm_report_in(again(row), on=today(), by=SYSTEM),
            "return": lambda row: return_report_in(again(row), reason="重名", by=SYSTEM),
            "withdraw": lambda row: withdraw_report_in(again(row), by=SYSTEM),
        },
    ),
    "service record": Machine(
        a_service,
        {
            "certify": lambda row: certify_records([again(row)], by=SYSTEM),
            "withdraw": lambda row: withdraw_records([again(row)], reason="记错", by=SYSTEM),
        },
    ),
    "employment": Machine(
        an_employment,
        {
            "confirm": lambda row: confirm_employment(again(row), by=SYSTEM),
            "refuse": lambda row: refuse_employment(again(row), reason="不在本单位", by=SYSTEM),
        },
    ),
    "import batch": Machine(
        a_batch,
        {
            "confirm": lambda row: confirm_batch(again(row), by=SYSTEM),
            "discard": lambda row: discard_batch(again(row), by=SYSTEM),
        },
    ),
    "mail": Machine(
        a_mail,
        {
            "hand over": lambda row: hand_over(again(row)),
            "take back": lambda row: take_back(
                kind="test", subject=row_subject(row), round=1, by=SYSTEM
            ),
        },
    ),
    "topic": Machine(
        lambda cast: make_topic(a_council(cast), cast.unit),
        {
            "accept": lambda row: decide_topic(again(row), decision="accepted", by=SYSTEM),
            "defer": lambda row: decide_topic(
                again(row), decision="deferred", reason="材料不全", by=SYSTEM
            ),
            "return": lambda row: decide_topic(
                again(row), decision="returned", reason="不属议事范围", by=SYSTEM
            ),
        },
    ),
    "meeting": Machine(
        a_notified_meeting,
        {
            "cancel": lambda row: cancel_meeting(again(row), reason="台风", by=SYSTEM),
            "postpone": lambda row: postpone_meeting(
                again(row),
                reason="撞期",
                starts_at=now() + timedelta(days=20),
                clash_reason="测试",
                by=SYSTEM,
            ),
            "take back": lambda row: take_back_notice(again(row), by=SYSTEM),
            "hold": lambda row: hold_meeting(again(row), by=SYSTEM),
        },
    ),
}


def row_subject(row):
    from django.apps import apps

    return apps.get_model(row.subject_label)._base_manager.get(uid=row.subject_uid)


def refused(deed: Deed, row: Any) -> bool:
    """Do it; tell whether it was refused, as a page would be."""
    try:
        deed(row)
    except ValidationError:
        return True
    return False


def done(cast, machine: Machine, *names: str) -> tuple[str, int]:
    """Do these one after the other to a new row; returns its state, and how many events tell of it."""
    row = machine.make(cast)
    before = Event.objects.count()
    for name in names:
        refused(machine.deeds[name], row)
    return machine.state(row), Event.objects.count() - before


def one_round(cast, machine: Machine, first: str, second: str) -> None:
    right = {done(cast, machine, first, second), done(cast, machine, second, first)}
    row = machine.make(cast)
    before = Event.objects.count()
    found = at_once(
        *(lambda name=name: refused(machine.deeds[name], row) for name in (first, second))
    )
    became = (machine.state(row), Event.objects.count() - before)
    assert not [each for each in found if isinstance(each, Exception)], found
    # Whoever was told that it has changed meanwhile has done nothing.
    if found == [True, False]:
        right.add(done(cast, machine, second))
    if found == [False, True]:
        right.add(done(cast, machine, first))
    # The state, and that as many events tell of it.
    assert became in right, (first, second)


def all_pairs(cast, name: str, rounds: int) -> None:
    deeds = MACHINES[name].deeds
    for first, second in itertools.combinations_with_replacement(deeds, 2):
        for _round in range(rounds):
            one_round(cast, MACHINES[name], first, second)


@pytest.mark.parametrize("name", MACHINES)
def test_two_at_once_are_as_one_after_the_other(cast, monkeypatch, name):
    monkeypatch.setattr("partybuild.waking._send", lambda task, args: None)
    all_pairs(cast, name, rounds=1)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", MACHINES)
def test_twenty_times_over(cast, monkeypatch, name):
    monkeypatch.setattr("partybuild.waking._send", lambda task, args: None)
    all_pairs(cast, name, rounds=20)


def test_control_a_transition_that_asks_before_it_writes_goes_both_ways(cast):
    """A machine that looks first and writes then, without the filter: both deeds succeed."""
    import threading

    both = threading.Barrier(2)

    def careless(state: str) -> Deed:
        def deed(row: Any) -> None:
            if again(row).state != "open":
                raise ValidationError("refused")
            both.wait(timeout=60)
            Obligation.objects.filter(pk=row.pk).update(state=state)

        return deed

    row = a_debt(cast)
    found = at_once(
        lambda: refused(careless("exempt"), row), lambda: refused(careless("filed"), row)
    )
    assert found != [True, False]
    assert found != [False, True]
