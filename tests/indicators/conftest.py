"""A street's first quarter of 2026, seen on 20 April, written by the services themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from meetings.enums import Answer, Closing
from meetings.services import answer_notice, assign_resolution, close_resolution
from members.services import acknowledge_summary, sign_summary
from partybuild.calendar import Period, today
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import exempt, open_duties
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_council, make_held, make_notified, make_resolution
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit, make_unit_of
from units.services import file_nil_report

QUARTER = Period.parse("2026Q1")


@dataclass
class World:
    """The cast, and what happened."""

    cast: Any
    period: Period


@pytest.fixture
def world(cast: Any, clock: Any) -> World:
    """Two communities and the street's own council, in every state that a figure tells apart."""
    for organization in (cast.unit, cast.second_unit, cast.other_unit):
        make_unit_of(organization)
    third = make_unit(cast.sibling, "新桥粮店").organization
    idle = make_unit(cast.sibling, "新桥旧书店").organization
    own = make_council(cast.community, cast.committee, cast.unit, cast.second_unit)
    siblings = make_council(cast.sibling, cast.sibling_committee, third, cast.second_unit)
    make_council(cast.street, cast.street_committee, cast.unit)
    make_council(cast.other_community, cast.other_committee, cast.other_unit)
    open_duties(on=today(), by=SYSTEM)

    held = make_held(own)
    answered = make_notified(siblings)
    answer_notice(
        answered, organization=third, answer=Answer.ATTEND, attendee_name="王一", by=SYSTEM
    )
    done = make_resolution(held, cast.unit, cast.second_unit, text="增设充电桩")
    late = make_resolution(held, cast.second_unit, text="修补路灯")
    for resolution in (done, late):
        assign_resolution(resolution, by=SYSTEM)
    done.refresh_from_db()
    close_resolution(done, closing=Closing.SUBSTANTIAL, by=SYSTEM)

    members = [make_member(cast.unit) for _ in range(4)] + [make_member(third)]
    for member in members[:3]:
        make_report_in(member, cast.community)
    make_report_in(members[3], cast.sibling)
    make_services(cast.community, members[:2])

    clock(2026, 4, 8)
    open_duties(on=today(), by=SYSTEM)
    file_nil_report(cast.unit, period=QUARTER, by=SYSTEM, on=date(2026, 4, 3))
    summary = sign_summary(community=cast.community, unit=cast.unit, period=QUARTER, by=SYSTEM)
    acknowledge_summary(summary, by=SYSTEM, channel="paper")
    exempt(
        Obligation.objects.get(duty="report.file", period=str(QUARTER), bearer_organization=idle),
        reason="停业",
        by=SYSTEM,
    )
    clock(2026, 4, 20)
    file_nil_report(cast.second_unit, period=QUARTER, by=SYSTEM)
    return World(cast, QUARTER)
