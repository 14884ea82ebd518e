"""Letting somebody off a debt, or moving its date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import models, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event, record_events
from partybuild.notices.services import cancel_reminders
from partybuild.obligations.enums import UNPAID, EventKind, ObligationState
from partybuild.obligations.exceptions import ObligationNotOpen, OwnObligation, ReasonMissing
from partybuild.obligations.models import Obligation
from partybuild.obligations.models.obligation import ObligationQuerySet
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
    return _void(standing, {subject.uid: subject}, reason=reason, by=by)  # type: ignore[attr-defined]


@transaction.atomic
def void_many(*, duty: str, subjects: Iterable[models.Model], by: Actor, reason: str = "") -> int:
    """Make the debts of one duty about many subjects not applicable, as `void` does each."""
    known = {subject.uid: subject for subject in subjects}  # type: ignore[attr-defined]
    standing = Obligation.objects.filter(duty=duty, subject_uid__in=known)
    return _void(standing, known, reason=reason, by=by)


def _void(
    standing: ObligationQuerySet, subjects: dict[UUID, models.Model], *, reason: str, by: Actor
) -> int:
    rows = standing.filter(is_closed=False).owed()
    debts = list(rows.select_for_update(of=("self",)).with_bodies().order_by("id"))
    if not debts:
        return 0
    Obligation.objects.filter(pk__in=[debt.pk for debt in debts]).update(
        state=ObligationState.NOT_APPLICABLE,
        paid_at=None,
        paid_on=None,
        reason=reason[:500],
    )
    cancel_reminders([debt.uid for debt in debts], why="不再需要办理")
    before = {debt.pk: str(debt.state) for debt in debts}
    for debt in debts:
        debt.subject = subjects[debt.subject_uid]
        debt.state = ObligationState.NOT_APPLICABLE
    return record_events(
        EventKind.VOIDED,
        targets=[(debt, {"state": [before[debt.pk], str(debt.state)]}) for debt in debts],
        by=by,
        reason=reason,
        follows=by.kind != "system",
    )


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


@transaction.atomic
def turn_to(
    *,
    duty: str,
    bearer: Organization,
    subject: models.Model,
    period: str,
    owed_to: Organization,
    by: Actor,
) -> int:
    """Owe an unpaid debt to another body, of whom it now is about: a member works elsewhere."""
    rows = standing_debts(duty=duty, subject=subject, bearer=bearer, period=period).unpaid()
    debts = list(rows.select_for_update(of=("self",)).with_bodies().order_by("id"))
    Obligation.objects.filter(pk__in=[debt.pk for debt in debts]).update(
        owed_to=owed_to, unit=owed_to
    )
    for debt in debts:
        debt.subject = subject
        record_event(
            EventKind.TURNED,
            target=debt,
            by=by,
            changes={"owed_to": [debt.owed_to.name, owed_to.name]},
            follows=by.kind != "system",
        )
    return len(debts)


def _is_own(obligation: Obligation, by: Actor) -> bool:
    if obligation.bearer_organization_id is not None:
        return obligation.bearer_organization_id == by.organization_id
    return obligation.bearer_person_id == by.person_id
