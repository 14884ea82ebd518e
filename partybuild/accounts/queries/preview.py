"""What a post would see and may do, looked at from outside: nobody acts as anybody else for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models

from partybuild.access import Actor, Scope, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.access.rights import table
from partybuild.access.words import reach_words, things_in_order, words_of
from partybuild.accounts.actors import scope_of_appointment
from partybuild.accounts.models import Appointment

FIRST = 3
# Plumbing of the product, and what belongs to one's own session.
_NOT_SHOWN = frozenset(
    {
        "accounts.KnownDevice",
        "accounts.SignInSession",
        "accounts.OneTimeLink",
        "accounts.SignedLink",
        "accounts.ApiToken",
        "accounts.SecurityPolicy",
        "accounts.User",
        "areas.Parameter",
        "areas.WorkingDay",
        "areas.DictionaryEntry",
        "audit.Event",
        "audit.EventSeal",
        "audit.RowChange",
        "exchange.StagedRow",
        "exchange.BatchChange",
        "indicators.RollUp",
        "members.MemberPlace",
        "notices.Notice",
        "people.Person",
        "portal.Suggestion",
    }
)


@dataclass
class Kind:
    """A kind of record: how many rows a post would see, and the first of them."""

    name: str
    count: int
    first: list[str] = field(default_factory=list)


@dataclass
class Deed:
    """A thing, and what may be done with it, how far."""

    thing: str
    lines: list[tuple[str, str]]


def _models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if isinstance(getattr(model, "visibility", None), Visibility)
        and model._meta.label not in _NOT_SHOWN
        and isinstance(model._default_manager.all(), ScopedQuerySet)
        and any(field.name == "uid" for field in model._meta.fields)
    ]


def is_counting_only(by: Actor) -> bool:
    """Tell whether the asker sees no business rows: then only numbers are told."""
    return by.scope.role == "security_admin"


def kinds_seen(appointment: Appointment, by: Actor) -> list[Kind]:
    """Return each kind of record that a post would see, never beyond what the asker sees too.

    The security administrator sees no business rows and is told numbers alone.
    """
    scope = scope_of_appointment(appointment)
    found = []
    for model in _models():
        rows = _rows(model, scope, by)
        count = rows.count()
        if not count:
            continue
        first = (
            [] if is_counting_only(by) else [str(row)[:100] for row in rows.order_by("-pk")[:FIRST]]
        )
        found.append(Kind(str(model._meta.verbose_name), count, first))
    return sorted(found, key=lambda kind: -kind.count)


def _rows(model: type[models.Model], scope: Scope, by: Actor) -> Any:
    manager: Any = model._default_manager
    rows = manager.visible_to(scope)
    if is_counting_only(by):
        return rows
    # What the asker does not see is not counted either.
    return rows.filter(pk__in=manager.visible_to(by.scope).order_by().values("pk"))


def deeds_of(appointment: Appointment) -> list[Deed]:
    """Return what the law lets a post do, thing by thing."""
    scope = scope_of_appointment(appointment)
    found: dict[str, list[tuple[str, str]]] = {}
    for key in table():
        right = scope.cell(key)
        if right.allows:
            thing, deed = words_of(key)
            found.setdefault(thing, []).append((deed, reach_words(right)))
    order = {thing: place for place, thing in enumerate(things_in_order())}
    return [
        Deed(thing, lines)
        for thing, lines in sorted(found.items(), key=lambda pair: order.get(pair[0], 99))
    ]
