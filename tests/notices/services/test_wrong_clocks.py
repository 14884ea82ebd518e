"""The database's clock counts: a worker an hour slow, a day fast or frozen sends neither early nor late (T41).

And many planners at once, all day long, write each reminder once (T38).
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import (
    Recipient,
    notify,
    plan_reminders,
    reconcile_unknown,
    send_notices,
)
from partybuild.notices.services.sending import claim_batch, hand_over
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import reminding
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.obligations import make_debt
from tests.notices.servers import sink

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["an hour slow", "an hour fast", "a day fast", "a day slow", "frozen"])
def wrong_clock(request):
    """Set this process's clocks wrong; the database's stay right."""
    away = {
        "an hour slow": -1,
        "an hour fast": 1,
        "a day fast": 24,
        "a day slow": -24,
        "frozen": -2,
    }
    moment = datetime.now(UTC) + timedelta(hours=away[request.param])
    with time_machine.travel(moment, tick=request.param != "frozen"):
        yield


@pytest.fixture
def keep(settings):
    with sink() as (taken, port):
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 60
        yield taken


def a_mail(cast, **values):
    body = make_unit_organization("某单位", cast.community, contact_mail="a@example.org")
    notify(
        kind="test",
        subject=cast.committee,
        recipients=[Recipient(organization=body)],
        title="通知",
        body="",
        by=SYSTEM,
        **values,
    )


def test_what_is_due_goes_out_at_once_and_once(cast, wrong_clock, keep):
    a_mail(cast)
    assert [send_notices(by=SYSTEM) for _each in range(3)] == [1, 0, 0]
    assert len(keep.mails) == 1


def test_what_is_held_goes_out_neither_early_nor_late(cast, clock, wrong_clock, keep):
    a_mail(cast, hold_minutes=5)
    assert send_notices(by=SYSTEM) == 0
    clock(2026, 3, 5, 9, 4)
    assert send_notices(by=SYSTEM) == 0
    clock(2026, 3, 5, 9, 6)
    assert send_notices(by=SYSTEM) == 1


def test_a_retry_is_neither_early_nor_late(cast, wrong_clock, keep):
    a_mail(cast)
    Notice.objects.mail().update(retry_at=ClockTimestamp() + timedelta(minutes=1))
    assert send_notices(by=SYSTEM) == 0
    Notice.objects.mail().update(retry_at=ClockTimestamp() - timedelta(seconds=1))
    assert send_notices(by=SYSTEM) == 1


def test_another_s_lease_is_not_taken_and_one_s_own_holds(cast, wrong_clock, keep):
    a_mail(cast)
    (notice,) = claim_batch()
    # Somebody whose clock is a day fast would think that the lease has run out.
    assert claim_batch() == []
    assert hand_over(notice)


def test_a_handover_is_not_called_unknown_early_nor_asked_about_early(cast, wrong_clock, keep):
    a_mail(cast)
    (notice,) = claim_batch()
    hand_over(notice)
    send_notices(by=SYSTEM)
    assert Notice.objects.mail().get().state == NoticeState.HANDOVER
    Notice.objects.mail().update(state=NoticeState.UNKNOWN, unknown_at=ClockTimestamp())
    assert reconcile_unknown(by=SYSTEM, ask=lambda ids: dict.fromkeys(ids, False)) == 0


def test_quiet_hours_are_those_of_the_database(cast, clock, wrong_clock, keep):
    clock(2026, 3, 5, 21, 30)
    a_mail(cast, is_reminder=True)
    assert send_notices(by=SYSTEM) == 0
    clock(2026, 3, 6, 8, 0)
    assert send_notices(by=SYSTEM) == 1


def test_reminders_are_planned_on_the_database_s_day(cast, clock, wrong_clock):
    make_debt(cast.unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    assert plan_reminders(by=SYSTEM) == 0
    clock(2026, 3, 6, 0, 1)
    assert plan_reminders(by=SYSTEM) == 3
    assert plan_reminders(by=SYSTEM) == 0


# -- Many planners ---------------------------------------------------------------------------
def planners_at_once(number, prepare=lambda: None):
    start = threading.Barrier(number)
    errors = []

    def run():
        try:
            start.wait(timeout=60)
            prepare()
            plan_reminders(by=SYSTEM)
        except Exception as error:  # noqa: BLE001 - handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def copies():
    """How often the same was written to the same."""
    keys = ("kind", "debt_uid", "step", "organization", "person", "channel")
    return Counter(Notice.objects.values_list(*keys))


@pytest.mark.django_db(transaction=True)
def test_five_planners_at_once_all_day_write_each_reminder_once(cast, clock):
    """24 hours over midnight, a late beat's planner with them: each step of each debt once."""
    bodies = [make_unit_organization(f"单位{number}", cast.community) for number in range(12)]
    for number, body in enumerate(bodies):
        due = date(2026, 3, 5) if number % 2 else date(2026, 3, 6)
        make_debt(body, cast.committee, period="2026Q1", due_on=due)
    Obligation.objects.update(created_at="2026-02-01T09:00+08:00")
    for hour in range(24):
        day, at = (5, 12 + hour) if hour < 12 else (6, hour - 12)
        clock(2026, 3, day, at)
        planners_at_once(5)
    found = copies()
    assert set(found.values()) == {1}
    # In-app and mail: on the day it is due, and before it, by the step that stands then.
    assert {debt for _kind, debt, *_rest in found} == set(
        Obligation.objects.values_list("uid", flat=True)
    )


@pytest.mark.django_db(transaction=True)
def test_control_without_lock_and_key_planners_double(cast, clock, monkeypatch):
    """The same planners, with the debts not locked and the key taken away."""
    import uuid

    for number in range(6):
        body = make_unit_organization(f"单位{number}", cast.community)
        make_debt(body, cast.committee, period="2026Q1", due_on=date(2026, 3, 6))
    clock(2026, 3, 6)
    together = threading.Barrier(2)
    write = reminding.write_notices

    def unkeyed(rows):
        together.wait(timeout=60)
        for row in rows:
            row.period = uuid.uuid4().hex[:8]
        return write(rows)

    from django.db.models import QuerySet

    monkeypatch.setattr(reminding, "write_notices", unkeyed)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *args, **kwargs: self)
    planners_at_once(2)
    assert max(copies().values()) == 2
