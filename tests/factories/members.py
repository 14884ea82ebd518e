"""Factories of members, report-ins and service records: the services themselves, with defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from members.models import PartyMember, ReportIn, ServiceRecord
from members.services import (
    add_member,
    certify_records,
    confirm_report_in,
    enter_services,
    submit_report_in,
)
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization
from tests.factories.core import SYSTEM, id_number, phone

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
