"""Somebody checks in while it is being called off: one of the two is told so, with the control."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from activities.models import Activity, Attendance
from activities.queries.codes import code_of
from activities.services import attending, cancel_activity, check_in, sign_up
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM
from tests.sessions import ended_or_held_up

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def arriving(cast, clock):
    """A member at the door of an activity that begins."""
    clock(2026, 3, 10, 9)
    member = make_reported_in(cast.unit, cast.community, 1)[0]
    activity = make_activity(cast.community, cast.committee)
    sign_up(activity, member=member, by=SYSTEM)
    clock(2026, 3, 14, 9)
    return activity, member


def meet(activity, member):
    """Let a check-in be written, then another call it off before the first commits."""
    written, ended = threading.Event(), threading.Event()
    outcomes = []

    def arrive():
        try:
            with transaction.atomic():
                check_in(activity, member=member, code=code_of(activity).token, by=SYSTEM)
                written.set()
                # Until the other has run into the lock, or past it where there is none.
                ended_or_held_up(ended)
            outcomes.append("came")
        except ValidationError as refused:
            outcomes.append(type(refused).__name__)
        finally:
            written.set()
            connection.close()

    def call_off():
        written.wait(60)
        try:
            cancel_activity(Activity.objects.get(pk=activity.pk), reason="下雨", by=SYSTEM)
            outcomes.append("cancelled")
        except ValidationError as refused:
            outcomes.append(type(refused).__name__)
        finally:
            ended.set()
            connection.close()

    threads = [threading.Thread(target=each) for each in (arrive, call_off)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(outcomes)


def test_who_came_first_keeps_it_from_being_called_off(arriving):
    activity, member = arriving
    assert meet(activity, member) == ["PeopleHaveCome", "came"]
    activity.refresh_from_db()
    assert activity.state == "published"
    assert Attendance.objects.get().came


def test_control_without_the_lock_somebody_came_to_what_was_called_off(arriving, monkeypatch):
    activity, member = arriving
    monkeypatch.setattr(attending, "_state_now", lambda activity: activity.state)
    assert meet(activity, member) == ["came", "cancelled"]
    activity.refresh_from_db()
    assert activity.state == "cancelled"
    assert Attendance.objects.get().came


def test_who_comes_after_it_was_called_off_is_told_so(arriving):
    activity, member = arriving
    code = code_of(activity).token
    cancel_activity(Activity.objects.get(pk=activity.pk), reason="下雨", by=SYSTEM)
    with pytest.raises(ValidationError):
        check_in(activity, member=member, code=code, by=SYSTEM)
    assert not Attendance.objects.exists()
