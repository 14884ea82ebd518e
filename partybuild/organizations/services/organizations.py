"""Creating, changing and ending bodies."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.organizations.enums import EventKind, OrganizationKind, PartyOrganizationKind
from partybuild.organizations.models import Organization, PartyOrganization

CHANGEABLE = (
    "name",
    "short_name",
    "area",
    "contact_name",
    "contact_phone",
    "contact_mail",
    "address",
    "sort",
)


@transaction.atomic
def create_organization(
    *,
    kind: OrganizationKind,
    name: str,
    by: Actor,
    area: Area | None = None,
    parent: Organization | None = None,
    **values: Any,
) -> Organization:
    """Register a body and give it its place along 条."""
    organization = Organization(kind=kind, name=name, area=area, parent=parent, **values)
    organization.full_clean(exclude=("path",))
    organization.save()
    organization.path = (parent.path if parent else "") + Area.step(organization.pk)
    organization.save(update_fields=("path",))
    record_event(EventKind.ORGANIZATION_CREATED, target=organization, by=by)
    return organization


@transaction.atomic
def create_party_organization(
    *,
    kind: PartyOrganizationKind,
    name: str,
    by: Actor,
    area: Area | None = None,
    leads_area: Area | None = None,
    parent: Organization | None = None,
    **values: Any,
) -> PartyOrganization:
    """Register a Party organization; one that leads an area is registered in it."""
    organization = create_organization(
        kind=OrganizationKind.PARTY,
        name=name,
        area=leads_area or area,
        parent=parent,
        by=by,
        **values,
    )
    party = PartyOrganization(organization=organization, kind=kind, leads_area=leads_area)
    party.full_clean()
    party.save()
    return party


@transaction.atomic
def change_organization(organization: Organization, *, by: Actor, **values: Any) -> Organization:
    """Change a body's names, place and contacts."""
    before = copy(organization)
    for name, value in values.items():
        if name not in CHANGEABLE:
            raise TypeError(f"{name} is not changed here")
        setattr(organization, name, value)
    organization.full_clean(exclude=("path",))
    organization.save()
    changes = differences(before, organization, tuple(values))
    if changes:
        record_event(EventKind.ORGANIZATION_CHANGED, target=organization, by=by, changes=changes)
    return organization


@transaction.atomic
def end_organization(organization: Organization, *, on: date, reason: str, by: Actor) -> None:
    """End a body; it stays readable, with reason and date."""
    ended = Organization.objects.filter(pk=organization.pk, valid_to=None)
    if not ended.update(valid_to=on, end_reason=reason):
        return
    PartyOrganization.objects.filter(organization=organization).update(is_current=False)
    organization.refresh_from_db()
    record_event(EventKind.ORGANIZATION_ENDED, target=organization, by=by, reason=reason)
