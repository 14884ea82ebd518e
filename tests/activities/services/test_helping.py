"""Who helps the organizer, said anew: with a reason, and told to whom it concerns."""

from __future__ import annotations

import pytest

from activities.exceptions import (
    AlreadyDecided,
    CorrectionNeedsAReason,
    HelperHasGiven,
    NothingChanged,
)
from activities.models import Activity, SignUp
from activities.services import (
    cancel_activity,
    change_helpers,
    enter_contribution,
    publish_activity,
    sign_up,
    sweep_places,
)
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.notices.models import Notice
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast, clock):
    clock(2026, 3, 5)
    make_unit_of(cast.unit)
    make_unit_of(cast.second_unit)
    return cast


def helping(activity):
    rows = activity.hosts.filter(role="helper")
    return set(rows.values_list("organization", flat=True))


def told(kind):
    rows = Notice.objects.filter(kind=kind, channel="in_app")
    return set(rows.values_list("organization", flat=True))


def test_who_helps_is_told_when_it_is_published(world):
    draft = make_activity(world.community, world.committee, published=False, helpers=[world.unit])
    assert told("activity.helping") == set()
    publish_activity(draft, by=SYSTEM)
    assert told("activity.helping") == {world.unit.pk}


def test_a_draft_changes_without_a_reason_and_nobody_is_told(world):
    draft = make_activity(world.community, world.committee, published=False, helpers=[world.unit])
    change_helpers(draft, helpers=[world.second_unit], by=SYSTEM)
    assert helping(draft) == {world.second_unit.pk}
    assert not Notice.objects.exists()


def test_what_is_published_takes_a_reason_and_both_are_told(world):
    activity = make_activity(world.community, world.committee, helpers=[world.unit])
    Notice.objects.all().delete()
    by = actor_in(world.secretary)
    with pytest.raises(CorrectionNeedsAReason):
        change_helpers(activity, helpers=[], by=by)
    assert helping(activity) == {world.unit.pk}
    helpers = [world.second_unit, world.sibling_committee]
    change_helpers(activity, helpers=helpers, reason="图书馆临时抽不出人", by=by)
    assert helping(activity) == {each.pk for each in helpers}
    assert told("activity.helping") == {each.pk for each in helpers}
    assert told("activity.not_helping") == {world.unit.pk}
    gone = Notice.objects.filter(kind="activity.not_helping", channel="in_app").first()
    assert "原因：图书馆临时抽不出人。" in gone.body
    event = Event.objects.get(kind="activity.helpers_changed")
    assert event.reason == (
        f"增加：{world.second_unit.called}、{world.sibling_committee.called}；"
        f"移出：{world.unit.called}；图书馆临时抽不出人"
    )
    activity.refresh_from_db()
    assert activity.version == Activity.objects.get(pk=activity.pk).version > 1


def test_the_organizer_stays_whatever_is_chosen(world):
    activity = make_activity(world.community, world.committee)
    with pytest.raises(NothingChanged):
        change_helpers(activity, helpers=[world.committee], reason="更正", by=SYSTEM)
    assert activity.hosts.get().role == "lead"


def test_who_gave_something_is_not_taken_out(world):
    activity = make_activity(world.community, world.committee, helpers=[world.unit])
    enter_contribution(
        activity, organization=world.unit, item="茶水", amount=2, measure="box", by=SYSTEM
    )
    with pytest.raises(HelperHasGiven) as refused:
        change_helpers(activity, helpers=[], reason="更正", by=SYSTEM)
    assert world.unit.called in refused.value.messages[0]
    assert helping(activity) == {world.unit.pk}


def test_what_was_called_off_stays_as_it_was(world):
    activity = make_activity(world.community, world.committee, helpers=[world.unit])
    cancel_activity(activity, reason="台风", by=SYSTEM)
    with pytest.raises(AlreadyDecided):
        change_helpers(activity, helpers=[], reason="更正", by=SYSTEM)


def test_the_members_of_a_body_that_no_longer_helps_give_their_places_back(world):
    there = make_reported_in(world.unit, world.sibling, 1)[0]
    here = make_reported_in(world.second_unit, world.community, 1)[0]
    activity = make_activity(
        world.community, world.committee, places=1, helpers=[world.sibling_committee]
    )
    sign_up(activity, member=there, by=SYSTEM)
    sign_up(activity, member=here, by=SYSTEM)
    change_helpers(activity, helpers=[], reason="新桥社区另办一场", by=SYSTEM)
    sweep_places(by=SYSTEM)
    states = dict(SignUp.objects.values_list("member", "state"))
    assert states == {there.pk: "withdrawn", here.pk: "signed"}
    note = Notice.objects.filter(kind="activity.released", channel="in_app").get()
    assert "协办有变动" in note.body
