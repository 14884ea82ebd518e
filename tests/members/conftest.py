"""A quarter of service between a community and two units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from members.models import PartyMember, ReportIn
from partybuild.access import Role
from partybuild.accounts.models import Appointment
from tests.factories.cast import RELATED, Cast, cast_again, make_cast
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.snapshot import Kept
from tests.factories.units import make_unit_of


@dataclass
class World:
    """The cast, their units, and members: a and b of the first unit, c of the second, d unreported."""

    cast: Cast
    a: PartyMember
    b: PartyMember
    c: PartyMember
    d: PartyMember
    report_in: ReportIn
    member_post: Appointment


def _make_world() -> World:
    """Members reported in at the community, with certified service in the first quarter of 2026."""
    cast = make_cast()
    for body in (cast.unit, cast.second_unit, cast.other_unit):
        make_unit_of(body)
    a = make_member(cast.unit, "安一", phone="13900001111", home_building="望江苑1幢")
    b = make_member(cast.unit, "白二")
    c = make_member(cast.second_unit, "陈三")
    d = make_member(cast.unit, "戴四")
    report_in = make_report_in(a, cast.community, building="望江苑1幢")
    for member in (b, c):
        make_report_in(member, cast.community)
    make_services(cast.community, [a, b])
    make_services(cast.community, [a, c], content="义诊", kind="health")
    post = make_post(Role.MEMBER, person=a.person)
    return World(cast, a, b, c, d, report_in, post)


_world_again = Kept(
    _make_world,
    {**RELATED, PartyMember: ("person",), ReportIn: ("member__person", "community")},
)


@pytest.fixture
def whole(clock: Any) -> World:
    """The world with its cast, which is there once."""
    return _world_again()


@pytest.fixture
def world(whole: World) -> World:
    """Members reported in at the community, with certified service in the first quarter of 2026."""
    return whole


@pytest.fixture
def cast(request: pytest.FixtureRequest, clock: Any) -> Cast:
    """The people who act: the world's own where there is one."""
    if "whole" in request.fixturenames:
        made: World = request.getfixturevalue("whole")
        return made.cast
    return cast_again()
