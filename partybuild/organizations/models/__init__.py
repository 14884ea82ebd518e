"""Organization and PartyOrganization."""

from partybuild.organizations.models.organization import Organization
from partybuild.organizations.models.party_organization import PartyOrganization

__all__ = ("Organization", "PartyOrganization")
