"""Quarterly summaries: one signature sends it, the unit acknowledges."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, SummaryState
from members.exceptions import (
    DecidesOnOneself,
    QuarterNotOver,
    SummaryAlreadyAcknowledged,
    SummaryAlreadyAnswered,
    SummaryAlreadySent,
)
from members.models import PartyMember, ServiceRecord, ServiceSummary
from members.queries.summaries import (
    ACKNOWLEDGE_DUTY,
    SEND_DUTY,
    Compiled,
    compile_lines,
    reported_in_from,
    summary_debt,
    unsummarized,
)
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import channel_word, parameter
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.calendar.words import hours_cn
from partybuild.documents.services.numbering import receipt_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay
from partybuild.organizations.models import Organization
from units.queries import committee_of


@transaction.atomic
def sign_summary(
    *, community: Area, unit: Organization, period: Period, by: Actor
) -> ServiceSummary:
    """Compile a unit's quarter from certified records, freeze it, sign it and send it."""
    if period.end >= today():
        raise QuarterNotOver
    committee = committee_of(community)
    assert committee is not None
    summary = ServiceSummary(
        community=community,
        committee=committee,
        unit=unit,
        period=str(period),
        community_name=community.name,
        committee_name=committee.name,
        unit_name=unit.name,
        signed_at=now(),
        signed_by=by.post,
    )
    summary.freeze_areas(community)
    try:
        # The unique key is the lock: of two signing at once, one inserts and one does not.
        with transaction.atomic():
            summary.save()
    except IntegrityError as clash:
        raise SummaryAlreadySent from clash
    # Claim first, then read back what was claimed: a list certified meanwhile waits for the next.
    unsummarized(community, unit, period).update(summary=summary)
    claimed = ServiceRecord.objects.filter(summary=summary)
    _refuse_own(claimed.values_list("member_id", flat=True), by)
    compiled = Compiled(
        reported_in_count=reported_in_from(community, unit, period),
        lines=compile_lines(claimed, community),
    )
    summary.reported_in_count = compiled.reported_in_count
    summary.served_count = compiled.served_count
    summary.times = compiled.times
    summary.hours = compiled.hours
    summary.lines = compiled.lines
    summary.save()
    _enter_in_ledger(summary, period=period, by=by)
    record_event(EventKind.SUMMARY_SENT, target=summary, by=by)
    return summary


def _refuse_own(members: Iterable[int], by: Actor) -> None:
    on_it = PartyMember.objects.filter(pk__in=list(members))
    if by.person_id is not None and on_it.filter(person=by.person_id).exists():
        raise DecidesOnOneself


def _enter_in_ledger(summary: ServiceSummary, *, period: Period, by: Actor) -> None:
    unit, committee, community = summary.unit, summary.committee, summary.community
    debt = summary_debt(community, unit, period)
    assert debt is not None
    owe([debt], by=by)
    pay(
        duty=SEND_DUTY,
        bearer=committee,
        subject=unit,
        period=summary.period,
        paid_with=summary,
        by=by,
    )
    due_on = add_working_days(today(), parameter(community, "acknowledge.due_days"))
    owe(
        [
            Debt(
                duty=ACKNOWLEDGE_DUTY,
                bearer_organization=unit,
                owed_to=committee,
                unit=unit,
                subject=summary,
                due_on=due_on,
                period=summary.period,
                area=community,
            )
        ],
        by=by,
    )
    obligation = Obligation.objects.filter(duty=ACKNOWLEDGE_DUTY, subject_uid=summary.uid).first()
    notify(
        kind="summary.sent",
        subject=summary,
        recipients=[Recipient(organization=unit)],
        title=_("%(community)s%(period)s在职党员服务情况，请签收")
        % {"community": summary.community_name, "period": summary.period_label},
        body=_(
            "%(committee)s已签发贵单位党员%(period)s在%(community)s的服务情况："
            "报到党员%(reported)d人，参加服务%(served)d人、%(times)d人次，共%(hours)s。"
            "请在%(due)s前签收。"
        )
        % {
            "committee": summary.committee_name,
            "period": summary.period_label,
            "community": summary.community_name,
            "reported": summary.reported_in_count,
            "served": summary.served_count,
            "times": summary.times,
            "hours": hours_cn(summary.hours),
            "due": _("%(month)d月%(day)d日") % {"month": due_on.month, "day": due_on.day},
        },
        by=by,
        period=summary.period,
        path=summary.get_absolute_url(),
        link_action="summary.acknowledge",
        obligation=obligation,
    )


@transaction.atomic
def sign_summaries(
    *, community: Area, units: Iterable[Organization], period: Period, by: Actor
) -> list[ServiceSummary]:
    """Sign the summaries of several units in one press; those signed meanwhile are left as they are."""
    signed = []
    for unit in units:
        try:
            signed.append(sign_summary(community=community, unit=unit, period=period, by=by))
        except SummaryAlreadySent:
            continue
    return signed


@transaction.atomic
def acknowledge_summary(
    summary: ServiceSummary,
    *,
    by: Actor,
    channel: str = "",
    on: date | None = None,
    answer: str = "",
) -> ServiceSummary:
    """The unit has received it, and may answer at once.

    `channel` says how the community heard so where it enters it by proxy.
    """
    if (
        not ServiceSummary.objects.unacknowledged()
        .filter(pk=summary.pk)
        .update(
            state=SummaryState.ACKNOWLEDGED,
            acknowledged_at=now(),
            acknowledged_by=by.post,
            acknowledge_channel=channel,
            receipt_number=receipt_number(summary.committee, today().year),
        )
    ):
        raise SummaryAlreadyAcknowledged
    summary.refresh_from_db()
    pay(
        duty=ACKNOWLEDGE_DUTY,
        bearer=summary.unit,
        subject=summary,
        period=summary.period,
        paid_with=summary,
        on=on,
        by=by,
    )
    how = channel_word(summary.community, channel)
    record_event(EventKind.SUMMARY_ACKNOWLEDGED, target=summary, by=by, reason=how)
    if answer.strip():
        answer_summary(summary, answer=answer, channel=channel, by=by)
    return summary


@transaction.atomic
def answer_summary(
    summary: ServiceSummary, *, answer: str, by: Actor, channel: str = ""
) -> ServiceSummary:
    """The unit answers what it has received, once; the community hears it."""
    if (
        not ServiceSummary.objects.unanswered()
        .filter(pk=summary.pk)
        .update(
            answer=answer.strip(),
            answered_at=now(),
            answered_by=by.post,
            answer_channel=channel,
        )
    ):
        raise SummaryAlreadyAnswered
    summary.refresh_from_db()
    # It belongs to the receipt where it came with it; one deed, one line.
    how = channel_word(summary.community, channel)
    record_event(EventKind.SUMMARY_ANSWERED, target=summary, by=by, reason=how)
    notify(
        kind="summary.answered",
        subject=summary,
        recipients=[Recipient(organization=summary.committee)],
        title=_("%(unit)s答复了%(period)s服务情况汇总")
        % {"unit": summary.unit_name, "period": summary.period_label},
        body=summary.answer,
        by=by,
        period=summary.period,
        path=summary.get_absolute_url(),
    )
    return summary
