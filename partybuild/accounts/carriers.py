"""How a one-time link leaves the house: floors above register their channels here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partybuild.access import Actor
from partybuild.accounts.models import OneTimeLink, User


@dataclass(frozen=True)
class Parcel:
    """A link and the words around it; the address of the link is made when it is sent."""

    link: OneTimeLink
    title: str
    body: str


# Queues a parcel in the caller's transaction and returns the channels it goes by: "mail", "sms".
Carrier = Callable[[Parcel, Actor], list[str]]
# Tells whether a channel has an address of this account.
Reaches = Callable[[User], bool]
# Tells whether a channel is set up here.
IsOpen = Callable[[], bool]
_carriers: dict[str, tuple[Carrier, Reaches, IsOpen]] = {}


def carrier(
    channel: str, *, reaches: Reaches, is_open: IsOpen = lambda: True
) -> Callable[[Carrier], Carrier]:
    """Register a way out."""

    def register(function: Carrier) -> Carrier:
        _carriers[channel] = (function, reaches, is_open)
        return function

    return register


def channels() -> list[str]:
    """Return the channels that this installation has."""
    return [channel for channel, (_function, _reaches, is_open) in _carriers.items() if is_open()]


def channels_to(user: User) -> list[str]:
    """Return the channels that reach an account."""
    return [
        channel
        for channel, (_function, reaches, is_open) in _carriers.items()
        if is_open() and reaches(user)
    ]


def carry(parcel: Parcel, *, by: Actor) -> list[str]:
    """Hand a parcel to every way that reaches its person; returns the channels, [] where none does."""
    found = []
    for function, reaches, is_open in _carriers.values():
        if is_open() and reaches(parcel.link.user):
            found += function(parcel, by)
    return found
