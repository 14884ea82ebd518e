"""Events as lines that an auditor reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role, Scope
from partybuild.accounts.enums import EventKind as AccountEventKind
from partybuild.audit.enums import EventKind, Result
from partybuild.audit.models import Event, EventSeal, Log, Operation, RowChange
from partybuild.audit.queries.history import SAME_TRANSACTION, label_of
from partybuild.audit.queries.wording import Change, Wording
from partybuild.calendar import now

ACTOR_KINDS = {
    "appointment": lazy("岗位"),
    "token": lazy("接口令牌"),
    "link": lazy("办理链接"),
    "system": lazy("系统"),
    "anonymous": lazy("未登录"),
}
TONES = {Result.DONE: "plain", Result.REFUSED: "warn", Result.FAILED: "bad"}
# What an import changed is told by its batch; a page shows the first of its rows.
ROWS_SHOWN = 100


@dataclass(frozen=True)
class EventLine:
    """One event in words."""

    uid: Any
    at: datetime
    what: str
    who: str
    post: str
    object_type: str
    object_text: str
    result: str
    tone: str
    reason: str


def line_of(event: Event) -> EventLine:
    """Return an event in words."""
    kind = _type_of(event.object_label)
    door = str(ACTOR_KINDS.get(event.actor_kind, event.actor_kind))
    is_system = event.actor_kind == "system"
    return EventLine(
        uid=event.uid,
        at=event.at,
        what=label_of(event.kind),
        who=door if is_system else event.actor_name or door,
        # Of the system: which command or task it was.
        post=event.actor_name if is_system else event.actor_post or door,
        object_type=kind,
        object_text="" if event.object_text == kind else event.object_text,
        result=str(dict(Result.choices).get(event.result, event.result)),
        tone=TONES.get(Result(event.result), "plain") if event.result in Result else "plain",
        reason=event.reason,
    )


@cache
def _type_of(label: str) -> str:
    try:
        return str(apps.get_model(label)._meta.verbose_name) if label else ""
    except (LookupError, ValueError):
        return label


@dataclass(frozen=True)
class RowsLine:
    """Rows of one kind that a transaction changed in one way: how many, and which fields."""

    what: str
    operation: str
    count: int
    fields: str


def rows_changed(event: Event) -> list[RowsLine]:
    """Return what the event's transaction changed, counted by kind of row; names of fields, never values."""
    found = list(
        RowChange.objects.filter(
            xid=event.changed_xid,
            at__range=(event.at - SAME_TRANSACTION, event.at + SAME_TRANSACTION),
        )
        .values("label", "operation")
        .annotate(count=Count("pk"))
        .order_by("label", "operation")
    )
    names = _fields_of(event)
    return [
        RowsLine(
            what=_type_of(each["label"]),
            operation=str(Operation(each["operation"]).label),
            count=each["count"],
            fields="、".join(names[each["label"]]) if each["operation"] == Operation.UPDATE else "",
        )
        for each in found
    ]


def _fields_of(event: Event) -> dict[str, list[str]]:
    changes = RowChange.objects.filter(xid=event.changed_xid, operation=Operation.UPDATE)
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for change in changes.order_by("-pk")[:ROWS_SHOWN]:
        for name in change.changes:
            if words := _field_words(change.label, name):
                seen[change.label][words] += 1
    return defaultdict(list, {label: list(found) for label, found in seen.items()})


@cache
def _field_words(label: str, name: str) -> str:
    try:
        words = str(apps.get_model(label)._meta.get_field(name).verbose_name)
    except Exception:  # noqa: BLE001  a field or table of an earlier release has no words
        return ""
    return "" if words.isascii() else words


def changes_in_words(event: Event, scope: Scope) -> list[Change]:
    """Return before and after for the event's own object; who sees no business data learns which fields only."""
    if event.object_uid is None:
        return []
    rows = list(
        RowChange.objects.filter(object_uid=event.object_uid, xid=event.changed_xid).order_by("-pk")
    )
    wording = Wording(rows, scope)
    words = wording.of(rows) if rows else wording.of_event(event)
    if scope.role in {Role.AUDITOR, Role.MEMBER}:
        return [(label, None, _("已变更")) for label, _before, _after in words]
    return words


def companions(event: Event, rows: QuerySet[Any]) -> list[EventLine]:
    """Return the other events of the same transaction."""
    found = rows.filter(
        changed_xid=event.changed_xid,
        at__range=(event.at - SAME_TRANSACTION, event.at + SAME_TRANSACTION),
    ).exclude(pk=event.pk)
    return [line_of(each) for each in found.order_by("-id")[:50]]


def seal_of(event: Event) -> EventSeal | None:
    """Return the seal that closed an event; None while it waits for the next minute."""
    place = Q(to_xid__gt=event.changed_xid) | Q(to_xid=event.changed_xid, to_id__gte=event.pk)
    seals = EventSeal.objects.filter(place, log=Log.EVENTS, floor__lt=event.pk)
    return seals.defer("leaves").order_by("number").first()


@dataclass(frozen=True)
class ChainState:
    """How the chain stands, in what an auditor asks first."""

    seal: EventSeal | None
    unsealed: int
    is_late: bool
    verified: Event | None
    first_bad: dict[str, Any] | None


def chain_state() -> ChainState:
    """Return the last seal, what waits for the next, and what the last verification found."""
    seal = EventSeal.objects.filter(log=Log.EVENTS).defer("leaves").order_by("-number").first()
    waiting = Event.objects.filter(pk__gt=seal.highest_id) if seal else Event.objects.all()
    oldest = waiting.order_by("id").first()
    verified = Event.objects.filter(kind=EventKind.VERIFIED).order_by("-id").first()
    return ChainState(
        seal=seal,
        unsealed=waiting.count(),
        is_late=oldest is not None and oldest.at < now() - timedelta(minutes=10),
        verified=verified,
        first_bad=verified.changes.get("first_bad") if verified else None,
    )


@dataclass(frozen=True)
class Figure:
    """A number of the last day that opens its list."""

    label: str
    value: int
    query: str
    tone: str = ""


def figures(rows: QuerySet[Any]) -> list[Figure]:
    """Return what happened in the last 24 hours, in the order in which an auditor looks."""
    since = now() - timedelta(days=1)
    day = f"since={since.date().isoformat()}"
    recent = rows.filter(at__gte=since, is_follow_up=False)
    failed = AccountEventKind.SIGN_IN_FAILED.value
    readings = (EventKind.REVEALED.value, EventKind.EXPORTED.value, EventKind.DOWNLOADED.value)
    counted = recent.aggregate(
        all=Count("pk"),
        refused=Count("pk", filter=Q(kind=EventKind.ACCESS_REFUSED)),
        failed=Count("pk", filter=Q(kind=failed)),
        taken=Count("pk", filter=Q(kind__in=readings) | ~Q(about=[])),
    )
    return [
        Figure(_("操作"), counted["all"], day),
        Figure(_("访问被拒绝"), counted["refused"], f"{day}&kind={EventKind.ACCESS_REFUSED.value}"),
        Figure(_("登录失败"), counted["failed"], f"{day}&kind={failed}"),
        Figure(_("查看和导出个人信息"), counted["taken"], f"{day}&touches=1"),
    ]


def lines_of(events: Iterable[Event]) -> list[EventLine]:
    """Return events in words."""
    return [line_of(event) for event in events]
