"""What a certificate of volunteer service says, out of the certified records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from members.enums import CertificateState
from members.models import PartyMember, ServiceCertificate, ServiceRecord
from members.models.service_record import ServiceRecordQuerySet
from partybuild.access import Role
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary, parameter
from partybuild.calendar import Period, add_working_days, today
from partybuild.documents.enums import DocumentState
from partybuild.documents.models import OfficialDocument
from partybuild.obligations.registry import Debt
from partybuild.people.models import Person
from units.queries import committee_of

CERTIFICATE_DUTY = "certificate.issue"
PAPER = "service.certificate"


def records_for(
    member: PartyMember, community: Area, since: date, until: date
) -> ServiceRecordQuerySet:
    """Return the certified records that a certificate of these days is about, the first first."""
    rows: ServiceRecordQuerySet = ServiceRecord.objects.certified()
    return rows.filter(member=member, community=community, date__range=(since, until)).order_by(
        "date", "id"
    )


def certified_lines(
    member: PartyMember, community: Area, since: date, until: date
) -> list[dict[str, Any]]:
    """Return one plain line per record: what stands on the paper."""
    words = dict(dictionary(community, "service.kind"))
    return [
        {
            "record": str(record.uid),
            "date": record.date.isoformat(),
            "content": record.content,
            "kind": str(words.get(record.kind, record.kind)),
            "hours": str(record.hours),
        }
        for record in records_for(member, community, since, until)
    ]


def lines_on(certificate: ServiceCertificate) -> list[dict[str, Any]]:
    """Return a certificate's lines: the record as it is while nobody has checked it, then the snapshot."""
    if certificate.state == CertificateState.ASKED:
        return certified_lines(
            certificate.member, certificate.community, certificate.since, certificate.until
        )
    lines: list[dict[str, Any]] = certificate.lines
    return lines


def hours_in(lines: list[dict[str, Any]]) -> Decimal:
    """Return the hours of a certificate's lines."""
    return sum((Decimal(line["hours"]) for line in lines), Decimal(0))


def span_of_service(member: PartyMember, community: Area) -> tuple[date, date] | None:
    """Return the first and the last day of certified service, None where there is none."""
    found = (
        ServiceRecord.objects.certified()
        .filter(member=member, community=community)
        .aggregate(first=Min("date"), last=Max("date"))
    )
    return (found["first"], found["last"]) if found["first"] else None


def communities_served(member: PartyMember) -> QuerySet[Any]:
    """Return the communities in which a member has certified service, in the order of the tree."""
    served = ServiceRecord.objects.certified().filter(member=member).order_by()
    rows: QuerySet[Any] = Area.objects.filter(pk__in=served.values("community"))
    return rows.order_by("path")


def paper_of(certificate: ServiceCertificate) -> OfficialDocument | None:
    """Return the paper that is in force, None where there is none."""
    return (
        OfficialDocument.objects.filter(
            kind=PAPER, subject_uid=certificate.uid, state=DocumentState.ISSUED
        )
        .order_by("-edition")
        .first()
    )


def last_volunteer_number(member: PartyMember) -> str:
    """Return the volunteer number that was said last: nobody types it twice."""
    return (
        ServiceCertificate.objects.filter(member=member)
        .exclude(volunteer_number="")
        .order_by("-id")
        .values_list("volunteer_number", flat=True)
        .first()
        or ""
    )


def is_same_human(person_id: int | None, other: Person | None) -> bool:
    """Tell whether two rows of persons are one human: settled doubles count as one."""
    if person_id is None or other is None:
        return False
    mine = Person.objects.filter(pk=person_id).values_list("merged_into", flat=True).first()
    return (mine or person_id) == (other.merged_into_id or other.pk)


def certificate_debt(certificate: ServiceCertificate) -> Debt | None:
    """Return what the community's committee owes: an answer in working days, seen by the street."""
    above = committee_of(certificate.community.parent)
    if above is None:
        return None
    return Debt(
        duty=CERTIFICATE_DUTY,
        bearer_organization=certificate.issuer,
        owed_to=above,
        subject=certificate,
        due_on=add_working_days(today(), parameter(certificate.community, "certificate.due_days")),
        period=str(Period.of(today())),
        area=certificate.community,
    )


def left_to_the_street(rows: QuerySet[ServiceCertificate]) -> QuerySet[ServiceCertificate]:
    """Keep checked certificates that nobody in their community may issue: its one secretary checked them."""
    others = (
        Appointment.objects.current(today())
        .filter(role=Role.COMMUNITY_SECRETARY, organization=OuterRef("issuer"))
        .exclude(person=OuterRef("handler"))
    )
    return rows.filter(~Exists(others), state=CertificateState.PREPARED)
