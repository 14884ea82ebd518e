"""One event per write, in the transaction of the write."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, models

from partybuild.access import Actor
from partybuild.audit.enums import EventKind, Result
from partybuild.audit.exceptions import EventNotWritten
from partybuild.audit.models import Event
from partybuild.audit.row_history import CHANGED, treatments


def record_event(
    kind: str,
    *,
    target: models.Model | None,
    by: Actor,
    reason: str = "",
    changes: dict[str, Any] | None = None,
    result: str = Result.DONE,
    batch_uid: uuid.UUID | None = None,
    about: Iterable[models.Model | int] = (),
    follows: bool = False,
    using: str = "default",
) -> Event:
    """Write down who did what to which row, in which post, when and why.

    `about`: the persons whose personal data this touched (rows or primary keys), so that each of them can be
    told. `follows`: always a consequence of something else; of the other events of a transaction the first leads.
    EventNotWritten where it cannot be written: the caller's transaction, and so the action, is off.
    """
    return _write(
        **_values(kind, target, changes or {}, by=by),
        about=_persons(about),
        is_follow_up=follows,
        reason=reason,
        result=str(result),
        batch_uid=batch_uid,
        using=using,
    )


def record_events(
    kind: str,
    *,
    targets: Iterable[tuple[models.Model, dict[str, Any]]],
    by: Actor,
    reason: str = "",
    follows: bool = False,
) -> int:
    """Write the events of many rows of one act, as `record_event` writes each; returns how many."""
    rows = [
        Event(
            **_values(kind, target, changes, by=by),
            is_follow_up=follows,
            reason=reason,
            result=str(Result.DONE),
        )
        for target, changes in targets
    ]
    try:
        return len(Event.objects.bulk_create(rows, batch_size=500))
    except DatabaseError as refused:
        raise EventNotWritten from refused


def _values(
    kind: str, target: models.Model | None, changes: dict[str, Any], *, by: Actor
) -> dict[str, Any]:
    return {
        "kind": str(kind),
        **_actor(by),
        "object_label": target._meta.label if target is not None else "",
        "object_uid": getattr(target, "uid", None),
        "object_text": _named(target),
        "changes": _guarded(target, changes),
    }


def record_refusal(
    by: Actor,
    *,
    where: str,
    key: str = "",
    label: str = "",
    uid: uuid.UUID | None = None,
    named: str = "",
) -> Event:
    """Write down that somebody was refused: `where` names the page, `key` the line of access.csv."""
    return _write(
        kind=EventKind.ACCESS_REFUSED.value,
        **_actor(by),
        object_label=label,
        object_uid=uid,
        object_text=named[:300],
        changes={"where": where, **({"right": key} if key else {})},
        result=Result.REFUSED.value,
    )


def _write(using: str = "default", **values: Any) -> Event:
    try:
        return Event.objects.using(using).create(**values)
    except DatabaseError as refused:
        raise EventNotWritten from refused


def _actor(by: Actor) -> dict[str, Any]:
    return {
        "actor_kind": by.kind,
        "actor_name": by.name,
        "actor_post": by.post,
        "user_id": by.user_id,
        "person_id": by.person_id,
        "appointment_id": by.appointment_id,
        "organization_id": by.organization_id,
        "role": by.scope.role or "",
        "area_path": by.scope.area_path or "",
        "request_id": by.request_id,
        "source": by.source,
    }


def _persons(about: Iterable[models.Model | int]) -> list[int]:
    return sorted({each if isinstance(each, int) else each.pk for each in about})


def _guarded(target: models.Model | None, changes: dict[str, Any]) -> dict[str, Any]:
    """Keep of personal fields only that they changed, whatever a service hands over."""
    # The class, not the type: a request hands over its user lazily.
    how = treatments(target.__class__) if target is not None else {}
    return {name: CHANGED if how.get(name) == CHANGED else value for name, value in changes.items()}


def differences(
    before: models.Model | None, after: models.Model, fields: tuple[str, ...]
) -> dict[str, Any]:
    """Return {field: [before, after]} of what changed; personal fields only as changed."""
    found: dict[str, Any] = {}
    for name in fields:
        old = getattr(before, name, None) if before is not None else None
        new = getattr(after, name)
        if old != new:
            found[name] = [_plain(old), _plain(new)]
    return _guarded(after, found)


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, models.Model):
        return _named(value)
    return str(value)


def _named(target: models.Model | None) -> str:
    """Name a row in an event; a person's row by its uid only."""
    if target is None:
        return ""
    if getattr(target, "holds_personal_data", False):
        return str(target._meta.verbose_name)
    return str(target)[:300]
