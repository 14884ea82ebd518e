"""How a one-time link leaves the house: floors above register their channels here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from partybuild.access import Actor
from partybuild.accounts.models import OneTimeLink


@dataclass(frozen=True)
class Parcel:
    """A link and the words around it; the address of the link is made when it is sent."""

    link: OneTimeLink
    title: str
    body: str


# Queues a parcel in the caller's transaction and returns the channels it goes by: "mail", "sms".
Carrier = Callable[[Parcel, Actor], list[str]]
_carriers: list[Carrier] = []


def carrier(function: Carrier) -> Carrier:
    """Register a way out."""
    _carriers.append(function)
    return function


def carry(parcel: Parcel, *, by: Actor) -> list[str]:
    """Hand a parcel to every way that reaches its person; returns the channels, [] where none does."""
    return [channel for function in _carriers for channel in function(parcel, by)]
