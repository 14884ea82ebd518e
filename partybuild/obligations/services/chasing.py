"""Asking again, by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar.working_days import WorkingDays
from partybuild.notices.models import Notice
from partybuild.obligations.enums import EventKind
from partybuild.obligations.models import Obligation
from partybuild.obligations.queries.chase import CHASE
from partybuild.obligations.services.reminding import gathered, write_reminders


@dataclass(frozen=True)
class Chased:
    """What a chase did: debts asked for, those asked for today already, those paid meanwhile or one's own."""

    asked: int
    asked_today: int
    not_owed: int


@transaction.atomic
def chase(obligations: Iterable[Obligation], *, by: Actor, again: bool = False) -> Chased:
    """Send one reminder for each debt that is still unpaid; a second one on the same day only `again`.

    The day is part of the notice's key: two people pressing at once chase once.
    """
    wanted = {debt.pk for debt in obligations}
    debts = list(
        Obligation.objects.filter(pk__in=wanted)
        .unpaid()
        .with_bodies()
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    others = [debt for debt in debts if not _is_own(debt, by)]
    days = WorkingDays.around_today()
    waves = gathered(others, step=days.today.isoformat())
    rounds = {
        (uid, step): last
        for uid, step, last in Notice.objects.filter(
            kind=CHASE,
            subject_uid__in=[wave.subject.uid for wave in waves],  # type: ignore[attr-defined]
        )
        .values_list("subject_uid", "step")
        .annotate(last=Max("round"))
    }
    asked = [
        wave
        for wave in waves
        if again or (wave.subject.uid, wave.step) not in rounds  # type: ignore[attr-defined]
    ]
    if asked:
        following = {key: last + 1 for key, last in rounds.items()}
        write_reminders(asked, kind=CHASE, days=days, by=by, rounds=following)
        for wave in asked:
            for debt in wave.debts:
                record_event(EventKind.CHASED, target=debt, by=by)
    asked_for = sum(len(wave.debts) for wave in asked)
    return Chased(
        asked=asked_for,
        asked_today=len(others) - asked_for,
        not_owed=len(wanted) - len(others),
    )


def _is_own(debt: Obligation, by: Actor) -> bool:
    """Whether the one who chases is the one who owes."""
    return by.organization_id is not None and debt.bearer_organization_id == by.organization_id
