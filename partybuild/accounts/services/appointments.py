"""Granting and ending offices."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from partybuild.access import Actor, Role
from partybuild.access.roles import ADMINISTRATORS
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import AdministratorsExclude, GrantRefused
from partybuild.accounts.models import Appointment
from partybuild.audit.services import record_event
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# Lower numbers stand higher; committee staff rank by the level of their body's area.
_RANKS = {
    Role.COMMUNITY_SECRETARY: 50,
    Role.COMMUNITY_WORKER: 60,
    Role.UNIT_SECRETARY: 70,
    Role.UNIT_LIAISON: 80,
    Role.MEMBER: 90,
}


def _rank(role: str, organization: Organization | None) -> int:
    if role == Role.COMMITTEE:
        area = organization.area if organization else None
        return area.level * 10 if area else 0
    return _RANKS.get(Role(role), 0)


def _check_grant(role: str, organization: Organization | None, by: Actor) -> None:
    """Only strictly below, and only inside one's own scope, by whatever path the grant comes."""
    if by.scope.is_system or by.scope.role == Role.SECURITY_ADMIN:
        return
    granter = Organization.objects.select_related("area").get(pk=by.organization_id)
    if _rank(role, organization) <= _rank(str(by.scope.role), granter):
        raise GrantRefused
    if role == Role.MEMBER:
        return
    inside = (
        organization is not None
        and Organization.objects.reached(by.scope, "appointment.grant")
        .filter(pk=organization.pk)
        .exists()
    )
    if not inside:
        raise GrantRefused


@transaction.atomic
def grant_appointment(
    person: Person,
    *,
    role: Role,
    starts_on: date,
    by: Actor,
    organization: Organization | None = None,
    title: str = "",
    ends_on: date | None = None,
) -> Appointment:
    """Appoint a person to an office for a term."""
    _check_grant(role, organization, by)
    if role in ADMINISTRATORS:
        _check_administrators(person, role)
    appointment = Appointment(
        person=person,
        role=role,
        organization=organization,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    appointment.full_clean()
    appointment.save()
    record_event(EventKind.APPOINTED, target=appointment, by=by)
    return appointment


def _check_administrators(person: Person, role: str) -> None:
    # Locked, so that two grants at once cannot both find nothing.
    Person.objects.select_for_update().get(pk=person.pk)
    others = Appointment.objects.filter(person=person, ends_on=None).exclude(role=role)
    if others.exists():
        raise AdministratorsExclude


@transaction.atomic
def end_appointment(appointment: Appointment, *, on: date, reason: str, by: Actor) -> None:
    """End an office; its rights are gone with the next request after that day."""
    _check_grant(appointment.role, appointment.organization, by)
    Appointment.objects.filter(pk=appointment.pk).update(ends_on=on, end_reason=reason)
    appointment.refresh_from_db()
    record_event(EventKind.APPOINTMENT_ENDED, target=appointment, by=by, reason=reason)
