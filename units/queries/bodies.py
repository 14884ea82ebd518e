"""Which committee leads the place where a body is registered."""

from __future__ import annotations

from collections.abc import Iterable

from partybuild.areas.models import Area
from partybuild.organizations.models import Organization, PartyOrganization


def committees_of(areas: Iterable[Area]) -> dict[int, Organization]:
    """Return {area key: the committee that leads it, or the nearest above}; two queries for any number."""
    lines = {area.pk: area.line() for area in areas}
    wanted = {pk for line in lines.values() for pk in line}
    leading = {
        party.leads_area_id: party.organization
        for party in PartyOrganization.objects.filter(
            leads_area__in=wanted, is_current=True
        ).select_related("organization__area")
    }
    found = {}
    for pk, line in lines.items():
        nearest = next((leading[step] for step in reversed(line) if step in leading), None)
        if nearest is not None:
            found[pk] = nearest
    return found


def committee_of(area: Area | None) -> Organization | None:
    """Return the committee that leads an area, or the nearest above it."""
    return None if area is None else committees_of([area]).get(area.pk)
