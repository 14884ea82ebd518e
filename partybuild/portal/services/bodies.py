"""To whom an answer is owed that somebody without an office waits for."""

from __future__ import annotations

from partybuild.organizations.models import Organization, PartyOrganization


def body_above(organization: Organization) -> Organization:
    """Return who sees that the answer comes: the committee of the area, or the one above it."""
    leading = (
        PartyOrganization.objects.filter(
            leads_area=organization.area_id, organization__valid_to=None
        )
        .exclude(organization=organization)
        .select_related("organization")
        .first()
        if organization.area_id
        else None
    )
    if leading is not None:
        return leading.organization
    return organization.parent or organization
