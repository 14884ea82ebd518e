"""Signing up: exactly the places there are, the others in their order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.db.models import Count

from activities.exceptions import (
    ActivityHasBegun,
    AlreadySignedUp,
    NotInTheAudience,
    NotOpenForSignUp,
    NotSignedUp,
    PlacesAreTaken,
    SignUpIsOver,
)
from activities.models import Activity, Seat, SignUp
from activities.services import (
    cancel_activity,
    change_places,
    sign_up,
    sweep_places,
    withdraw_sign_up,
)
from members.enums import MemberEndReason
from members.models import ReportIn
from members.services import end_member, end_report_in
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.audit.models import Event
from partybuild.calendar import SHANGHAI, today
from partybuild.notices.models import Notice
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_member
from tests.factories.units import make_unit_of


@pytest.fixture
def world(cast, clock):
    clock(2026, 3, 5)
    make_unit_of(cast.unit)
    make_unit_of(cast.second_unit)
    cast.members = make_reported_in(cast.unit, cast.community, 4)
    return cast


def states(activity):
    rows = SignUp.objects.filter(activity=activity).order_by("asked_at", "id")
    return [row.state for row in rows]


@pytest.mark.django_db(transaction=True)
def test_places_are_given_in_order_and_the_rest_wait(world):
    activity = make_activity(world.community, world.committee, places=2)
    rows = [sign_up(activity, member=each, by=SYSTEM) for each in world.members]
    assert states(activity) == ["signed", "signed", "waiting", "waiting"]
    with pytest.raises(AlreadySignedUp):
        sign_up(activity, member=world.members[0], by=SYSTEM)
    withdraw_sign_up(rows[1], by=SYSTEM, reason="出差")
    assert states(activity) == ["signed", "withdrawn", "signed", "waiting"]
    moved = world.members[2].person
    # What they are told leads to the activity.
    here = {"path": activity.get_absolute_url()}
    assert Notice.objects.filter(kind="activity.moved_up", person=moved, **here).exists()
    left = Notice.objects.filter(kind="activity.withdrawn", organization=world.committee)
    assert left.filter(**here).exists()
    # Who stepped back may come again, at the end of the list.
    assert sign_up(activity, member=world.members[1], by=SYSTEM).state == "waiting"
    assert Seat.objects.filter(activity=activity, sign_up=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_free_place_goes_to_who_waits_and_not_to_a_newcomer(world):
    activity = make_activity(world.community, world.committee, places=1)
    first = sign_up(activity, member=world.members[0], by=SYSTEM)
    waits = sign_up(activity, member=world.members[1], by=SYSTEM)
    # The place comes free, and nobody was woken.
    Seat.objects.filter(sign_up=first).update(sign_up=None)
    SignUp.objects.filter(pk=first.pk).update(state="withdrawn")
    with transaction.atomic():
        newcomer = sign_up(activity, member=world.members[2], by=SYSTEM)
        assert newcomer.state == "waiting"
        transaction.set_rollback(True)
    assert sweep_places(by=SYSTEM) == 1
    assert sweep_places(by=SYSTEM) == 0
    waits.refresh_from_db()
    assert waits.state == "signed"


@pytest.mark.django_db
def test_who_may_sign_up_and_until_when(world, clock):
    outsider = make_member(world.second_unit)
    activity = make_activity(
        world.community,
        world.committee,
        sign_up_until=datetime(2026, 3, 12, 18, tzinfo=SHANGHAI),
    )
    with pytest.raises(NotInTheAudience):
        sign_up(activity, member=outsider, by=SYSTEM)
    theirs = make_activity(
        world.community, world.committee, audience="units", helpers=[world.second_unit]
    )
    assert sign_up(theirs, member=outsider, by=SYSTEM).unit_name == world.second_unit.name
    with pytest.raises(NotInTheAudience):
        sign_up(theirs, member=world.members[0], by=SYSTEM)
    with pytest.raises(NotOpenForSignUp):
        sign_up(
            make_activity(world.community, world.committee, published=False),
            member=world.members[0],
            by=SYSTEM,
        )
    clock(2026, 3, 12, 18, 1)
    with pytest.raises(SignUpIsOver):
        sign_up(activity, member=world.members[0], by=SYSTEM)


@pytest.mark.django_db
def test_communities_that_hold_it_together_invite_the_members_of_each(world):
    there = make_reported_in(world.unit, world.sibling, 1)[0]
    alone = make_activity(world.community, world.committee, title="本社区的")
    with pytest.raises(NotInTheAudience):
        sign_up(alone, member=there, by=SYSTEM)
    joint = make_activity(
        world.community, world.committee, title="两个社区的", helpers=[world.sibling_committee]
    )
    assert sign_up(joint, member=there, by=SYSTEM).state == "signed"
    assert sign_up(joint, member=world.members[0], by=SYSTEM).state == "signed"
    sweep_places(by=SYSTEM)
    assert states(joint) == ["signed", "signed"]
    own = actor_in(make_post(Role.MEMBER, person=there.person))
    seen = Activity.objects.visible_to(own.scope)
    assert [each.title for each in seen] == ["两个社区的"]
    # It stands once, in the list of both communities.
    theirs = make_post(Role.COMMUNITY_SECRETARY, world.sibling_committee)
    for post in (world.secretary, theirs):
        rows = Activity.objects.visible_to(actor_in(post).scope).filter(title="两个社区的")
        assert rows.count() == 1
    outsider = actor_in(world.outsider)
    assert not Activity.objects.visible_to(outsider.scope).exists()


@pytest.mark.django_db
def test_stepping_back_ends_with_the_beginning(world, clock):
    activity = make_activity(world.community, world.committee)
    row = sign_up(activity, member=world.members[0], by=SYSTEM)
    other = sign_up(activity, member=world.members[1], by=SYSTEM)
    withdraw_sign_up(other, by=SYSTEM)
    with pytest.raises(NotSignedUp):
        withdraw_sign_up(other, by=SYSTEM)
    clock(2026, 3, 14, 9, 1)
    with pytest.raises(ActivityHasBegun):
        withdraw_sign_up(row, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_more_places_let_more_in_and_fewer_take_none_away(world):
    activity = make_activity(world.community, world.committee, places=1)
    for each in world.members:
        sign_up(activity, member=each, by=SYSTEM)
    change_places(activity, places=3, by=SYSTEM)
    assert states(activity) == ["signed", "signed", "signed", "waiting"]
    with pytest.raises(PlacesAreTaken, match="已有3人报名"):
        change_places(activity, places=2, by=SYSTEM)
    change_places(activity, places=None, by=SYSTEM)
    assert states(activity) == ["signed"] * 4
    with pytest.raises(PlacesAreTaken):
        change_places(activity, places=3, by=SYSTEM)
    change_places(activity, places=5, by=SYSTEM)
    assert Seat.objects.filter(activity=activity, sign_up=None).count() == 1


@pytest.mark.django_db
def test_everybody_is_told_that_it_is_off(world):
    activity = make_activity(world.community, world.committee, places=1)
    for each in world.members[:2]:
        sign_up(activity, member=each, by=SYSTEM)
    cancel_activity(activity, reason="台风", by=SYSTEM)
    told = Notice.objects.filter(kind="activity.cancelled", channel="in_app")
    assert set(told.values_list("person", flat=True)) == {
        each.person_id for each in world.members[:2]
    }
    assert set(told.values_list("path", flat=True)) == {activity.get_absolute_url()}
    assert Event.objects.filter(kind="activity.cancelled", reason="台风").count() == 1
    with pytest.raises(NotOpenForSignUp):
        sign_up(Activity.objects.get(), member=world.members[3], by=SYSTEM)


CLIENTS, PLACES = 24, 7


@pytest.fixture
def crowd(world):
    """Members enough for a race."""
    return [*world.members, *make_reported_in(world.unit, world.community, CLIENTS - 4)]


def at_once(deed, each_of):
    def run(one):
        try:
            return deed(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(run, each_of))


@pytest.mark.django_db(transaction=True)
def test_at_once_exactly_the_places_are_taken(world, crowd):
    activity = make_activity(world.community, world.committee, places=PLACES)
    at_once(lambda each: sign_up(activity, member=each, by=SYSTEM), crowd)
    sweep_places(by=SYSTEM)
    found = dict(
        SignUp.objects.filter(activity=activity)
        .order_by()
        .values("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    assert found == {"signed": PLACES, "waiting": CLIENTS - PLACES}
    assert Seat.objects.filter(sign_up__state="signed").count() == PLACES


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("audience", ["community", "units", "both"])
def test_who_has_moved_away_gives_the_place_to_who_waits(world, audience):
    activity = make_activity(
        world.community, world.committee, places=1, audience=audience, helpers=[world.unit]
    )
    first, second = (sign_up(activity, member=each, by=SYSTEM) for each in world.members[:2])
    sweep_places(by=SYSTEM)
    assert states(activity) == ["signed", "waiting"]
    here = ReportIn.objects.get(member=world.members[0])
    end_report_in(here, reason="moved", by=SYSTEM)
    sweep_places(by=SYSTEM)
    if audience != "community":
        # Still one of the unit's people: invited with it.
        assert states(activity) == ["signed", "waiting"]
        end_member(world.members[0], on=today(), reason=MemberEndReason.TRANSFERRED, by=SYSTEM)
        sweep_places(by=SYSTEM)
    assert states(activity) == ["withdrawn", "signed"]
    first.refresh_from_db()
    assert first.reason == "已不在参加对象范围"
    told = Notice.objects.filter(kind="activity.released", person=world.members[0].person)
    assert told.filter(title__contains=activity.title).exists()
    assert not Notice.objects.filter(kind="activity.released", person=second.member.person).exists()


@pytest.mark.django_db(transaction=True)
def test_coming_and_going_at_once_leaves_no_place_empty_and_none_doubled(world, crowd):
    activity = make_activity(world.community, world.committee, places=PLACES)
    early = [sign_up(activity, member=each, by=SYSTEM) for each in crowd[: CLIENTS // 2]]

    def deed(index):
        if index % 2:
            return withdraw_sign_up(early[index // 2], by=SYSTEM)
        return sign_up(activity, member=crowd[CLIENTS // 2 + index // 2], by=SYSTEM)

    at_once(deed, range(CLIENTS))
    sweep_places(by=SYSTEM)
    assert SignUp.objects.signed().filter(activity=activity).count() == PLACES
    assert Seat.objects.filter(activity=activity, sign_up__state="signed").count() == PLACES


@pytest.mark.django_db(transaction=True)
def test_counting_before_writing_would_oversell(world, crowd):
    """The control: without rows to lock, the same race lets too many in."""
    activity = make_activity(world.community, world.committee, places=None)
    from threading import Barrier

    barrier = Barrier(12, timeout=60)

    def naive(each):
        with transaction.atomic():
            full = SignUp.objects.signed().filter(activity=activity).count() >= PLACES
            barrier.wait()
            if not full:
                sign_up(activity, member=each, by=SYSTEM)

    at_once(naive, crowd)
    assert SignUp.objects.signed().filter(activity=activity).count() > PLACES


@pytest.mark.django_db
def test_when_somebody_asked_is_business_time(world):
    """The hour on the list is that of the activity's own days, also where a clock is moved."""
    activity = make_activity(world.community, world.committee)
    row = sign_up(activity, member=world.members[0], by=SYSTEM)
    row.refresh_from_db()
    assert row.asked_at.astimezone(SHANGHAI).date() == today() == date(2026, 3, 5)
