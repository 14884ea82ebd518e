"""Service records: entered for many at once, certified as a whole list, withdrawn before that."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from members.enums import EventKind, ServiceState, Side
from members.exceptions import (
    CertifierIsOnList,
    HoursNotInHalves,
    ListAlreadyDecided,
    NobodyServed,
    NotReportedInHere,
    ServiceInFuture,
)
from members.models import MemberPlace, PartyMember, ServiceRecord
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.models.area import area_keys
from partybuild.audit.services import record_event
from partybuild.calendar import now, today


def check_hours(hours: Decimal) -> Decimal:
    """Return hours in halves of a day; HoursNotInHalves otherwise."""
    if not 0 < hours <= 24 or hours * 2 % 1:
        raise HoursNotInHalves
    return hours


@transaction.atomic
def enter_services(
    *,
    community: Area,
    members: Iterable[PartyMember],
    date: date,
    content: str,
    kind: str,
    hours: Decimal,
    by: Actor,
    place: str = "",
) -> list[ServiceRecord]:
    """Write one line for each member who served, as one list that waits for certification."""
    hours = check_hours(Decimal(hours))
    if date > today():
        raise ServiceInFuture
    wanted = {member.pk for member in members}
    if not wanted:
        raise NobodyServed
    places = list(
        MemberPlace.objects.filter(
            member__in=wanted, side=Side.COMMUNITY, community=community
        ).order_by("sort", "name", "id")
    )
    if len(places) != len(wanted):
        raise NotReportedInHere
    sheet = uuid.uuid4()
    keys = area_keys(community)
    records = [
        ServiceRecord(
            community=community,
            member_id=each.member_id,
            sheet=sheet,
            date=date,
            content=content.strip(),
            kind=kind,
            hours=hours,
            place=place,
            member_name=each.name,
            unit_id=each.unit_id,
            unit_name=each.unit_name,
            entered_by=by.post,
            **keys,
        )
        for each in places
    ]
    ServiceRecord.objects.bulk_create(records)
    record_event(
        EventKind.SERVICE_ENTERED,
        target=community,
        by=by,
        changes={"sheet": str(sheet), "people": len(records), "hours": str(hours)},
    )
    return records


def _claim(records: Sequence[ServiceRecord], **values: object) -> None:
    claimed = ServiceRecord.objects.waiting().filter(pk__in=[each.pk for each in records])
    # All or nothing: somebody else may have decided on a part of the list meanwhile.
    if not records or claimed.update(**values) != len(records):
        raise ListAlreadyDecided


@transaction.atomic
def certify_records(records: Sequence[ServiceRecord], *, by: Actor) -> int:
    """Certify a whole list in one press; nobody who is on it may."""
    on_it = PartyMember.objects.filter(pk__in=[each.member_id for each in records])
    if by.person_id is not None and on_it.filter(person=by.person_id).exists():
        raise CertifierIsOnList
    _claim(
        records,
        state=ServiceState.CERTIFIED,
        certified_at=now(),
        certified_by=by.post,
    )
    for community, of_community in _by_community(records).items():
        record_event(
            EventKind.SERVICE_CERTIFIED,
            target=community,
            by=by,
            changes={
                "sheets": sorted({str(each.sheet) for each in of_community}),
                "people": len({each.member_id for each in of_community}),
                "hours": str(sum(each.hours for each in of_community)),
            },
        )
    return len(records)


@transaction.atomic
def withdraw_records(records: Sequence[ServiceRecord], *, reason: str, by: Actor) -> int:
    """Take back a list that nobody has certified; the rows stay, with the reason."""
    _claim(records, state=ServiceState.WITHDRAWN, withdrawn_reason=reason)
    for community, of_community in _by_community(records).items():
        record_event(
            EventKind.SERVICE_WITHDRAWN,
            target=community,
            by=by,
            reason=reason,
            changes={"sheets": sorted({str(each.sheet) for each in of_community})},
        )
    return len(records)


def _by_community(records: Iterable[ServiceRecord]) -> dict[Area, list[ServiceRecord]]:
    found: dict[Area, list[ServiceRecord]] = {}
    for record in records:
        found.setdefault(record.community, []).append(record)
    return found
