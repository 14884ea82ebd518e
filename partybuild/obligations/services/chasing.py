"""Asking again, by hand."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from partybuild.access import Actor
from partybuild.obligations.models import Obligation


@transaction.atomic
def chase(obligations: Iterable[Obligation], *, by: Actor) -> int:
    """Send a reminder for each debt that is still unpaid."""
    raise NotImplementedError
