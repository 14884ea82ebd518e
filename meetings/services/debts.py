"""Debts that meetings and resolutions make, revive and let go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models

from partybuild.access import Actor
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import change_due, owe, reopen, void


def owe_anew(debts: Iterable[Debt], *, reason: str, by: Actor) -> None:
    """Owe debts of which some may stand paid or void from an earlier round."""
    wave = list(debts)
    if owe(wave, by=by) == len(wave):
        return
    for debt in wave:
        assert debt.bearer_organization is not None
        assert debt.subject is not None
        keys = {
            "duty": debt.duty,
            "bearer": debt.bearer_organization,
            "subject": debt.subject,
        }
        reopen(keys, reason=reason, by=by)
        change_due(**keys, due_on=debt.due_on, by=by)  # type: ignore[arg-type]


def void_unpaid(*, duty: str, subject: models.Model, reason: str, by: Actor) -> None:
    """Let go what nobody has paid; what was paid stays in the figures."""
    unpaid = (
        Obligation.objects.filter(duty=duty, subject_uid=subject.uid)  # type: ignore[attr-defined]
        .unpaid()
        .select_related("bearer_organization")
    )
    for debt in unpaid:
        void(duty=duty, subject=subject, bearer=debt.bearer_organization, reason=reason, by=by)
