"""A unit reports in at a community: submitted, taken in with a receipt or returned, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members.enums import EventKind, UnitReportInState
from members.exceptions import (
    RosterSmallerThanPart,
    UnitAlreadyReportedIn,
    UnitReportInAlreadyDecided,
)
from members.models import UnitReportIn
from members.queries.unit_report_ins import DECIDE_UNIT_DUTY, SUBMIT_UNIT_DUTY, decide_unit_debt
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import word
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.calendar.words import short_date_cn
from partybuild.documents.services.numbering import receipt_number
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import owe, pay, reopen, void
from partybuild.organizations.models import Organization
from units.queries import committee_of


@transaction.atomic
def submit_unit_report_in(
    *,
    unit: Organization,
    community: Area,
    by: Actor,
    channel: str = "",
    on: date | None = None,
    **values: Any,
) -> UnitReportIn:
    """Report a unit in at a community; what the form said is frozen as it was said."""
    report_in = UnitReportIn(
        unit=unit,
        community=community,
        unit_name=unit.name,
        submitted_on=on or today(),
        submitted_by=by.post,
        channel=channel,
        **values,
    )
    report_in.full_clean(exclude=("unit", "community", "grid", "decided_on", "ended_on"))
    parts = max(report_in.members_in_service, report_in.members_reported_in)
    if parts > report_in.members_total:
        raise RosterSmallerThanPart
    try:
        with transaction.atomic():
            report_in.save()
    except IntegrityError as clash:
        raise UnitAlreadyReportedIn from clash
    heard = word(community, "proxy.channel", channel) if channel else ""
    record_event(EventKind.UNIT_REPORT_IN_SUBMITTED, target=report_in, by=by, reason=heard)
    debt = decide_unit_debt(report_in)
    if debt is not None:
        # Also what the community entered itself: one that waits is forgotten by nobody.
        owe([debt], by=by)
        if not channel:
            _tell_community(report_in, by=by)
    pay(
        duty=SUBMIT_UNIT_DUTY,
        bearer=unit,
        period="",
        paid_with=report_in,
        on=report_in.submitted_on,
        by=by,
    )
    return report_in


def _ask_again(report_in: UnitReportIn, *, reason: str, by: Actor) -> None:
    """What was asked of the unit once is open again while it stands reported in nowhere."""
    if UnitReportIn.objects.active().filter(unit=report_in.unit).exists():
        return
    keys = {"duty": SUBMIT_UNIT_DUTY, "bearer": report_in.unit, "period": "", "subject": None}
    reopen(keys, reason=reason, by=by)


def _tell_community(report_in: UnitReportIn, *, by: Actor) -> None:
    committee = committee_of(report_in.community)
    if committee is None:
        return
    notify(
        kind="unit_report_in.submitted",
        subject=report_in,
        recipients=[Recipient(organization=committee)],
        title=_("%(unit)s向%(community)s报到，请接收")
        % {"unit": report_in.unit.called, "community": report_in.community.name},
        body=_(
            "%(unit)s党组织已提交单位报到单，在职党员%(count)d人。请核对后接收，单位会收到回执。"
        )
        % {"unit": report_in.unit_name, "count": report_in.members_in_service},
        by=by,
        path=report_in.get_absolute_url(),
    )


@transaction.atomic
def withdraw_unit_report_in(report_in: UnitReportIn, *, by: Actor) -> UnitReportIn:
    """The unit takes it back before the community has answered."""
    waiting = UnitReportIn.objects.waiting().filter(pk=report_in.pk)
    if not waiting.update(state=UnitReportInState.WITHDRAWN):
        raise UnitReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.UNIT_REPORT_IN_WITHDRAWN, target=report_in, by=by)
    void(duty=DECIDE_UNIT_DUTY, subject=report_in, reason=_("单位已撤回"), by=by)
    _ask_again(report_in, reason=_("单位已撤回"), by=by)
    return report_in


@transaction.atomic
def confirm_unit_report_in(
    report_in: UnitReportIn,
    *,
    by: Actor,
    grid: Area | None = None,
    opinion: str = "",
    on: date | None = None,
) -> UnitReportIn:
    """The community takes the unit in and sends its receipt."""
    day = max(on or today(), report_in.submitted_on)
    report_in.freeze_areas(report_in.community)
    keeper = committee_of(report_in.community) or report_in.unit
    # The filter is the lock: of two deciding at once, one updates a row and one updates none.
    if (
        not UnitReportIn.objects.waiting()
        .filter(pk=report_in.pk)
        .update(
            state=UnitReportInState.CONFIRMED,
            grid=grid or report_in.grid,
            opinion=opinion or _("同意接收"),
            decided_on=day,
            decided_by=by.post,
            receipt_number=receipt_number(keeper, day.year),
            frozen_community=report_in.frozen_community_id,
            frozen_street=report_in.frozen_street_id,
            frozen_district=report_in.frozen_district_id,
            frozen_city=report_in.frozen_city_id,
        )
    ):
        raise UnitReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.UNIT_REPORT_IN_CONFIRMED, target=report_in, by=by, reason=opinion)
    _settle(report_in, by=by)
    notify(
        kind="unit_report_in.confirmed",
        subject=report_in,
        recipients=[Recipient(organization=report_in.unit)],
        title=_("%(community)s已接收贵单位报到") % {"community": report_in.community.name},
        body=_("%(community)s已于%(day)s接收贵单位党组织报到，回执编号%(receipt)s。")
        % {
            "community": report_in.community.name,
            "day": short_date_cn(day),
            "receipt": report_in.receipt_number,
        },
        by=by,
        path=report_in.get_absolute_url(),
    )
    return report_in


def _settle(report_in: UnitReportIn, *, by: Actor) -> None:
    committee = committee_of(report_in.community)
    if committee is not None:
        pay(
            duty=DECIDE_UNIT_DUTY,
            bearer=committee,
            subject=report_in,
            paid_with=report_in,
            by=by,
        )


@transaction.atomic
def return_unit_report_in(report_in: UnitReportIn, *, reason: str, by: Actor) -> UnitReportIn:
    """The community sends it back with the reason; the unit corrects it and reports in again."""
    waiting = UnitReportIn.objects.waiting().filter(pk=report_in.pk)
    if not waiting.update(
        state=UnitReportInState.RETURNED,
        decided_on=max(today(), report_in.submitted_on),
        decided_by=by.post,
        return_reason=reason,
    ):
        raise UnitReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.UNIT_REPORT_IN_RETURNED, target=report_in, by=by, reason=reason)
    _settle(report_in, by=by)
    _ask_again(report_in, reason=reason, by=by)
    notify(
        kind="unit_report_in.returned",
        subject=report_in,
        recipients=[Recipient(organization=report_in.unit)],
        title=_("%(community)s退回了单位报到单") % {"community": report_in.community.name},
        body=_("退回原因：%(reason)s。更正后可以重新提交，已填的内容不用再填。")
        % {"reason": reason},
        by=by,
        path=report_in.get_absolute_url(),
    )
    return report_in


@transaction.atomic
def end_unit_report_in(
    report_in: UnitReportIn, *, reason: str, by: Actor, note: str = "", on: date | None = None
) -> UnitReportIn:
    """End a unit's report-in with a word of unit_report_in.end_reason; what was done stays."""
    day = max(on or today(), report_in.submitted_on)
    standing = UnitReportIn.objects.standing().filter(pk=report_in.pk)
    if not standing.update(
        state=UnitReportInState.ENDED, ended_on=day, end_reason=reason, end_note=note
    ):
        raise UnitReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(
        EventKind.UNIT_REPORT_IN_ENDED,
        target=report_in,
        by=by,
        reason=note or word(report_in.community, "unit_report_in.end_reason", reason),
    )
    notify(
        kind="unit_report_in.ended",
        subject=report_in,
        recipients=[Recipient(organization=report_in.unit)],
        title=_("单位在%(community)s的报到已注销") % {"community": report_in.community.name},
        body=_("%(day)s注销，原因：%(reason)s。")
        % {
            "day": short_date_cn(day),
            "reason": word(report_in.community, "unit_report_in.end_reason", reason),
        },
        by=by,
        path=report_in.get_absolute_url(),
    )
    return report_in
