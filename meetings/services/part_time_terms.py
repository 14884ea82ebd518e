"""The term of a part-time committee member: reports, renewal, end."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import EventKind, PartTimeEnd, PartTimeState
from meetings.exceptions import NotInOffice, ReasonIsMissing, TermIsWrong
from meetings.models import PartTimeMember, PartTimeReport
from meetings.services import council_wording as wording
from meetings.services.debts import void_unpaid
from meetings.services.doors import via_of
from meetings.services.part_time import RENEW, must_be_another
from partybuild.access import Actor
from partybuild.areas.models.area import area_keys
from partybuild.audit.services import record_event
from partybuild.calendar import now, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import pay

ACCOUNT = "part_time.report"


@transaction.atomic
def account_for_year(
    member: PartTimeMember, *, year: int, text: str, by: Actor, channel: str = ""
) -> PartTimeReport:
    """File the report on a year's work (述职), again while nobody has evaluated it."""
    if not text.strip():
        raise ReasonIsMissing
    locked = PartTimeMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if locked.state != PartTimeState.APPOINTED:
        raise NotInOffice
    values = {
        "text": text.strip(),
        "filed_at": now(),
        "by_post": by.post,
        "via": via_of(by, member.organization, channel),
        "channel": channel,
    }
    # The member's row is the lock: two reports of one year are one.
    standing = PartTimeReport.objects.filter(member=member, year=year)
    if standing.exists():
        if not standing.filter(evaluated_on=None).update(**values):
            raise NotInOffice("这一年的述职已经评议，不能再改。如需补充，请与召集单位联系。")
        report = standing.get()
    else:
        report = PartTimeReport.objects.create(member=member, year=year, **values)
    pay(
        duty=ACCOUNT,
        bearer=member.person,
        subject=member,
        period=str(year),
        paid_with=report,
        by=by,
    )
    record_event(
        EventKind.PART_TIME_ACCOUNTED,
        target=member,
        by=by,
        changes={"year": year},
        about=(member.person,),
    )
    return report


@transaction.atomic
def evaluate_report(report: PartTimeReport, *, evaluation: str, by: Actor) -> PartTimeReport:
    """Write down what the committee says of a report (评议), once."""
    must_be_another(report.member, by)
    if not evaluation.strip():
        raise ReasonIsMissing
    if not PartTimeReport.objects.filter(pk=report.pk, evaluated_on=None).update(
        evaluation=evaluation.strip(), evaluated_on=today(), evaluated_by=by.post
    ):
        raise NotInOffice("这份述职刚刚已有评议意见，请刷新页面查看。")
    report.refresh_from_db()
    record_event(
        EventKind.PART_TIME_EVALUATED,
        target=report.member,
        by=by,
        changes={"year": report.year},
        about=(report.member.person,),
    )
    return report


@transaction.atomic
def renew_part_time_member(
    member: PartTimeMember, *, term_to: date, by: Actor, division: str = ""
) -> PartTimeMember:
    """Renew a term (续聘): a new row with a new letter begins where this one ends."""
    must_be_another(member, by)
    _claim_office(member)
    assert member.term_to is not None
    begins = member.term_to + timedelta(days=1)
    if term_to <= begins:
        raise TermIsWrong
    PartTimeMember.objects.filter(pk=member.pk).update(
        state=PartTimeState.RENEWED, ended_on=member.term_to, version=F("version") + 1
    )
    member.refresh_from_db()
    later = PartTimeMember(
        council=member.council,
        person=member.person,
        organization=member.organization,
        person_name=member.person.name,
        unit_name=member.organization.name,
        unit_post=member.unit_post,
        title=member.title,
        division=division.strip() or member.division,
        sort=member.sort,
        state=PartTimeState.APPOINTED,
        proposed_on=today(),
        approved_on=member.approved_on,
        approval_number=member.approval_number,
        approved_by=member.approved_by,
        appointed_on=today(),
        term_from=begins,
        term_to=term_to,
        earlier=member,
        **area_keys(member.council.area),
    )
    try:
        with transaction.atomic():
            later.save()
    except IntegrityError:
        raise NotInOffice from None
    pay(duty=RENEW, bearer=member.council.convener, subject=member, paid_with=later, by=by)
    # What is owed of the year's report is owed for the term that goes on.
    void_unpaid(duty=ACCOUNT, subject=member, reason="已续聘，在新任期内述职", by=by)
    title, body = wording.part_time_renewed(later)
    notify(
        kind="part_time.appointed",
        subject=later,
        recipients=[Recipient(organization=later.organization), Recipient(person=later.person)],
        title=title,
        body=body,
        path=later.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.PART_TIME_RENEWED,
        target=member,
        by=by,
        changes={"term_to": [str(member.term_to), str(term_to)]},
        about=(member.person,),
    )
    record_event(EventKind.PART_TIME_APPOINTED, target=later, by=by, about=(member.person,))
    return later


def _claim_office(member: PartTimeMember) -> None:
    """Lock the term: of renewing and ending at once, one comes first and the other is told."""
    locked = PartTimeMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if locked.state != PartTimeState.APPOINTED:
        raise NotInOffice
    member.refresh_from_db()


@transaction.atomic
def end_part_time_member(
    member: PartTimeMember,
    *,
    kind: PartTimeEnd,
    by: Actor,
    reason: str = "",
    on: date | None = None,
) -> PartTimeMember:
    """End a term (届满、解聘、辞去、调动); what ends before its time says why."""
    _claim_office(member)
    if kind != PartTimeEnd.TERM and not reason.strip():
        raise ReasonIsMissing
    PartTimeMember.objects.filter(pk=member.pk).update(
        state=PartTimeState.ENDED,
        ended_on=on or today(),
        end_kind=kind,
        end_reason=reason.strip(),
        version=F("version") + 1,
    )
    member.refresh_from_db()
    pay(duty=RENEW, bearer=member.council.convener, subject=member, paid_with=member, by=by)
    void_unpaid(duty=ACCOUNT, subject=member, reason=str(member.get_end_kind_display()), by=by)
    title, body = wording.part_time_ended(member)
    notify(
        kind="part_time.ended",
        subject=member,
        recipients=[Recipient(organization=member.organization), Recipient(person=member.person)],
        title=title,
        body=body,
        path=member.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.PART_TIME_ENDED,
        target=member,
        by=by,
        reason=reason,
        changes={"end_kind": str(kind)},
        about=(member.person,),
    )
    return member
