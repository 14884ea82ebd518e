"""Watching that what a request changes is told, once (T30)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Max

from partybuild.audit.models import Event, RowChange

# Pressing "import" only queues the batch: its one event comes with its rows.
_QUEUES = {"u exchange.ImportBatch"}


@contextmanager
def one_event_each() -> Iterator[list[Any]]:
    """Fail when rows changed without an event in their transaction, or a deed was told twice.

    That one event leads a transaction is the database's own doing. The block appends the answer. What another thread does meanwhile is told by events of its own.
    """
    before = RowChange.objects.aggregate(last=Max("pk"))["last"] or 0
    told_before = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    answers: list[Any] = []
    yield answers
    # A test that breaks the connection on purpose has nothing to ask.
    if not answers or connection.needs_rollback:
        return
    [answer] = answers
    changed = RowChange.objects.filter(pk__gt=before)
    path = answer.wsgi_request.path
    if connection.in_atomic_block:
        # The whole test is one transaction: the request must have told something itself.
        if not Event.objects.filter(pk__gt=told_before).exists():
            _refuse(path, changed)
        return
    events = Event.objects.filter(request_id=answer.get("X-Request-Id", "?"))
    deeds = Counter(events.values_list("changed_xid", "kind", "object_uid"))
    twice = [kind for (_xid, kind, _uid), count in deeds.items() if count > 1]
    if twice:
        raise AssertionError(f"{path}: told twice: {twice}")
    told = Event.objects.filter(changed_xid__in=changed.values("xid")).values("changed_xid")
    _refuse(path, changed.exclude(xid__in=told))


def _refuse(path: str, changes: Any) -> None:
    names = {f"{each.operation} {each.label}" for each in changes}
    if names - _QUEUES:
        raise AssertionError(f"{path}: changed {sorted(names)} without an event")
