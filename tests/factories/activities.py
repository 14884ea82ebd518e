"""Factories of activities: the services themselves, with defaults."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.models import Activity
from activities.services import plan_activity, publish_activity
from members.models import PartyMember
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI
from partybuild.organizations.models import Organization
from tests.factories.core import SYSTEM
from tests.factories.members import make_member, make_report_in


def make_activity(
    community: Area, organizer: Organization, *, published: bool = True, **values: Any
) -> Activity:
    """Return an activity of 2026年3月14日, published unless asked otherwise."""
    values = {
        "title": "清洁家园",
        "kind": "service",
        "starts_at": datetime(2026, 3, 14, 9, tzinfo=SHANGHAI),
        "ends_at": datetime(2026, 3, 14, 11, 30, tzinfo=SHANGHAI),
        "place": "和平社区广场",
        **values,
    }
    activity = plan_activity(community=community, organizer=organizer, by=SYSTEM, **values)
    return publish_activity(activity, by=SYSTEM) if published else activity


def make_reported_in(unit: Organization, community: Area, number: int) -> list[PartyMember]:
    """Return members of a unit who have reported in at a community."""
    members = [make_member(unit) for _each in range(number)]
    for member in members:
        make_report_in(member, community)
    return members
