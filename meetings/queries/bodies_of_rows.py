"""Which bodies belong to which rows, for many rows at once."""

from __future__ import annotations

from collections.abc import Iterable

from meetings.enums import PartyRole
from meetings.models import CouncilMember, ResolutionParty


def members_of_councils(keys: list[int]) -> Iterable[tuple[int, int]]:
    """Return (council, organization) of the member bodies of councils."""
    return (
        CouncilMember.objects.members()
        .filter(council__in=keys)
        .order_by("council_id", "organization__sort", "organization_id")
        .values_list("council_id", "organization_id")
    )


def bodies_of_resolutions(keys: list[int], role: PartyRole) -> Iterable[tuple[int, int]]:
    """Return (resolution, organization) of the bodies that answer for resolutions in a role."""
    return (
        ResolutionParty.objects.standing()
        .filter(resolution__in=keys, role=role)
        .order_by("resolution_id", "id")
        .values_list("resolution_id", "organization_id")
    )
