"""Certificates of volunteer service: asked for, checked by one person, issued by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import OPEN_CERTIFICATE, CertificateState, EventKind
from members.exceptions import (
    CertificateAlreadyAsked,
    CertificateAlreadyDecided,
    CertificateNoLongerMatches,
    DecidesOnOneself,
    IdNumberNotRegistered,
    NothingToCertify,
    SecondLookByAnother,
)
from members.models import PartyMember, ServiceCertificate
from members.queries.certificates import (
    CERTIFICATE_DUTY,
    PAPER,
    certificate_debt,
    certified_lines,
    hours_in,
    is_same_human,
    left_to_the_street,
)
from partybuild.access import Actor, Role
from partybuild.areas.models import Area
from partybuild.areas.queries import channel_word
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.words import hours_cn
from partybuild.documents.models import OfficialDocument
from partybuild.documents.registry import kind_of
from partybuild.documents.services import issue_document
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import owe, pay, void
from partybuild.obligations.services.escalating import committees_above
from units.queries import committee_of


@transaction.atomic
def ask_certificate(
    member: PartyMember,
    *,
    community: Area,
    since: date,
    until: date,
    by: Actor,
    purpose: str = "",
    volunteer_number: str = "",
    channel: str = "",
) -> ServiceCertificate:
    """A member wishes for a certificate of their service in a community; the community owes an answer."""
    if not certified_lines(member, community, since, until):
        raise NothingToCertify
    issuer = committee_of(community)
    assert issuer is not None
    certificate = ServiceCertificate(
        member=member,
        community=community,
        issuer=issuer,
        since=since,
        until=until,
        purpose=purpose,
        volunteer_number=volunteer_number,
        channel=channel,
        member_name=member.person.name,
    )
    certificate.freeze_areas(community)
    try:
        # The unique key is the lock: of two wishes at once one is written.
        with transaction.atomic():
            certificate.save()
    except IntegrityError as clash:
        raise CertificateAlreadyAsked from clash
    debt = certificate_debt(certificate)
    if debt is not None:
        owe([debt], by=by)
    record_event(
        EventKind.CERTIFICATE_ASKED,
        target=certificate,
        by=by,
        reason=channel_word(community, channel),
    )
    if not channel:
        notify(
            kind="certificate.asked",
            subject=certificate,
            recipients=[Recipient(organization=issuer)],
            title=_("一名党员申请志愿服务记录证明，请核对"),
            body=_("请核对服务记录后报负责人签发；不能出具的，写明原因。"),
            path=certificate.get_absolute_url(),
            by=by,
        )
    return certificate


@transaction.atomic
def cancel_certificate(certificate: ServiceCertificate, *, by: Actor) -> None:
    """The member takes the wish back before it is issued."""
    _claim(certificate, OPEN_CERTIFICATE, state=CertificateState.CANCELLED)
    void(duty=CERTIFICATE_DUTY, subject=certificate, by=by, reason=_("本人撤回申请"))
    record_event(EventKind.CERTIFICATE_CANCELLED, target=certificate, by=by)


@transaction.atomic
def prepare_certificate(
    certificate: ServiceCertificate,
    *,
    handler_name: str,
    handler_phone: str,
    by: Actor,
    volunteer_number: str = "",
) -> ServiceCertificate:
    """Check the records and freeze them; the one responsible looks a second time."""
    _refuse_own(certificate, by)
    person = certificate.member.person
    if not person.has_id_number:
        raise IdNumberNotRegistered
    lines = _lines_of(certificate)
    if not lines:
        raise NothingToCertify
    _claim(
        certificate,
        (CertificateState.ASKED,),
        state=CertificateState.PREPARED,
        member_name=person.name,
        masked_number=person.masked_id_number,
        volunteer_number=volunteer_number,
        lines=lines,
        times=len(lines),
        hours=hours_in(lines),
        handler_name=handler_name,
        handler_phone=handler_phone,
        handler=by.person_id,
        prepared_at=now(),
        prepared_by=by.post,
        reason="",
    )
    record_event(
        EventKind.CERTIFICATE_PREPARED,
        target=certificate,
        by=by,
        changes={"times": certificate.times, "hours": str(certificate.hours)},
    )
    recipients = [
        Recipient(organization=certificate.issuer, roles=frozenset({Role.COMMUNITY_SECRETARY}))
    ]
    if left_to_the_street(ServiceCertificate.objects.filter(pk=certificate.pk)).exists():
        recipients = [
            Recipient(organization=above) for above in committees_above(certificate.community)[:1]
        ]
    notify(
        kind="certificate.prepared",
        subject=certificate,
        recipients=recipients,
        title=_("一份志愿服务记录证明已核对，请签发"),
        body=_("服务记录已由经办人核对，请负责人复核后签发。"),
        path=certificate.get_absolute_url(),
        by=by,
        step=certificate.prepared_at.isoformat() if certificate.prepared_at else "",
    )
    return certificate


@transaction.atomic
def return_certificate(certificate: ServiceCertificate, *, reason: str, by: Actor) -> None:
    """The second look found something: the check begins again."""
    _refuse_own(certificate, by)
    _claim(
        certificate,
        (CertificateState.PREPARED,),
        state=CertificateState.ASKED,
        reason=reason,
        handler=None,
        prepared_at=None,
        prepared_by="",
    )
    record_event(EventKind.CERTIFICATE_RETURNED, target=certificate, by=by, reason=reason)


@transaction.atomic
def decline_certificate(certificate: ServiceCertificate, *, reason: str, by: Actor) -> None:
    """The community cannot certify this, and says why."""
    _refuse_own(certificate, by)
    _claim(certificate, OPEN_CERTIFICATE, state=CertificateState.DECLINED, reason=reason)
    _answered(certificate, by)
    record_event(EventKind.CERTIFICATE_DECLINED, target=certificate, by=by, reason=reason)
    _tell_member(
        certificate,
        kind="certificate.declined",
        title=_("%(community)s未出具志愿服务记录证明") % {"community": certificate.community.name},
        body=_("原因：%(reason)s") % {"reason": reason},
        by=by,
    )


@transaction.atomic
def issue_certificate(
    certificate: ServiceCertificate, *, responsible_name: str, by: Actor
) -> OfficialDocument:
    """Take the second look and issue it under the register's next number."""
    _refuse_own(certificate, by)
    if is_same_human(by.person_id, certificate.handler):
        raise SecondLookByAnother
    if certificate.lines != _lines_of(certificate):
        raise CertificateNoLongerMatches
    _claim(
        certificate,
        (CertificateState.PREPARED,),
        state=CertificateState.ISSUED,
        responsible_name=responsible_name,
        issued_at=now(),
        issued_by=by.post,
    )
    document = issue_document(kind_of(PAPER), certificate, by=by)
    ServiceCertificate.objects.filter(pk=certificate.pk).update(number=document.number_text)
    certificate.number = document.number_text
    _answered(certificate, by)
    record_event(
        EventKind.CERTIFICATE_ISSUED,
        target=certificate,
        by=by,
        changes={"number": document.number_text, "hours": str(certificate.hours)},
    )
    _tell_member(
        certificate,
        kind="certificate.issued",
        title=_("%(community)s已出具志愿服务记录证明") % {"community": certificate.community.name},
        body=_("编号%(number)s，共%(hours)s。可以下载打印，也可以到社区领取盖章的纸质证明。")
        % {"number": document.number_text, "hours": hours_cn(certificate.hours)},
        by=by,
    )
    return document


@transaction.atomic
def mark_certificate_withdrawn(certificate: ServiceCertificate, *, reason: str, by: Actor) -> None:
    """Its paper was taken out of force: the certificate says so, and the member hears of it."""
    _claim(
        certificate,
        (CertificateState.ISSUED,),
        state=CertificateState.WITHDRAWN,
        reason=reason[:200],
    )
    record_event(EventKind.CERTIFICATE_WITHDRAWN, target=certificate, by=by, reason=reason)
    _tell_member(
        certificate,
        kind="certificate.withdrawn",
        title=_("编号%(number)s的志愿服务记录证明已作废") % {"number": certificate.number},
        body=_("原因：%(reason)s。需要的可以重新申请。") % {"reason": reason.rstrip("。")},
        by=by,
    )


def _lines_of(certificate: ServiceCertificate) -> list[dict[str, Any]]:
    return certified_lines(
        certificate.member, certificate.community, certificate.since, certificate.until
    )


def _claim(
    certificate: ServiceCertificate, states: tuple[CertificateState, ...], **values: Any
) -> None:
    # The filter is the lock: of two people deciding at once, one updates a row and one updates none.
    if not ServiceCertificate.objects.filter(pk=certificate.pk, state__in=states).update(**values):
        raise CertificateAlreadyDecided
    certificate.refresh_from_db()


def _refuse_own(certificate: ServiceCertificate, by: Actor) -> None:
    if is_same_human(by.person_id, certificate.member.person):
        raise DecidesOnOneself


def _answered(certificate: ServiceCertificate, by: Actor) -> None:
    pay(
        duty=CERTIFICATE_DUTY,
        bearer=certificate.issuer,
        subject=certificate,
        paid_with=certificate,
        by=by,
    )


def _tell_member(
    certificate: ServiceCertificate, *, kind: str, title: str, body: str, by: Actor
) -> None:
    notify(
        kind=kind,
        subject=certificate,
        recipients=[Recipient(person=certificate.member.person)],
        title=title,
        body=body,
        path=certificate.get_absolute_url(),
        by=by,
    )
