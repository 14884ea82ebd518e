"""Factories of members, report-ins and service records: the services themselves, with defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from members.enums import FeedbackState, RequestPurpose
from members.models import (
    Feedback,
    FeedbackDelivery,
    FeedbackRequest,
    PartyMember,
    PostClaim,
    ReportIn,
    ServicePost,
    ServiceRecord,
    UnitReportIn,
)
from members.services import (
    accept_claim,
    add_member,
    answer_request,
    ask_opinion,
    certify_records,
    confirm_report_in,
    confirm_unit_report_in,
    enter_services,
    propose_claim,
    publish_post,
    set_post,
    submit_report_in,
    submit_unit_report_in,
)
from partybuild.areas.models import Area
from partybuild.calendar import now
from partybuild.organizations.models import Organization
from tests.factories.core import SYSTEM, id_number, phone
from units.queries import committee_of

_numbers = count(1)


def make_member(unit: Organization | None = None, name: str = "", **values: Any) -> PartyMember:
    """Return a member on a unit's roster."""
    number = next(_numbers)
    born = f"19{70 + number // 400 % 25}{1 + number // 28 % 12:02d}{1 + number % 28:02d}"
    values.setdefault("id_number", id_number(number, born=born))
    values.setdefault("phone", phone())
    return add_member(
        unit=unit,
        name=name or f"党员{number}",
        since=values.pop("since", date(2024, 1, 1)),
        by=SYSTEM,
        **values,
    )


def make_report_in(member: PartyMember, community: Area, **values: Any) -> ReportIn:
    """Return a confirmed report-in."""
    on = values.pop("on", date(2026, 1, 5))
    report_in = submit_report_in(member, community=community, on=on, by=SYSTEM, **values)
    return confirm_report_in(report_in, on=on, by=SYSTEM)


def make_services(
    community: Area, members: list[PartyMember], *, certified: bool = True, **values: Any
) -> list[ServiceRecord]:
    """Return a list of service, certified unless asked otherwise."""
    values = {
        "date": date(2026, 2, 7),
        "content": "清扫楼道",
        "kind": "governance",
        "hours": Decimal("2.5"),
        **values,
    }
    records = enter_services(community=community, members=members, by=SYSTEM, **values)
    if certified:
        certify_records(records, by=SYSTEM)
        for record in records:
            record.refresh_from_db()
    return records


def make_request(
    member: PartyMember, community: Area, *, asker: Organization, **values: Any
) -> FeedbackRequest:
    """Return a request for a community's opinion that waits for its answer."""
    values = {
        "purpose": RequestPurpose.PROMOTION,
        "since": date(2024, 1, 1),
        "due_on": date(2026, 3, 19),
        "by": SYSTEM,
        **values,
    }
    [request] = ask_opinion(member, communities=[community], asker=asker, **values)
    return request


def make_reply(
    member: PartyMember, community: Area, *, asker: Organization, **values: Any
) -> FeedbackRequest:
    """Return a request that has been answered."""
    request = make_request(member, community, asker=asker)
    values = {
        "conduct": "遵守居民公约。",
        "problems": "",
        "opinion": "热心服务，同意推荐。",
        "by": SYSTEM,
        **values,
    }
    return answer_request(request, version=request.version, **values)


def make_feedback(
    member: PartyMember, unit: Organization, community: Area, grade: str, **values: Any
) -> Feedback:
    """Return a feedback form of 2026 that has been sent, for figures: nobody signed it by a service."""
    committee = committee_of(community)
    assert committee is not None
    common = {
        "community": community,
        "committee": committee,
        "unit": unit,
        "period": "2026",
        "unit_name": unit.name,
        "community_name": community.name,
        "committee_name": committee.name,
    }
    delivery = FeedbackDelivery.objects.create(**common, count=1, due_on=date(2026, 12, 31))
    values = {"state": FeedbackState.SENT, **values}
    if values["state"] in {FeedbackState.ACKNOWLEDGED, FeedbackState.USED}:
        values["receipt_number"] = "1"
    return Feedback.objects.create(
        **common,
        member=member,
        member_name=member.person.name,
        delivery=delivery,
        grade=grade,
        signed_at=now(),
        **values,
    )


def make_graded(unit: Organization, community: Area, *grades: str) -> list[Feedback]:
    """Return a sent form for a new member for each grade."""
    return [make_feedback(make_member(unit), unit, community, grade) for grade in grades]


def make_post_of(community: Area, *, published: bool = True, **values: Any) -> ServicePost:
    """Return a post that a community has set, open unless asked otherwise."""
    values = {
        "title": "法律咨询岗",
        "category": "law",
        "content": "每周六上午在社区服务中心解答居民法律问题。",
        "wanted": 1,
        "skills": "律师、法律",
        "times": ["weekends"],
        "contact": "王书记",
        "contact_phone": "0574-88880001",
        **values,
    }
    post = set_post(community=community, by=SYSTEM, **values)
    return publish_post(post, by=SYSTEM) if published else post


def make_claim(post: ServicePost, member: PartyMember, *, accepted: bool = True) -> PostClaim:
    """Return a claim, accepted unless asked otherwise."""
    claim = propose_claim(post, member=member, by=SYSTEM)
    return accept_claim(claim, by=SYSTEM) if accepted else claim


def make_unit_report_in(unit: Organization, community: Area, **values: Any) -> UnitReportIn:
    """Return a unit's report-in that the community has taken in, unless it is to wait."""
    confirmed = values.pop("confirmed", True)
    given = {
        "party_name": f"中共{unit.name}支部委员会",
        "kind": "office",
        "address": "望江路1号",
        "head_name": "王负责",
        "contact_name": "李联络",
        "contact_phone": "0571-88886666",
        "members_total": 12,
        "members_in_service": 10,
        "members_reported_in": 3,
        "on": date(2026, 1, 5),
        **values,
    }
    report_in = submit_unit_report_in(unit=unit, community=community, by=SYSTEM, **given)
    if confirmed:
        confirm_unit_report_in(report_in, on=given["on"], by=SYSTEM)
    return report_in
