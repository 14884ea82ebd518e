"""Factories of joint meetings: the services themselves, with defaults."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from meetings.enums import PresenceState
from meetings.models import Council, Meeting, PartTimeMember, Resolution, Topic, TopicCall
from meetings.services import (
    PresenceLine,
    ResolutionDraft,
    add_resolution,
    appoint_part_time_member,
    approve_part_time_member,
    call_for_topics,
    create_council,
    decide_topic,
    hold_meeting,
    invite_units,
    plan_meeting,
    propose_part_time_member,
    propose_topic,
    publish_part_time_member,
    record_presence,
    report_part_time_member,
    select_part_time_member,
    send_notice,
)
from partybuild.areas.models import Area
from partybuild.calendar import SHANGHAI, Period, now, today
from partybuild.organizations.models import Organization
from tests.factories.cast import Cast
from tests.factories.core import SYSTEM, make_person


def at(year: int, month: int, day: int, hour: int = 14, minute: int = 30) -> datetime:
    """Return a moment in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def make_council(
    area: Area, convener: Organization, *units: Organization, name: str = "", **values: Any
) -> Council:
    """Return a council whose members have all joined."""
    council = create_council(
        area=area,
        kind=values.pop("kind", "joint_meeting"),
        name=name or f"{area.name}党建联席会",
        convener=convener,
        by=SYSTEM,
        **values,
    )
    invite_units(council, organizations=units, joined_on=today(), channel="paper", by=SYSTEM)
    return council


def make_own_council(cast: Cast, **values: Any) -> Council:
    """Return the council of the cast's community with its two units."""
    return make_council(cast.community, cast.committee, cast.unit, cast.second_unit, **values)


def make_meeting(council: Council, **values: Any) -> Meeting:
    """Return a planned meeting, a week from now unless said otherwise."""
    values.setdefault("theme", "第一季度党建联席会议")
    values.setdefault("starts_at", now() + timedelta(days=7))
    values.setdefault("place", "社区二楼会议室")
    # Many tests need several at once, and have one room.
    values.setdefault("clash_reason", "测试")
    return plan_meeting(council, by=SYSTEM, **values)


def make_notified(council: Council, **values: Any) -> Meeting:
    """Return a meeting whose notice is out."""
    return send_notice(make_meeting(council, **values), by=SYSTEM)


def make_held(council: Council, **values: Any) -> Meeting:
    """Return a meeting held today by all members, planned and notified without lead time."""
    values.setdefault("starts_at", now() + timedelta(minutes=1))
    meeting = send_notice(make_meeting(council, **values), urgent_reason="测试", by=SYSTEM)
    lines = [
        PresenceLine(organization=member.organization, state=PresenceState.PRESENT)
        for member in council.members.members().select_related("organization")
    ]
    record_presence(meeting, lines=lines, by=SYSTEM)
    return hold_meeting(meeting, by=SYSTEM)


def make_call(council: Council, **values: Any) -> TopicCall:
    """Return a call for topics for this period, due in a week."""
    values.setdefault("period", Period.of(today()))
    values.setdefault("due_on", today() + timedelta(days=7))
    return call_for_topics(council, by=SYSTEM, **values)


def make_topic(council: Council, organization: Organization, **values: Any) -> Topic:
    """Return a submitted topic."""
    values.setdefault("title", "增设电动自行车充电桩")
    values.setdefault("category", "construction")
    return propose_topic(council, organization=organization, by=SYSTEM, **values)


def make_accepted_topic(council: Council, organization: Organization, **values: Any) -> Topic:
    """Return a topic admitted to the agenda."""
    topic = make_topic(council, organization, **values)
    return decide_topic(topic, decision="accepted", by=SYSTEM)


def make_resolution(
    meeting: Meeting, lead: Organization, *helpers: Organization, **values: Any
) -> Resolution:
    """Return a resolution that is not yet assigned, due in three weeks."""
    draft = ResolutionDraft(
        text=values.pop("text", "在小区西门增设充电桩20个"),
        lead=lead,
        helpers=helpers,
        due_on=values.pop("due_on", today() + timedelta(days=21)),
        category="construction",
    )
    return add_resolution(meeting, draft=draft, by=SYSTEM)


_STEPS = ("proposed", "selected", "reported", "approved", "published", "appointed")


def make_part_time(
    council: Council, organization: Organization, *, state: str = "appointed", **values: Any
) -> PartTimeMember:
    """Return a part-time member or candidate at a step, walked there by the services.

    The name was published two weeks ago, so that an appointment is possible today.
    """
    person = values.pop("person", None) or make_person("钱兼职")
    term_from = values.pop("term_from", today())
    term_to = values.pop("term_to", term_from + timedelta(days=3 * 365))
    values.setdefault("unit_post", "党支部书记")
    member = propose_part_time_member(
        council, person=person, organization=organization, by=SYSTEM, **values
    )
    steps = _STEPS[1 : _STEPS.index(state) + 1]
    for step in steps:
        if step == "selected":
            select_part_time_member(
                member, selected_on=today(), selection="党委会研究同意", by=SYSTEM
            )
        elif step == "reported":
            report_part_time_member(member, by=SYSTEM)
        elif step == "approved":
            approve_part_time_member(member, number="望江党工委〔2026〕5号", by=SYSTEM)
        elif step == "published":
            publish_part_time_member(
                member,
                published_on=today() - timedelta(days=14),
                published_at="社区公示栏",
                by=SYSTEM,
            )
        else:
            appoint_part_time_member(
                member, term_from=term_from, term_to=term_to, division="联系老旧小区", by=SYSTEM
            )
    return member
