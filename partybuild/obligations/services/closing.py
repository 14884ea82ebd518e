"""Closing a quarter of a street: its figures stand; and opening it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.areas.models.area import area_keys
from partybuild.audit.services import record_event
from partybuild.calendar import Period, now, today
from partybuild.obligations.enums import UNPAID, EventKind, ObligationState
from partybuild.obligations.exceptions import (
    NotAStreet,
    PeriodAlreadyClosed,
    PeriodNotClosed,
    PeriodNotOver,
    ReasonMissing,
)
from partybuild.obligations.models import ClosedPeriod, Obligation
from partybuild.obligations.queries.periods import debts_of, periods_closed_with
from partybuild.obligations.registry import keepers

# Debts are written under the shared lock, a period is closed under the whole: none slips between.
_LOCK = 7_310_501


def wait_for_closings() -> None:
    """Let who writes debts wait until a closing that runs has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def _shut_out_writers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def close_period(street: Area, *, period: Period, reason: str, by: Actor) -> ClosedPeriod:
    """Close a street's quarter: each debt keeps its area keys and how it stands now for the figures.

    What is filed afterwards pays the debt and is shown late; the closed figures do not move.
    """
    if not reason.strip():
        raise ReasonMissing
    if street.level != Level.STREET:
        raise NotAStreet
    if today() <= period.end:
        raise PeriodNotOver
    _shut_out_writers()
    closed = ClosedPeriod(
        area=street,
        period=str(period),
        closed_at=now(),
        closed_post=by.post,
        reason=reason.strip()[:500],
    )
    try:
        with transaction.atomic():
            closed.save()
    except IntegrityError as clash:
        raise PeriodAlreadyClosed from clash
    rows = debts_of(street, period).filter(is_closed=False)
    # Whoever is paying one of them at this moment comes first.
    locked = list(rows.order_by("pk").select_for_update(of=("self",)).values("pk", "area", "state"))
    _freeze(locked)
    for keep in keepers():
        keep(closed)
    closed.debts = sum(row["state"] != ObligationState.NOT_APPLICABLE for row in locked)
    closed.unpaid = sum(row["state"] in UNPAID for row in locked)
    closed.save(update_fields=("debts", "unpaid"))
    record_event(
        EventKind.PERIOD_CLOSED,
        target=closed,
        by=by,
        reason=closed.reason,
        changes={"debts": closed.debts, "unpaid": closed.unpaid},
    )
    return closed


def _freeze(rows: Iterable[dict[str, Any]]) -> None:
    by_area: dict[int, list[int]] = {}
    for row in rows:
        by_area.setdefault(row["area"], []).append(row["pk"])
    for area in Area.objects.filter(pk__in=by_area):
        Obligation.objects.filter(pk__in=by_area[area.pk]).update(
            is_closed=True,
            closed_state=F("state"),
            closed_paid_on=F("paid_on"),
            **area_keys(area),
        )


def close_late_comers(debts: Iterable[Obligation]) -> int:
    """Keep debts that arise for a period after its closing out of the closed figures."""
    wanted = [debt for debt in debts if debt.period and debt.area_id]
    covering = _covering({debt.period for debt in wanted})
    if not covering:
        return 0
    areas = {area.pk: area for area in Area.objects.filter(pk__in={d.area_id for d in wanted})}
    count = 0
    for debt in wanted:
        area = areas[debt.area_id]
        if any(area.path.startswith(path) for path in covering.get(debt.period, ())):
            count += Obligation.objects.filter(pk=debt.pk).update(
                is_closed=True, closed_state=ObligationState.NOT_APPLICABLE, **area_keys(area)
            )
    return count


def _covering(periods: set[str]) -> dict[str, list[str]]:
    """Return {period of a debt: paths of the streets that have closed it}."""
    found: dict[str, list[str]] = {}
    for text, path in ClosedPeriod.objects.standing().values_list("period", "area__path"):
        for covered in periods_closed_with(Period.parse(text)):
            if covered in periods:
                found.setdefault(covered, []).append(path)
    return found


@transaction.atomic
def reopen_period(closed: ClosedPeriod, *, reason: str, by: Actor) -> ClosedPeriod:
    """Open a closed quarter again: its figures follow the ledger until it is closed anew."""
    if not reason.strip():
        raise ReasonMissing
    _shut_out_writers()
    if (
        not ClosedPeriod.objects.standing()
        .filter(pk=closed.pk)
        .update(reopened_at=now(), reopened_post=by.post, reopen_reason=reason.strip()[:500])
    ):
        raise PeriodNotClosed
    closed.refresh_from_db()
    # By the keys frozen at closing: a community that has moved since opens with its old street.
    count = Obligation.objects.filter(
        is_closed=True,
        frozen_street=closed.area_id,
        period__in=periods_closed_with(Period.parse(closed.period)),
    ).update(
        is_closed=False,
        closed_state="",
        closed_paid_on=None,
        frozen_community=None,
        frozen_street=None,
        frozen_district=None,
        frozen_city=None,
    )
    record_event(
        EventKind.PERIOD_REOPENED, target=closed, by=by, reason=reason, changes={"debts": count}
    )
    return closed
