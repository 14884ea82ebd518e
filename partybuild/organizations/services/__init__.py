"""Writes on organizations."""

from partybuild.organizations.services.organizations import (
    change_organization,
    create_organization,
    create_party_organization,
    end_organization,
)

__all__ = (
    "change_organization",
    "create_organization",
    "create_party_organization",
    "end_organization",
)
