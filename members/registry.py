"""What higher floors do when a member leaves a community, or two rows of one human become one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from members.models import PartyMember
from partybuild.access import Actor
from partybuild.areas.models import Area


class Leaving(Protocol):
    """Ends what a member has in hand in a community, None: anywhere; returns how much."""

    def __call__(
        self, member: PartyMember, *, reason: str, by: Actor, community: Area | None
    ) -> int: ...


Moving = Callable[[PartyMember, PartyMember], int]

_leaving: list[Leaving] = []
_moving: dict[str, Moving] = {}


def on_leaving(function: Leaving) -> Leaving:
    """Register what ends with a report-in or with a place on the roster."""
    _leaving.append(function)
    return function


def on_merging(key: str) -> Callable[[Moving], Moving]:
    """Register what moves from the loser to the winner, under its key in the event."""

    def register(function: Moving) -> Moving:
        _moving[key] = function
        return function

    return register


def end_elsewhere(
    member: PartyMember, *, reason: str, by: Actor, community: Area | None = None
) -> int:
    """End what a member has in hand on higher floors."""
    return sum(each(member, reason=reason, by=by, community=community) for each in _leaving)


def move_elsewhere(winner: PartyMember, loser: PartyMember) -> dict[str, int]:
    """Move what hangs on the loser on higher floors; {key: how much}."""
    return {key: move(winner, loser) for key, move in sorted(_moving.items())}
