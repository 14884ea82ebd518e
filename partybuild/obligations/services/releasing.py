"""Letting somebody off a debt, or moving its date."""

from __future__ import annotations

from datetime import date

from django.db import models, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.notices.services import cancel_reminders
from partybuild.obligations.enums import UNPAID, EventKind, ObligationState
from partybuild.obligations.exceptions import ObligationNotOpen, OwnObligation, ReasonMissing
from partybuild.obligations.models import Obligation
from partybuild.obligations.services.paying import standing_debts
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


@transaction.atomic
def exempt(obligation: Obligation, *, reason: str, by: Actor) -> Obligation:
    """Let the bearer off, with a reason: owed, but not expected."""
    if not reason.strip():
        raise ReasonMissing
    if _is_own(obligation, by):
        raise OwnObligation
    before = obligation.state
    if not Obligation.objects.filter(pk=obligation.pk, state__in=UNPAID).update(
        state=ObligationState.EXEMPT, reason=reason.strip()[:500]
    ):
        raise ObligationNotOpen
    obligation.refresh_from_db()
    cancel_reminders([obligation.uid], why="已免除")
    record_event(
        EventKind.EXEMPTED,
        target=obligation,
        by=by,
        reason=reason,
        changes={"state": [str(before), str(obligation.state)]},
    )
    return obligation


@transaction.atomic
def void(
    *,
    duty: str,
    subject: models.Model,
    by: Actor,
    bearer: Organization | Person | None = None,
    period: str | None = None,
    reason: str = "",
) -> int:
    """Make debts about a subject not applicable, as when the meeting is cancelled; returns how many."""
    standing = standing_debts(duty=duty, subject=subject, bearer=bearer, period=period)
    rows = standing.filter(is_closed=False).owed()
    debts = list(rows.select_for_update(of=("self",)).with_bodies().order_by("id"))
    Obligation.objects.filter(pk__in=[debt.pk for debt in debts]).update(
        state=ObligationState.NOT_APPLICABLE,
        paid_at=None,
        paid_on=None,
        reason=reason[:500],
    )
    cancel_reminders([debt.uid for debt in debts], why="不再需要办理")
    for debt in debts:
        before, debt.subject = debt.state, subject
        debt.state = ObligationState.NOT_APPLICABLE
        record_event(
            EventKind.VOIDED,
            target=debt,
            by=by,
            reason=reason,
            changes={"state": [str(before), str(debt.state)]},
            follows=by.kind != "system",
        )
    return len(debts)


@transaction.atomic
def change_due(
    *, duty: str, subject: models.Model, due_on: date, by: Actor, bearer: Organization | None = None
) -> int:
    """Move the date of unpaid debts about a subject; returns how many moved."""
    rows = standing_debts(duty=duty, subject=subject, bearer=bearer).unpaid().exclude(due_on=due_on)
    debts = list(rows.select_for_update(of=("self",)).with_bodies().order_by("id"))
    Obligation.objects.filter(pk__in=[debt.pk for debt in debts]).update(due_on=due_on)
    for debt in debts:
        debt.subject = subject
        record_event(
            EventKind.DUE_CHANGED,
            target=debt,
            by=by,
            changes={"due_on": [debt.due_on.isoformat(), due_on.isoformat()]},
            follows=by.kind != "system",
        )
    return len(debts)


def _is_own(obligation: Obligation, by: Actor) -> bool:
    if obligation.bearer_organization_id is not None:
        return obligation.bearer_organization_id == by.organization_id
    return obligation.bearer_person_id == by.person_id
