"""Who stands above a council."""

from __future__ import annotations

from meetings.models import Council
from partybuild.organizations.models import Organization, PartyOrganization


def committee_above(council: Council) -> Organization:
    """Return the nearest committee that leads an area above; at the top the convener itself."""
    above = (
        PartyOrganization.objects.filter(
            leads_area__in=council.area.line(),
            leads_area__level__lt=council.area.level,
            is_current=True,
        )
        .select_related("organization__area")
        .order_by("-leads_area__level")
        .first()
    )
    return above.organization if above else council.convener


def leading_committees() -> dict[int, Organization]:
    """Return {area: the committee that leads it}, for sweeps over all councils."""
    return {
        party.leads_area_id: party.organization
        for party in PartyOrganization.objects.filter(
            leads_area__isnull=False, is_current=True
        ).select_related("organization__area")
        if party.leads_area_id is not None
    }
