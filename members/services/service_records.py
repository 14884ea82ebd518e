"""Service records: entered for many at once, certified as a whole list, withdrawn before that."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from members.enums import HOLDING, EventKind, ServiceSource, ServiceState, Side
from members.exceptions import (
    CertifierIsOnList,
    ClaimNotAccepted,
    ClaimsOfSeveralPosts,
    HoursNotInHalves,
    ListAlreadyDecided,
    NobodyServed,
    NotReportedInHere,
    ServiceInFuture,
)
from members.models import MemberPlace, PartyMember, PostClaim, ServiceRecord
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.models.area import area_keys
from partybuild.audit.services import record_event
from partybuild.calendar import now, today
from partybuild.people.models import Person


def check_hours(hours: Decimal) -> Decimal:
    """Return hours in halves of a day; HoursNotInHalves otherwise."""
    if not 0 < hours <= 24 or hours * 2 % 1:
        raise HoursNotInHalves
    return hours


@dataclass(frozen=True)
class ServiceLine:
    """One line of a list: who served, of which unit then, and how long."""

    member_id: int
    name: str
    unit_id: int | None
    unit_name: str
    hours: Decimal
    claim_id: int | None = None


@transaction.atomic
def enter_sheet(
    *,
    community: Area,
    lines: Iterable[ServiceLine],
    date: date,
    content: str,
    kind: str,
    by: Actor,
    place: str = "",
    source: ServiceSource = ServiceSource.ENTERED,
    sheet: uuid.UUID | None = None,
) -> list[ServiceRecord]:
    """Write a list that waits for certification; `sheet` adds to one that waits already."""
    if date > today():
        raise ServiceInFuture
    lines = list(lines)
    if not lines:
        raise NobodyServed
    sheet = sheet or uuid.uuid4()
    keys = area_keys(community)
    records = [
        ServiceRecord(
            community=community,
            member_id=line.member_id,
            sheet=sheet,
            source=source,
            claim_id=line.claim_id,
            date=date,
            content=content.strip(),
            kind=kind,
            hours=check_hours(line.hours),
            place=place,
            member_name=line.name,
            unit_id=line.unit_id,
            unit_name=line.unit_name,
            entered_by=by.post,
            **keys,
        )
        for line in lines
    ]
    ServiceRecord.objects.bulk_create(records)
    record_event(
        EventKind.SERVICE_ENTERED,
        target=community,
        by=by,
        changes={
            "sheet": str(sheet),
            "source": str(source),
            "people": len(records),
            "hours": str(sum(record.hours for record in records)),
        },
    )
    return records


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
    own_hours: Mapping[int, Decimal] | None = None,
) -> list[ServiceRecord]:
    """Write one line for each member who served, as one list that waits for certification.

    `own_hours` has, by member, what differs from the hours of the others.
    """
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
    differing = own_hours or {}
    return enter_sheet(
        community=community,
        lines=[
            ServiceLine(
                member_id=each.member_id,
                name=each.name,
                unit_id=each.unit_id,
                unit_name=each.unit_name,
                hours=Decimal(differing.get(each.member_id, hours)),
            )
            for each in places
        ],
        date=date,
        content=content,
        kind=kind,
        by=by,
        place=place,
    )


@transaction.atomic
def enter_claim_services(
    claims: Sequence[PostClaim],
    *,
    date: date,
    hours: Decimal,
    by: Actor,
    content: str = "",
    place: str | None = None,
    own_hours: Mapping[int, Decimal] | None = None,
) -> list[ServiceRecord]:
    """Write down who served in a claimed post on one day; `own_hours` by claim.

    The post says what was done, where, and in which class, unless told otherwise.
    """
    posts = {claim.post_id: claim.post for claim in claims}
    if not claims:
        raise NobodyServed
    if len(posts) != 1:
        raise ClaimsOfSeveralPosts
    if any(claim.state not in HOLDING for claim in claims):
        raise ClaimNotAccepted
    [post] = posts.values()
    differing = own_hours or {}
    return enter_sheet(
        community=post.community,
        lines=[
            ServiceLine(
                member_id=claim.member_id,
                name=claim.member_name,
                unit_id=claim.unit_id,
                unit_name=claim.unit_name,
                hours=Decimal(differing.get(claim.pk, hours)),
                claim_id=claim.pk,
            )
            for claim in claims
        ],
        date=date,
        content=content or post.title,
        kind=post.category,
        by=by,
        place=post.place[:100] if place is None else place,
        source=ServiceSource.CLAIM,
    )


def is_on_list(records: Iterable[ServiceRecord], by: Actor) -> bool:
    """Tell whether somebody stands on a list, under whichever of their rows."""
    if by.person_id is None:
        return False
    me = Person.objects.filter(pk=by.person_id).values_list("merged_into", flat=True).first()
    mine = {by.person_id, me or by.person_id}
    people = Person.objects.filter(
        party_member__in=[each.member_id for each in records]
    ).values_list("pk", "merged_into")
    return any(pk in mine or into in mine for pk, into in people)


def _claim(records: Sequence[ServiceRecord], **values: object) -> None:
    claimed = ServiceRecord.objects.waiting().filter(pk__in=[each.pk for each in records])
    # All or nothing: somebody else may have decided on a part of the list meanwhile.
    if not records or claimed.update(**values) != len(records):
        raise ListAlreadyDecided


@transaction.atomic
def certify_records(records: Sequence[ServiceRecord], *, by: Actor) -> int:
    """Certify a whole list in one press; nobody who is on it may."""
    if is_on_list(records, by):
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
