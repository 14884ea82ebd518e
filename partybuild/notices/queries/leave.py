"""Leaves that concern somebody today, for the top of their page."""

from __future__ import annotations

from partybuild.access import Actor
from partybuild.calendar import today
from partybuild.notices.models import Delegation


def leaves_today(by: Actor) -> list[Delegation]:
    """Return the leaves of today in which a person is away, or takes another's notices."""
    if by.person_id is None:
        return []
    return list(
        Delegation.objects.visible_to(by.scope)
        .current(today())
        .select_related("person", "delegate", "organization")
    )
