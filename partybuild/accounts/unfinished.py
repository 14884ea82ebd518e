"""What a post leaves undone: floors above tell it to the page that hands the post over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from partybuild.access import Actor
from partybuild.accounts.models import Appointment


@dataclass(frozen=True)
class Unfinished:
    """The undone of one kind: how many, and the most urgent of them with their dates."""

    name: str
    count: int
    first: tuple[tuple[str, date], ...] = ()

    @property
    def others(self) -> int:
        """How many are not named."""
        return self.count - len(self.first)


# Tells only what whoever looks may see themselves.
Teller = Callable[[Appointment, Actor], list[Unfinished]]
_tellers: list[Teller] = []


def tells_unfinished(function: Teller) -> Teller:
    """Register who knows of something undone."""
    _tellers.append(function)
    return function


def unfinished_of(appointment: Appointment, by: Actor) -> list[Unfinished]:
    """Return what the successor of a post takes over, as far as `by` may see it."""
    return [each for teller in _tellers for each in teller(appointment, by)]
