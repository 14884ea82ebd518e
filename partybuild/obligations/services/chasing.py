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
from partybuild.obligations.services.reminding import write_reminders


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
    step = days.today.isoformat()
    rounds = dict(
        Notice.objects.filter(kind=CHASE, step=step, subject_uid__in=[debt.uid for debt in others])
        .values_list("subject_uid")
        .annotate(last=Max("round"))
    )
    asked = [debt for debt in others if again or debt.uid not in rounds]
    if asked:
        write_reminders(
            asked,
            kind=CHASE,
            step=step,
            days=days,
            by=by,
            rounds={debt.pk: rounds.get(debt.uid, 0) + 1 for debt in asked},
        )
        for debt in asked:
            record_event(EventKind.CHASED, target=debt, by=by)
    return Chased(
        asked=len(asked),
        asked_today=len(others) - len(asked),
        not_owed=len(wanted) - len(others),
    )


def _is_own(debt: Obligation, by: Actor) -> bool:
    """Whether the one who chases is the one who owes."""
    return by.organization_id is not None and debt.bearer_organization_id == by.organization_id
