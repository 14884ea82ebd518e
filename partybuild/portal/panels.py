"""What apps show on shared pages: each a function in its panels.py.

@upcoming
def next_meetings(actor: Actor) -> list[UpcomingLine]: …

@heard_in
def communities(actor: Actor) -> list[Area]: …

@waiting
def decisions(actor: Actor) -> list[WaitingLine]: …

@searched(_("驻区单位"))
def units(actor: Actor, words: str, most: int) -> list[Hit]: …
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class UpcomingLine:
    """Something that is coming: a meeting, an activity."""

    when: date | datetime
    title: str
    url: str
    detail: str = ""

    @property
    def has_time(self) -> bool:
        """Whether the hour is known."""
        return isinstance(self.when, datetime)

    @property
    def day(self) -> date:
        """The Shanghai date."""
        if isinstance(self.when, datetime):
            from partybuild.calendar import SHANGHAI

            return self.when.astimezone(SHANGHAI).date()
        return self.when


@dataclass(frozen=True)
class WaitingLine:
    """Something that others have handed in and that waits for a decision here, though nobody owes it."""

    title: str
    url: str
    action: str
    detail: str = ""


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    url: str
    detail: str = ""


Upcoming = Callable[[Actor], Sequence[UpcomingLine]]
Waiting = Callable[[Actor], Sequence[WaitingLine]]
Search = Callable[[Actor, str, int], Sequence[Hit]]

Hearing = Callable[[Actor], Sequence[Area]]

_hearing: list[Hearing] = []
_upcoming: list[Upcoming] = []
_waiting: list[Waiting] = []
_searches: list[tuple[Any, Search]] = []


def heard_in(function: Hearing) -> Hearing:
    """Register which places a person without an office may turn to with a suggestion, nearest first."""
    _hearing.append(function)
    return function


def hearing_places(actor: Actor) -> list[Area]:
    """Return the places that hear somebody, each once."""
    found = {area.pk: area for function in _hearing for area in function(actor)}
    return list(found.values())


def upcoming(function: Upcoming) -> Upcoming:
    """Register what an app adds to 即将到来 on the home page."""
    _upcoming.append(function)
    return function


def waiting(function: Waiting) -> Waiting:
    """Register what an app adds to one's own list on the home page, behind the debts."""
    _waiting.append(function)
    return function


def searched(name: Any) -> Callable[[Search], Search]:
    """Register where the search box looks; rows come through visible_to."""

    def register(function: Search) -> Search:
        _searches.append((name, function))
        return function

    return register


def upcoming_lines(actor: Actor, *, most: int = 8) -> list[UpcomingLine]:
    """Return what is coming for this post, soonest first."""
    lines = [line for function in _upcoming for line in function(actor)]
    return sorted(lines, key=lambda line: (line.day, str(line.when)))[:most]


def waiting_lines(actor: Actor) -> list[WaitingLine]:
    """Return what waits for a decision of this post."""
    return [line for function in _waiting for line in function(actor)]


def hits(actor: Actor, words: str, *, most: int = 10) -> list[tuple[str, Sequence[Hit]]]:
    """Return what is found, kind by kind; kinds with nothing are left out."""
    found = [(str(name), search(actor, words, most)) for name, search in _searches]
    return [(name, rows) for name, rows in found if rows]


@searched(_("党组织"))
def organizations(actor: Actor, words: str, most: int) -> list[Hit]:
    """Party organizations by name; units have their own page."""
    rows = (
        Organization.objects.visible_to(actor.scope)
        .current()
        .filter(kind="party", name__icontains=words)
        .select_related("area")[:most]
    )
    return [
        Hit(
            title=row.name,
            url="",
            detail=" ".join(filter(None, (row.contact_name, row.contact_phone))),
        )
        for row in rows
    ]
