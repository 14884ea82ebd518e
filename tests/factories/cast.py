"""The cast: one district, two streets, communities, units, and the people who act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partybuild.access import Level, Role
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization
from tests.factories.core import make_area, make_committee, make_post, make_unit_organization
from tests.factories.snapshot import Kept


@dataclass
class Cast:
    """Places, bodies and posts that most tests need; `secretary` may, `liaison` may look."""

    city: Area
    district: Area
    street: Area
    community: Area
    sibling: Area
    other_street: Area
    other_community: Area
    city_committee: Organization
    district_committee: Organization
    street_committee: Organization
    committee: Organization
    sibling_committee: Organization
    other_street_committee: Organization
    other_committee: Organization
    unit: Organization
    second_unit: Organization
    other_unit: Organization
    city_staff: Appointment
    district_staff: Appointment
    street_staff: Appointment
    other_street_staff: Appointment
    secretary: Appointment
    worker: Appointment
    sibling_secretary: Appointment
    outsider: Appointment
    unit_secretary: Appointment
    liaison: Appointment
    second_liaison: Appointment
    other_liaison: Appointment
    member: Appointment


def make_cast() -> Cast:
    """Build the cast with the services themselves."""
    city = make_area("甬城市", Level.CITY, code="3399")
    district = make_area("江湾区", Level.DISTRICT, city, code="339901")
    street = make_area("望江街道", Level.STREET, district, code="339901001")
    community = make_area("和平社区", Level.COMMUNITY, street, code="339901001001")
    sibling = make_area("新桥社区", Level.COMMUNITY, street, code="339901001002")
    other_street = make_area("临湖街道", Level.STREET, district, code="339901002")
    other_community = make_area("湖畔社区", Level.COMMUNITY, other_street, code="339901002001")
    city_committee = make_committee(city, "甬城市委社会工作部")
    district_committee = make_committee(district, "江湾区委社会工作部", city_committee)
    street_committee = make_committee(street, "望江街道党工委", district_committee)
    committee = make_committee(community, "和平社区党委", street_committee)
    sibling_committee = make_committee(sibling, "新桥社区党委", street_committee)
    other_street_committee = make_committee(other_street, "临湖街道党工委", district_committee)
    other_committee = make_committee(other_community, "湖畔社区党委", other_street_committee)
    unit = make_unit_organization("江湾区图书馆", community)
    second_unit = make_unit_organization("江湾供水公司", community)
    other_unit = make_unit_organization("临湖小学", other_community)
    return Cast(
        city=city,
        district=district,
        street=street,
        community=community,
        sibling=sibling,
        other_street=other_street,
        other_community=other_community,
        city_committee=city_committee,
        district_committee=district_committee,
        street_committee=street_committee,
        committee=committee,
        sibling_committee=sibling_committee,
        other_street_committee=other_street_committee,
        other_committee=other_committee,
        unit=unit,
        second_unit=second_unit,
        other_unit=other_unit,
        city_staff=make_post(Role.COMMITTEE, city_committee, name="市工作人员甲"),
        district_staff=make_post(Role.COMMITTEE, district_committee, name="区工作人员甲"),
        street_staff=make_post(Role.COMMITTEE, street_committee, name="街道工作人员甲"),
        other_street_staff=make_post(Role.COMMITTEE, other_street_committee, name="街道工作人员乙"),
        secretary=make_post(Role.COMMUNITY_SECRETARY, committee, name="社区书记甲"),
        worker=make_post(Role.COMMUNITY_WORKER, committee, name="社区工作者甲"),
        sibling_secretary=make_post(Role.COMMUNITY_SECRETARY, sibling_committee, name="社区书记乙"),
        outsider=make_post(Role.COMMUNITY_SECRETARY, other_committee, name="社区书记丙"),
        unit_secretary=make_post(Role.UNIT_SECRETARY, unit, name="单位书记甲"),
        liaison=make_post(Role.UNIT_LIAISON, unit, name="联络员甲"),
        second_liaison=make_post(Role.UNIT_LIAISON, second_unit, name="联络员乙"),
        other_liaison=make_post(Role.UNIT_LIAISON, other_unit, name="联络员丙"),
        member=make_post(Role.MEMBER, name="党员甲"),
    )


RELATED: dict[Any, tuple[str, ...]] = {
    Area: (),
    Organization: ("area",),
    Appointment: ("person", "organization__area"),
}
cast_again = Kept(make_cast, RELATED)
