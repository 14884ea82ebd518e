"""The rotating chair: order, turns, who left is skipped."""

from datetime import date

import pytest

from meetings.exceptions import NotAMember, NotInRotation, ReasonIsMissing
from meetings.models import CouncilTurn, Meeting
from meetings.queries.rotation import on_turn
from meetings.services import (
    change_charter,
    end_membership,
    invite_units,
    move_turn,
    set_rotation,
)
from partybuild.audit.models import Event
from partybuild.calendar import today
from tests.factories.core import SYSTEM, make_unit_organization
from tests.factories.meetings import at, make_held, make_meeting

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)


@pytest.fixture
def third(cast, council):
    unit = make_unit_organization("江湾区医院", cast.community)
    invite_units(council, organizations=[unit], joined_on=today(), channel="paper", by=SYSTEM)
    return unit


@pytest.fixture
def order(cast, council, third, secretary):
    """Three units take turns, one each meeting."""
    rotate(council, "meeting")
    set_rotation(council, organizations=[cast.unit, cast.second_unit, third], by=secretary)
    return [cast.unit, cast.second_unit, third]


def rotate(council, mode):
    council.refresh_from_db()
    change_charter(council, rules={"rotation": mode}, version=council.version, by=SYSTEM)


def test_nobody_is_on_turn_where_the_charter_does_not_rotate(cast, council, secretary):
    set_rotation(council, organizations=[cast.unit], by=secretary)
    assert on_turn(council, DAY) is None
    assert make_meeting(council).turn_unit is None


def test_first_in_the_order_begins_and_each_meeting_passes_the_turn_on(council, order, secretary):
    chaired = []
    for hour in (9, 11, 14, 16):
        assert on_turn(council, DAY) == order[len(chaired) % 3]
        chaired.append(make_held(council, starts_at=at(2026, 3, 5, hour, 30)).turn_unit)
    assert chaired == [*order, order[0]]
    assert CouncilTurn.objects.filter(council=council, ended_on=None).count() == 1


def test_who_left_is_skipped(cast, council, order, secretary):
    make_held(council)
    meeting = make_meeting(council)
    assert meeting.turn_unit == order[1]
    member = council.members.members().get(organization=order[1])
    end_membership(member, reason="单位撤并", by=secretary)
    assert on_turn(council, DAY) == order[2]
    assert Meeting.objects.get(pk=meeting.pk).turn_unit == order[2]


def test_turn_moves_by_hand_with_a_reason_and_goes_on_from_there(cast, council, order, secretary):
    planned = make_meeting(council)
    with pytest.raises(ReasonIsMissing):
        move_turn(council, organization=order[2], reason=" ", by=secretary)
    with pytest.raises(NotInRotation):
        move_turn(council, organization=cast.other_unit, reason="调整", by=secretary)
    move_turn(council, organization=order[2], reason="图书馆搬迁", by=secretary)
    planned.refresh_from_db()
    assert (planned.turn_unit, on_turn(council, DAY)) == (order[2], order[2])
    event = Event.objects.get(kind="council.turn_moved")
    assert event.reason == "图书馆搬迁"
    make_held(council)
    assert on_turn(council, DAY) == order[0]


def test_unit_that_chairs_for_another_leaves_the_order(council, order):
    make_held(council, turn_unit=order[2])
    assert on_turn(council, DAY) == order[0]


def test_year_passes_the_turn_on_by_itself(council, order, secretary):
    rotate(council, "year")
    make_held(council)
    assert on_turn(council, DAY) == order[0]
    assert on_turn(council, date(2027, 1, 1)) == order[1]
    assert on_turn(council, date(2029, 6, 1)) == order[0]
    move_turn(council, organization=order[1], reason="调整", by=secretary)
    assert on_turn(council, date(2026, 12, 31)) == order[1]
    assert on_turn(council, date(2027, 1, 1)) == order[2]


def test_only_members_take_turns(cast, council, secretary):
    with pytest.raises(NotAMember):
        set_rotation(council, organizations=[cast.other_unit], by=secretary)


def test_new_order_keeps_whose_turn_it_is(council, order, secretary):
    make_held(council)
    assert on_turn(council, DAY) == order[1]
    set_rotation(council, organizations=list(reversed(order)), by=secretary)
    assert on_turn(council, DAY) == order[1]
    make_held(council, starts_at=at(2026, 3, 5, 10))
    assert on_turn(council, DAY) == order[0]


def test_unit_that_drops_out_of_the_order_on_its_turn_hands_it_to_the_next(
    council, order, secretary
):
    make_held(council)
    meeting = make_meeting(council)
    set_rotation(council, organizations=[order[0], order[2]], by=secretary)
    assert on_turn(council, DAY) == order[2]
    assert Meeting.objects.get(pk=meeting.pk).turn_unit == order[2]
