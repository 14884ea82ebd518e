"""The convener is reminded of minutes that are missing; a unit of the draft it was sent, until it answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from meetings.enums import Audience, Countersigned
from meetings.models import Countersignature
from meetings.services import (
    circulate_minutes,
    close_circulations,
    countersign_minutes,
    issue_minutes,
    save_minutes,
)
from partybuild.calendar import add_working_days
from partybuild.notices.models import Notice
from partybuild.notices.services.planning import plan_reminders
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held

pytestmark = pytest.mark.django_db


def _told(duty, body):
    debts = Obligation.objects.filter(duty=duty, bearer_organization=body).values("uid")
    rows = Notice.objects.filter(organization=body, debt_uid__in=debts, channel="in_app")
    return set(rows.values_list("step", flat=True))


def _on(clock, day, hour=10):
    clock(day.year, day.month, day.day, hour)
    plan_reminders(by=SYSTEM)


def test_missing_minutes_are_asked_for_before_on_and_after_the_day(council, cast, clock):
    meeting = make_held(council)
    debt = Obligation.objects.get(duty="minutes.issue", subject_uid=meeting.uid)
    assert debt.due_on == add_working_days(meeting.held_on, 5)
    for day in (
        add_working_days(debt.due_on, -1),
        debt.due_on,
        add_working_days(debt.due_on, 3),
    ):
        before = len(_told("minutes.issue", cast.committee))
        _on(clock, day)
        assert len(_told("minutes.issue", cast.committee)) == before + 1
    minutes = save_minutes(meeting, text="一、议定。", version=0, by=SYSTEM)
    issue_minutes(minutes, signer=cast.secretary, version=1, by=SYSTEM)
    told = _told("minutes.issue", cast.committee)
    _on(clock, add_working_days(debt.due_on, 6))
    assert _told("minutes.issue", cast.committee) == told


def test_a_unit_is_reminded_of_the_draft_until_it_answers_and_never_after(
    council, cast, clock, liaison
):
    council.rules = {**council.rules, "minutes.countersign": True}
    council.save(update_fields=["rules"])
    minutes = save_minutes(make_held(council), text="一、议定。", version=0, by=SYSTEM)
    circulation = circulate_minutes(minutes, audience=Audience.PRESENT, version=1, by=SYSTEM)
    signature = Countersignature.objects.get(circulation=circulation, organization=cast.unit)
    countersign_minutes(signature, answer=Countersigned.AGREED, by=liaison)
    _on(clock, circulation.due_on)
    assert _told("minutes.countersign", cast.unit) == set()
    told = _told("minutes.countersign", cast.second_unit)
    assert len(told) == 1
    after = circulation.due_on + timedelta(days=1)
    clock(after.year, after.month, after.day, 0)
    close_circulations(by=SYSTEM)
    _on(clock, add_working_days(circulation.due_on, 3))
    assert _told("minutes.countersign", cast.second_unit) == told
