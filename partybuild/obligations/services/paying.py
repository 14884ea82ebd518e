"""Paying a debt, and taking the payment back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event, record_events
from partybuild.calendar import now
from partybuild.notices.services import cancel_reminders
from partybuild.obligations.enums import COMPLETE, UNPAID, EventKind, ObligationState
from partybuild.obligations.exceptions import ObligationNotPaid
from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import ObligationQuerySet
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


def standing_debts(
    *,
    duty: str,
    bearer: Organization | Person | None = None,
    period: str | None = None,
    subject: models.Model | None = None,
) -> ObligationQuerySet:
    """Return the rows of a key; a period of None is any, a subject of None is none."""
    rows: ObligationQuerySet = Obligation.objects.filter(
        duty=duty,
        subject_uid=subject.uid if subject is not None else None,  # type: ignore[attr-defined]
    )
    if isinstance(bearer, Person):
        rows = rows.filter(bearer_person=bearer)
    elif bearer is not None:
        # Any row of the bearer's identity: a unit's own primary key is its organization's.
        rows = rows.filter(bearer_organization=bearer.pk)
    if period is not None:
        rows = rows.filter(period=period)
    return rows


@transaction.atomic
def pay(
    *,
    duty: str,
    bearer: Organization | Person,
    by: Actor,
    period: str | None = None,
    subject: models.Model | None = None,
    state: ObligationState = ObligationState.FILED,
    paid_with: models.Model | None = None,
    on: date | None = None,
) -> Obligation | None:
    """Pay a debt and stop its reminders; paid twice, the first stands. None where nobody owed it.

    `on` is the day it counts for, today if not given: what came on paper on Friday was in time.
    """
    if state not in COMPLETE:
        raise ValueError(f"a debt is not paid with {state}")
    rows = standing_debts(duty=duty, bearer=bearer, period=period, subject=subject)
    debt = rows.with_bodies().order_by("due_on", "id").unpaid().first()
    if debt is None:
        return rows.with_bodies().order_by("due_on", "id").first()
    moment = now()
    # The filter is the lock: of two paying at once, one updates a row and one updates none.
    paid = Obligation.objects.filter(pk=debt.pk, state__in=UNPAID).update(
        state=state,
        paid_at=moment,
        paid_on=on or moment.date(),
        paid_with_label=paid_with._meta.label if paid_with is not None else "",
        paid_with_uid=paid_with.uid if paid_with is not None else None,  # type: ignore[attr-defined]
        reason="",
    )
    before = debt.state
    debt.refresh_from_db()
    debt.subject = subject
    if paid:
        cancel_reminders([debt.uid], why="已办结")
        record_event(
            EventKind.PAID,
            target=debt,
            by=by,
            changes={"state": [before, str(debt.state)]},
            # Of what was filed, held or answered.
            follows=by.kind != "system",
        )
    return debt


@dataclass(frozen=True)
class Payment:
    """What settles one debt among many: whose, about what, with what."""

    bearer: Organization
    subject: models.Model
    paid_with: models.Model


@transaction.atomic
def pay_many(
    payments: Iterable[Payment], *, duty: str, period: str, by: Actor, on: date | None = None
) -> int:
    """Pay one duty's debts of a period about many subjects, as `pay` does each; returns how many were unpaid.

    A list of hundreds that is signed or acknowledged at once costs as many queries as one of three.
    """
    wanted = {(each.bearer.pk, _uid(each.subject)): each for each in payments}
    rows = Obligation.objects.filter(
        duty=duty, period=period, subject_uid__in={uid for _bearer, uid in wanted}
    ).unpaid()
    # In the order in which every list of debts is locked.
    held = rows.select_for_update(of=("self",)).with_bodies().order_by("id")
    debts = [debt for debt in held if (debt.bearer_organization_id, debt.subject_uid) in wanted]
    before = {debt.pk: str(debt.state) for debt in debts}
    moment = now()
    for debt in debts:
        payment = wanted[debt.bearer_organization_id or 0, debt.subject_uid]
        debt.subject = payment.subject
        debt.state, debt.reason = ObligationState.FILED, ""
        debt.paid_at, debt.paid_on = moment, on or moment.date()
        debt.paid_with_label = payment.paid_with._meta.label
        debt.paid_with_uid = _uid(payment.paid_with)
    Obligation.objects.bulk_update(
        debts,
        ("state", "reason", "paid_at", "paid_on", "paid_with_label", "paid_with_uid"),
        batch_size=500,
    )
    cancel_reminders([debt.uid for debt in debts], why="已办结")
    return record_events(
        EventKind.PAID,
        targets=[(debt, {"state": [before[debt.pk], str(debt.state)]}) for debt in debts],
        by=by,
        follows=by.kind != "system",
    )


def _uid(row: models.Model) -> uuid.UUID:
    uid: uuid.UUID = row.uid  # type: ignore[attr-defined]
    return uid


@transaction.atomic
def draft(
    *,
    duty: str,
    bearer: Organization | Person,
    by: Actor,
    period: str | None = None,
    subject: models.Model | None = None,
) -> bool:
    """Note that the bearer has begun; nothing is paid by it."""
    rows = standing_debts(duty=duty, bearer=bearer, period=period, subject=subject)
    return bool(rows.filter(state=ObligationState.OPEN).update(state=ObligationState.DRAFT))


@transaction.atomic
def reopen(
    obligation: Obligation | Mapping[str, Any], *, reason: str, by: Actor
) -> Obligation | None:
    """Open a paid debt again, as when what it was paid with is withdrawn, or one that was void.

    None where neither stands.

    Takes the row, or the keys of `pay` as a mapping: duty, bearer, period, subject.
    """
    # A meeting taken back and notified anew asks again what had become not applicable.
    return _back_to(
        ObligationState.OPEN,
        EventKind.REOPENED,
        obligation,
        states=(*COMPLETE, ObligationState.NOT_APPLICABLE),
        reason=reason,
        by=by,
    )


@transaction.atomic
def return_debt(
    obligation: Obligation | Mapping[str, Any], *, reason: str, by: Actor
) -> Obligation | None:
    """Send back what was filed, to be done again; ObligationNotPaid where nothing was filed."""
    returned = _back_to(
        ObligationState.RETURNED,
        EventKind.RETURNED,
        obligation,
        states=COMPLETE,
        reason=reason,
        by=by,
    )
    if returned is None:
        raise ObligationNotPaid
    return returned


def _back_to(
    state: ObligationState,
    kind: EventKind,
    obligation: Obligation | Mapping[str, Any],
    *,
    states: tuple[ObligationState, ...],
    reason: str,
    by: Actor,
) -> Obligation | None:
    debt = (
        obligation
        if isinstance(obligation, Obligation)
        else standing_debts(**obligation).filter(state__in=states).order_by("-paid_at").first()
    )
    if debt is None:
        return None
    changed = Obligation.objects.filter(pk=debt.pk, state__in=states).update(
        state=state,
        paid_at=None,
        paid_on=None,
        paid_with_label="",
        paid_with_uid=None,
        reason=reason[:500],
    )
    if not changed:
        return None
    before = debt.state
    debt.refresh_from_db()
    record_event(
        kind,
        target=debt,
        by=by,
        reason=reason,
        changes={"state": [str(before), str(debt.state)]},
        follows=by.kind != "system",
    )
    return debt
