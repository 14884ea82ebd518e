"""Writing debts into the ledger."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.obligations.enums import EventKind
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, duties
from partybuild.obligations.services.closing import close_late_comers, wait_for_closings
from partybuild.organizations.enums import OrganizationKind

_WAVE = 1000
# Fewer rows than this are sooner tried than asked about.
_WORTH_ASKING = 20


@transaction.atomic
def owe(debts: Iterable[Debt], *, by: Actor) -> int:
    """Write debts that do not stand yet; returns how many are new. One event for the whole wave."""
    opened: Counter[str] = Counter()
    source = iter(debts)
    wait_for_closings()
    while wave := list(islice(source, _WAVE)):
        rows = _not_standing([_row_of(debt) for debt in wave])
        if not rows:
            continue
        # Two sweeps at once may both find a debt missing: the key of the table decides.
        Obligation.objects.bulk_create(rows, ignore_conflicts=True)
        # ON CONFLICT DO NOTHING does not tell; the fresh random uids of what was inserted do.
        new = list(Obligation.objects.filter(uid__in=[row.uid for row in rows]))
        opened.update(debt.duty for debt in new)
        close_late_comers(new)
    if opened:
        record_event(
            EventKind.OPENED,
            target=None,
            by=by,
            changes={duty: [0, count] for duty, count in sorted(opened.items())},
            follows=by.kind != "system",
        )
    return opened.total()


def open_duties(*, on: date, by: Actor) -> int:
    """Open the debts of every duty for the periods that run on a day; a second run opens none.

    Each duty is its own transaction: what one cannot work out does not hold up the others.
    """
    return sum(owe(duty.debts(period), by=by) for duty in duties() for period in duty.periods(on))


def _key_of(row: Obligation) -> tuple[Any, ...]:
    return (
        row.duty,
        row.bearer_organization_id,
        row.bearer_person_id,
        row.period,
        str(row.subject_uid or ""),
    )


def _not_standing(rows: list[Obligation]) -> list[Obligation]:
    """Leave out what stands already: the daily sweep mostly finds nothing new to write."""
    if len(rows) < _WORTH_ASKING:
        return rows
    bearers = {row.bearer_organization_id for row in rows}
    standing = {
        _key_of(row)
        for row in Obligation.objects.filter(
            Q(bearer_organization__in=bearers - {None}) | Q(bearer_organization=None),
            duty__in={row.duty for row in rows},
            period__in={row.period for row in rows},
        ).only("duty", "bearer_organization_id", "bearer_person_id", "period", "subject_uid")
    }
    return [row for row in rows if _key_of(row) not in standing]


def _row_of(debt: Debt) -> Obligation:
    subject = debt.subject
    return Obligation(
        uid=uuid.uuid4(),
        duty=debt.duty,
        bearer_organization=debt.bearer_organization,
        bearer_person=debt.bearer_person,
        owed_to=debt.owed_to,
        unit=debt.unit,
        area=debt.area or _area_of(debt),
        period=debt.period,
        subject_label=subject._meta.label if subject is not None else "",
        subject_uid=subject.uid if subject is not None else None,  # type: ignore[attr-defined]
        due_on=debt.due_on,
    )


def _area_of(debt: Debt) -> Area | None:
    """Return the area in which a debt is counted: that of the committee which takes part.

    Where two committees do (the community's meeting, owed to the street), the one that owes.
    """
    bearer = debt.bearer_organization
    if bearer is not None and bearer.kind == OrganizationKind.PARTY:
        return bearer.area
    if debt.owed_to.kind == OrganizationKind.PARTY:
        return debt.owed_to.area
    return bearer.area if bearer is not None else debt.owed_to.area
