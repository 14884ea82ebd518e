"""Keeping MemberPlace, the table that lists and searches walk, in step with its facts."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from members.enums import EmploymentState, MemberState, ReportInState, Side
from members.models import Employment, MemberPlace, PartyMember, ReportIn
from members.models.place import phone_tail_hash
from partybuild.areas.models import Area
from partybuild.areas.models.area import area_keys


def _keys(area: Area | None) -> dict[str, int | None]:
    frozen = area_keys(area)
    return {
        f"{level}_id": frozen[f"frozen_{level}_id"] for level in ("community", "street", "district")
    }


def _at_unit(employment: Employment, common: dict[str, Any]) -> dict[str, Any]:
    area = employment.unit.area
    keys = _keys(area)
    # The street's rates need the roster of its units; the community where one is registered does
    # not see it: its place stands at the street.
    seen_from = keys["street_id"] or (area.pk if area else None)
    return {
        **common,
        **keys,
        "community_id": None,
        "area_id": seen_from,
        "side": Side.UNIT,
        "unit_id": employment.unit_id,
        "unit_name": employment.unit.name,
        "post": employment.post,
        "since": employment.valid_from,
        "report_in_id": None,
        "grid_id": None,
    }


def _in_community(
    report_in: ReportIn, employment: Employment | None, common: dict[str, Any]
) -> dict[str, Any]:
    return {
        **common,
        **_keys(report_in.community),
        "community_id": report_in.community_id,
        "area_id": report_in.community_id,
        "side": Side.COMMUNITY,
        "unit_id": employment.unit_id if employment else None,
        "unit_name": employment.unit.name if employment else report_in.unit_name,
        "post": employment.post if employment else report_in.post,
        "since": report_in.decided_on or report_in.submitted_on,
        "report_in_id": report_in.pk,
        "grid_id": report_in.grid_id,
    }


def wanted_places(member: PartyMember) -> list[dict[str, Any]]:
    """Return the values of the places that follow from a member's facts."""
    if member.state == MemberState.ENDED:
        return []
    person = member.person
    common = {
        "member_id": member.pk,
        "sort": person.sort,
        "name": person.name,
        "initials": person.initials,
        "phone_tail_hash": phone_tail_hash(person.phone),
    }
    employment = (
        Employment.objects.current()
        .filter(member=member, state=EmploymentState.CONFIRMED)
        .select_related("unit__area")
        .first()
    )
    standing = ReportIn.objects.filter(member=member, state=ReportInState.CONFIRMED).select_related(
        "community"
    )
    wanted = [_in_community(report_in, employment, common) for report_in in standing]
    if employment is not None:
        wanted.append(_at_unit(employment, common))
    return wanted


@transaction.atomic
def refresh_places(member: PartyMember) -> None:
    """Bring a member's places in step; what stays keeps its row."""
    wanted = {(each["side"], each["community_id"]): each for each in wanted_places(member)}
    for place in MemberPlace.objects.filter(member=member):
        values = wanted.pop((Side(place.side), place.community_id), None)
        if values is None:
            place.delete()
            continue
        if any(getattr(place, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(place, name, value)
            place.save()
    MemberPlace.objects.bulk_create([MemberPlace(**values) for values in wanted.values()])
