"""Settling mails whose fate is unknown."""

from partybuild.access import Actor


def reconcile_unknown(*, by: Actor) -> int:
    """Ask about mails whose fate is unknown."""
    raise NotImplementedError


def settle() -> None:
    """Settle one."""
