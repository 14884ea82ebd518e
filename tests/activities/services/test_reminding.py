"""A reminder the day before, once for each date; and a unit's own drafts."""

from datetime import datetime

import pytest

from activities.exceptions import NotTheUnitsDraft
from activities.notices import reminders_no_longer_needed
from activities.services import (
    change_activity,
    publish_activity,
    remind_of_activities,
    return_activity,
    sign_up,
    submit_activity,
    withdraw_sign_up,
)
from partybuild.calendar import SHANGHAI
from partybuild.notices.models import Notice
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(cast, clock):
    clock(2026, 3, 5, 9)
    people = make_reported_in(cast.unit, cast.community, 3)
    activity = make_activity(cast.community, cast.committee, places=2)
    return activity, [sign_up(activity, member=member, by=SYSTEM) for member in people]


def _reminded():
    rows = Notice.objects.filter(kind="activity.reminder", channel="in_app")
    return set(rows.values_list("person", flat=True))


def test_who_has_a_place_is_reminded_the_day_before_and_once(signed, clock):
    _activity, rows = signed
    clock(2026, 3, 12, 9)
    assert remind_of_activities(by=SYSTEM) == 0
    clock(2026, 3, 13, 9)
    assert remind_of_activities(by=SYSTEM) > 0
    assert remind_of_activities(by=SYSTEM) == 0
    # Whoever waits has nowhere to go yet.
    assert _reminded() == {row.member.person_id for row in rows[:2]}


def test_an_activity_that_was_moved_is_told_and_reminded_of_anew(signed, clock):
    activity, _rows = signed
    clock(2026, 3, 13, 9)
    remind_of_activities(by=SYSTEM)
    change_activity(
        activity,
        starts_at=datetime(2026, 3, 21, 9, tzinfo=SHANGHAI),
        ends_at=datetime(2026, 3, 21, 11, tzinfo=SHANGHAI),
        by=SYSTEM,
    )
    assert Notice.objects.filter(kind="activity.changed", channel="in_app").count() == 3
    clock(2026, 3, 20, 10)
    assert remind_of_activities(by=SYSTEM) > 0


def test_other_words_are_changed_without_a_notice(signed):
    activity, _rows = signed
    change_activity(activity, needs="自备手套", by=SYSTEM)
    assert not Notice.objects.filter(kind="activity.changed").exists()


def test_who_has_stepped_back_meanwhile_is_not_reminded(signed, clock):
    _activity, rows = signed
    clock(2026, 3, 13, 9)
    remind_of_activities(by=SYSTEM)
    withdraw_sign_up(rows[0], by=SYSTEM)
    notices = list(Notice.objects.filter(kind="activity.reminder", channel="in_app"))
    gone = reminders_no_longer_needed(notices)
    assert {each.person_id for each in notices if each.pk in gone} == {rows[0].member.person_id}


def test_a_unit_s_draft_goes_to_the_community_and_back(cast, liaison, secretary):
    draft = make_activity(cast.community, cast.unit, published=False)
    draft = submit_activity(draft, by=liaison)
    asked = Notice.objects.filter(kind="activity.submitted", channel="in_app")
    assert set(asked.values_list("organization", flat=True)) == {cast.committee.pk}
    with pytest.raises(NotTheUnitsDraft):
        submit_activity(draft, by=liaison)
    draft = return_activity(draft, reason="请写明集合地点", by=secretary)
    assert (draft.submitted_at, draft.return_reason) == (None, "请写明集合地点")
    told = Notice.objects.filter(kind="activity.returned", channel="in_app")
    assert set(told.values_list("organization", flat=True)) == {cast.unit.pk}
    draft = submit_activity(draft, by=liaison)
    assert draft.return_reason == ""
    assert publish_activity(draft, by=secretary).is_open
    assert len(set(asked.values_list("round", flat=True))) == 2


def test_the_community_s_own_draft_is_sent_to_nobody(cast, secretary):
    draft = make_activity(cast.community, cast.committee, published=False)
    with pytest.raises(NotTheUnitsDraft):
        submit_activity(draft, by=secretary)
