"""The history of one record, for everybody who may see the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models

from partybuild.access import Scope
from partybuild.audit.models import Event


@dataclass(frozen=True)
class HistoryLine:
    """One line: what was done, by which post (the name only within one's own body), when, why."""

    at: datetime
    what: str
    who: str
    reason: str
    # As recorded: {name: [before, after]} or plain values that tell one event from the next.
    changes: dict[str, Any] = field(default_factory=dict)
    kind: str = ""


@cache
def _labels() -> dict[str, str]:
    labels: dict[str, str] = {}
    for config in apps.get_app_configs():
        if find_spec(config.name) and find_spec(f"{config.name}.enums"):
            kinds = getattr(import_module(f"{config.name}.enums"), "EventKind", None)
            labels.update({kind.value: kind.label for kind in kinds or ()})
    return labels


def label_of(kind: str) -> str:
    """Return the Chinese words of an event's kind, declared in its app's enums.EventKind."""
    return str(_labels().get(kind, kind))


def history_of(target: models.Model, scope: Scope, limit: int = 50) -> list[HistoryLine]:
    """Return the newest events of a record; the caller has found the record through `visible_to`."""
    events = Event.objects.filter(object_uid=target.uid).order_by("-id")[:limit]  # type: ignore[attr-defined]
    return [
        HistoryLine(
            at=event.at,
            what=label_of(event.kind),
            who=_who(event, scope),
            reason=event.reason,
            changes=event.changes,
            kind=event.kind,
        )
        for event in events
    ]


def _who(event: Event, scope: Scope) -> str:
    same_body = (
        event.organization_id is not None and event.organization_id == scope.organization_id
    ) or (event.person_id is not None and event.person_id == scope.person_id)
    if same_body and event.actor_name and event.actor_name not in event.actor_post:
        return f"{event.actor_post} {event.actor_name}".strip()
    return event.actor_post or event.actor_name
