"""The history of one record, for everybody who may see the record: events, and what they changed in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _

from partybuild.access import Scope
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event, Operation, RowChange
from partybuild.audit.queries.wording import Change, Wording

# Who read somebody's data, or was refused, is told elsewhere.
NOT_HISTORY = (
    EventKind.ACCESS_REFUSED,
    EventKind.REVEALED,
    EventKind.EXPORTED,
    EventKind.DOWNLOADED,
)
# Beside a deed that tells of itself (partybuild.notices.enums): that notices went out is no line more.
TELLING = "notice.created"
# Transaction ids begin anew where a dump was restored into a new cluster.
SAME_TRANSACTION = timedelta(days=1)


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
    # In words: (label, before, after); before is None where only the fact is told.
    words: list[Change] = field(default_factory=list)

    def entry(self, text: str = "") -> dict[str, Any]:
        """Return what `{% timeline %}` draws."""
        return {
            "at": self.at,
            "text": text or self.what,
            "who": self.who,
            "reason": self.reason,
            "changes": self.words,
        }


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


def kinds_in_words() -> list[tuple[str, str]]:
    """Return every kind of event with its words."""
    return sorted((kind, str(label)) for kind, label in _labels().items())


def history_of(
    target: models.Model, scope: Scope, limit: int = 50, *, also: Iterable[models.Model] = ()
) -> list[HistoryLine]:
    """Return the newest lines of a record; the caller has found the record through `visible_to`.

    `also`: rows that the reader takes for the same thing (the person behind a member).
    """
    if not scope.is_system and not scope.cell("history.view").allows:
        return []
    uids = [each.uid for each in (target, *also)]  # type: ignore[attr-defined]
    events = _deeds(
        Event.objects.filter(object_uid__in=uids)
        .exclude(kind__in=NOT_HISTORY)
        .order_by("-id")[: 2 * limit]
    )[:limit]
    changes = list(RowChange.objects.filter(object_uid__in=uids).order_by("-id")[: 4 * limit])
    told = _told_by(events, changes)
    wording = Wording(changes, scope)
    lines = [
        _line(event, scope, wording.of(rows) if rows else wording.of_event(event))
        for event, rows in told.values()
    ]
    lines += _lines_of_others(
        [change for change in changes if change.pk not in _ids(told)], scope, wording
    )
    return sorted(lines, key=lambda line: line.at, reverse=True)[:limit]


def _deeds(events: Iterable[Event]) -> list[Event]:
    """Leave out that notices were written where the same step tells what it did to the record."""
    rows = list(events)
    done: dict[int, list[Event]] = defaultdict(list)
    for event in rows:
        if event.kind != TELLING:
            done[event.changed_xid].append(event)
    return [
        event
        for event in rows
        if event.kind != TELLING
        or all(abs(deed.at - event.at) >= SAME_TRANSACTION for deed in done[event.changed_xid])
    ]


Told = dict[int, tuple[Event, list[RowChange]]]


def _ids(told: Told) -> set[int]:
    return {change.pk for _event, rows in told.values() for change in rows}


def _told_by(events: list[Event], changes: list[RowChange]) -> Told:
    """Give each change to the event of the record that the same transaction wrote right after it."""
    told: Told = {event.pk: (event, []) for event in events}
    by_xid: dict[int, list[Event]] = defaultdict(list)
    for event in reversed(events):
        by_xid[event.changed_xid].append(event)
    for change in changes:
        teller = _teller(by_xid.get(change.xid, []), change)
        if teller is not None:
            told[teller.pk][1].append(change)
    return told


def _teller(candidates: list[Event], change: RowChange) -> Event | None:
    near = [each for each in candidates if abs(each.at - change.at) < SAME_TRANSACTION]
    return next((each for each in near if each.at >= change.at), near[-1] if near else None)


def _lines_of_others(changes: list[RowChange], scope: Scope, wording: Wording) -> list[HistoryLine]:
    """Tell what an event about something else changed here: an import, a move of the area above."""
    by_xid: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(
        changed_xid__in={change.xid for change in changes}, is_follow_up=False
    ).order_by("id"):
        by_xid[event.changed_xid].append(event)
    groups: dict[tuple[int, int | None], list[RowChange]] = defaultdict(list)
    for change in changes:
        candidates = by_xid.get(change.xid, [])
        # A batch is one event; its rows have no other.
        batch = [each for each in candidates if each.batch_uid is not None]
        if change.operation == Operation.INSERT and not batch:
            continue
        teller = _teller(batch or candidates, change)
        groups[change.xid, teller.pk if teller else None].append(change)
    known = {event.pk: event for found in by_xid.values() for event in found}
    lines = []
    for (_xid, key), rows in groups.items():
        words = wording.of(rows)
        told_by = known.get(key) if key else None
        made = rows[-1].operation == Operation.INSERT
        if told_by is not None and (words or made):
            what = f"{label_of(told_by.kind)}（{Operation(rows[-1].operation).label}）"
            lines.append(_line(told_by, scope, words, what=what))
        elif words:
            lines.append(
                HistoryLine(
                    at=rows[0].at,
                    what=str(Operation(rows[0].operation).label),
                    who=_("系统"),
                    reason="",
                    words=words,
                )
            )
    return lines


def _line(event: Event, scope: Scope, words: list[Change], *, what: str = "") -> HistoryLine:
    return HistoryLine(
        at=event.at,
        what=what or label_of(event.kind),
        who=_who(event, scope),
        reason=event.reason,
        changes=event.changes,
        kind=event.kind,
        words=words,
    )


def _who(event: Event, scope: Scope) -> str:
    same_body = (
        event.organization_id is not None and event.organization_id == scope.organization_id
    ) or (event.person_id is not None and event.person_id == scope.person_id)
    if same_body and event.actor_name and event.actor_name not in event.actor_post:
        return f"{event.actor_post} {event.actor_name}".strip()
    return event.actor_post or event.actor_name
