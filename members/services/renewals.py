"""Saying again that one takes part in a community."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from members.enums import EventKind, ReportInState
from members.exceptions import AlreadyRenewed, NoRenewalHere, ReportInAlreadyDecided
from members.models import Renewal, ReportIn
from members.queries.report_ins import RENEW_DUTY, renewal_period
from members.services.members import change_member
from partybuild.access import Actor
from partybuild.areas.queries import word
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.obligations.models import Obligation
from partybuild.obligations.services import pay


@transaction.atomic
def renew_report_in(
    report_in: ReportIn,
    *,
    by: Actor,
    building: str = "",
    phone: str = "",
    channel: str = "",
    note: str = "",
    on: date | None = None,
) -> Renewal:
    """A member says for a year or half-year that they still live and take part here; nothing is asked twice."""
    # Held, so that it does not end meanwhile.
    standing = (
        ReportIn.objects.select_for_update(of=("self",))
        .select_related("community", "member__person")
        .get(pk=report_in.pk)
    )
    if standing.state != ReportInState.CONFIRMED:
        raise ReportInAlreadyDecided
    day = on or today()
    period = renewal_period(standing, day)
    if period is None:
        raise NoRenewalHere
    renewal = Renewal(
        report_in=standing,
        period=str(period),
        renewed_on=day,
        channel=channel,
        post=by.post,
        note=note,
    )
    try:
        # The unique key is the lock: of two at once, one inserts and one does not.
        with transaction.atomic():
            renewal.save()
    except IntegrityError as clash:
        raise AlreadyRenewed(period.label) from clash
    member = standing.member
    changes: dict[str, Any] = {}
    if building and building != member.home_building:
        changes["home_building"] = building
    if phone and phone != member.person.phone:
        changes["phone"] = phone
    if changes:
        change_member(member, by=by, **changes)
    heard = word(standing.community, "proxy.channel", channel) if channel else ""
    record_event(EventKind.REPORT_IN_RENEWED, target=standing, by=by, reason=heard or note)
    # What was missed before is settled late with it: nobody can renew for a year that is over.
    missed = (
        Obligation.objects.filter(
            duty=RENEW_DUTY, subject_uid=standing.uid, due_on__lt=period.start
        )
        .unpaid()
        .order_by("due_on", "id")
        .values_list("period", flat=True)
    )
    for owed in (*missed, str(period)):
        pay(
            duty=RENEW_DUTY,
            bearer=member.person,
            subject=standing,
            period=owed,
            paid_with=renewal,
            on=day,
            by=by,
        )
    return renewal
