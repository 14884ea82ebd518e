"""Debts that meetings and resolutions make, revive and let go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from partybuild.access import Actor
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import change_due, owe, reopen, void


def owe_anew(debts: Iterable[Debt], *, reason: str, by: Actor) -> None:
    """Owe debts of which some may stand paid or void from an earlier round: these are opened again.

    They keep the period that they were first due in; only the date moves.
    """
    wave = list(debts)
    subjects = {debt.subject.uid for debt in wave if debt.subject is not None}  # type: ignore[attr-defined]
    standing = set(
        Obligation.objects.filter(
            subject_uid__in=subjects, duty__in={debt.duty for debt in wave}
        ).values_list("duty", "bearer_organization_id", "subject_uid")
    )
    fresh = []
    for debt in wave:
        bearer, subject = debt.bearer_organization, debt.subject
        assert bearer is not None
        assert subject is not None
        if (debt.duty, bearer.pk, subject.uid) not in standing:  # type: ignore[attr-defined]
            fresh.append(debt)
            continue
        reopen({"duty": debt.duty, "bearer": bearer, "subject": subject}, reason=reason, by=by)
        change_due(duty=debt.duty, bearer=bearer, subject=subject, due_on=debt.due_on, by=by)
    owe(fresh, by=by)


def void_unpaid(
    *,
    duty: str,
    subject: models.Model,
    reason: str,
    by: Actor,
    bearers: Iterable[int] | None = None,
) -> None:
    """Let go what nobody, or none of some bodies, has paid; what was paid stays in the figures."""
    unpaid = (
        Obligation.objects.filter(duty=duty, subject_uid=subject.uid)  # type: ignore[attr-defined]
        .unpaid()
        .select_related("bearer_organization")
    )
    if bearers is not None:
        unpaid = unpaid.filter(bearer_organization__in=list(bearers))
    for debt in unpaid:
        void(
            duty=duty,
            subject=subject,
            bearer=debt.bearer_organization,
            period=debt.period,
            reason=reason,
            by=by,
        )
