"""Letting go of what is older than it must be kept: by the owner, in whole sealed ranges, and written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from partybuild.access import Actor
from partybuild.audit import chain
from partybuild.audit.enums import EventKind, Result
from partybuild.audit.models import EventSeal, Log
from partybuild.audit.queries.verifying import verify_chain
from partybuild.audit.services.events import record_event
from partybuild.calendar import now


@dataclass(frozen=True)
class Purged:
    """What went: rows of both logs, through which seal."""

    through: int
    events: int
    changes: int


class ChainIsBroken(Exception):
    """Nothing is taken away from a chain that does not verify."""


class NotTheOwner(Exception):
    """Only the database's owner may purge."""


def purge_events(*, by: Actor) -> Purged:
    """Delete the rows of every seal that is wholly older than AUDIT_KEEP_DAYS; seals, hashes and the event of it stay.

    A second run finds nothing more to take. Runs as the owner: the app's role has no right to delete.
    """
    if not verify_chain().ok:
        raise ChainIsBroken
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT current_user")
            if cursor.fetchone()[0] == settings.APP_DATABASE_ROLE:
                raise NotTheOwner
            last = _last_wholly_old()
            if last is None:
                return Purged(through=0, events=0, changes=0)
            cursor.execute("SET LOCAL audit.purging = 'on'")
            gone = {log: _delete(cursor, log, last.number) for log in Log}
        purged = Purged(last.number, gone[Log.EVENTS], gone[Log.CHANGES])
        if gone[Log.EVENTS] or gone[Log.CHANGES]:
            _write_down(purged, last, by)
    return purged


def _last_wholly_old() -> EventSeal | None:
    oldest_kept = now() - timedelta(days=settings.AUDIT_KEEP_DAYS)
    seals = EventSeal.objects.using("owner")
    young = seals.filter(newest_at__gte=oldest_kept).order_by("number").first()
    old = seals.order_by("-number")
    if young is not None:
        old = old.filter(number__lt=young.number)
    return old.first()


def _delete(cursor: Any, log: Log, through: int) -> int:
    seals = EventSeal.objects.using("owner").filter(log=log, number__lte=through)
    gone = 0
    for seal in seals.order_by("number").iterator(chunk_size=20):
        ids = [number for number, _hash in chain.leaves_of(seal)]
        cursor.execute(f"DELETE FROM {chain.TABLES[log]} WHERE id = ANY(%s)", [ids])  # noqa: S608
        gone += cursor.rowcount
    return gone


def _write_down(purged: Purged, last: EventSeal, by: Actor) -> None:
    record_event(
        EventKind.PURGED,
        target=None,
        by=by,
        changes={
            "through": purged.through,
            "hash": bytes(last.hash).hex(),
            "events": purged.events,
            "changes": purged.changes,
            "days": settings.AUDIT_KEEP_DAYS,
        },
        result=Result.DONE,
        using="owner",
    )
