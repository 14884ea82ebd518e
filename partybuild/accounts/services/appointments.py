"""Granting, ending and handing over offices."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from partybuild.access import Actor, Role
from partybuild.access.roles import ADMINISTRATORS
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import (
    AdministratorsExclude,
    AdministratorsHaveNoTerm,
    AppointmentHasEnded,
    AppointmentReasonMissing,
    BodyHasEnded,
    GrantRefused,
    LastAdministrator,
    NotAboutOneself,
    RoleDoesNotFit,
)
from partybuild.accounts.models import ApiToken, Appointment, OneTimeLink, SignedLink, User
from partybuild.accounts.queries.ranks import open_posts, roles_at, stands_above, twins
from partybuild.audit.services import record_event
from partybuild.calendar import now, today
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

# Without these nobody could mend what is wrong.
NEVER_VACANT = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


def check_grant(
    person: Person | None,
    *,
    role: str,
    organization: Organization | None,
    by: Actor,
) -> None:
    """Refuse what is not strictly below and inside one's own scope, by whatever path the grant comes."""
    if organization is not None and not organization.is_current:
        raise BodyHasEnded
    if role not in roles_at(organization):
        raise RoleDoesNotFit
    if by.scope.is_system:
        return
    if person is not None and person.pk == by.person_id:
        raise NotAboutOneself
    if not stands_above(by, role, organization):
        raise GrantRefused
    if role == Role.MEMBER and person is not None and by.scope.role != Role.SECURITY_ADMIN:
        key = "account.create" if by.scope.cell("account.create").allows else "appointment.grant"
        if not Person.objects.reached(by.scope, key).filter(pk=person.pk).exists():
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
    reason: str = "",
) -> Appointment:
    """Appoint a person to an office for a term."""
    check_grant(person, role=role, organization=organization, by=by)
    _demand_reason(by, reason)
    if role in NEVER_VACANT and ends_on is not None:
        raise AdministratorsHaveNoTerm
    _keep_administrators_apart(person, role)
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
    record_event(
        EventKind.APPOINTED,
        target=appointment,
        by=by,
        reason=reason,
        changes={
            "role": [None, role],
            "starts_on": [None, str(starts_on)],
            "ends_on": [None, str(ends_on) if ends_on else None],
        },
    )
    return appointment


def _demand_reason(by: Actor, reason: str) -> None:
    if by.scope.is_system:
        return
    if by.scope.cell("appointment.grant").needs_reason and not reason.strip():
        raise AppointmentReasonMissing


def _keep_administrators_apart(person: Person, role: str) -> None:
    """Say kindly what a trigger would refuse anyway."""
    # Locked, so that two grants at once cannot both find nothing.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    others = Appointment.objects.filter(twins(person)).open(today()).exclude(role=role)
    if role not in ADMINISTRATORS:
        others = others.filter(role__in=ADMINISTRATORS)
    if others.exists():
        raise AdministratorsExclude


@transaction.atomic
def end_appointment(appointment: Appointment, *, on: date, reason: str, by: Actor) -> None:
    """End an office; with today as its last day, its rights are gone with the next request.

    A day to come ends it with that day.
    """
    _check_end(appointment, by)
    _demand_reason(by, reason)
    _keep_one_administrator(appointment)
    _end(appointment, on=on, reason=reason)
    record_event(
        EventKind.APPOINTMENT_ENDED,
        target=appointment,
        by=by,
        reason=reason,
        changes={"ends_on": [None, str(on)]},
    )


def _check_end(appointment: Appointment, by: Actor) -> None:
    if by.scope.is_system:
        return
    if appointment.person_id == by.person_id:
        raise NotAboutOneself
    if not stands_above(by, appointment.role, appointment.organization):
        raise GrantRefused
    if appointment.role == Role.MEMBER:
        check_grant(appointment.person, role=Role.MEMBER, organization=None, by=by)


def _end(appointment: Appointment, *, on: date, reason: str) -> None:
    day = today()
    at_once = on <= day
    standing = Appointment.objects.filter(pk=appointment.pk).open(day)
    # The filter is the lock: ended twice, it is one ending.
    if not standing.update(
        ends_on=max(on, appointment.starts_on),
        end_reason=reason,
        ended_at=now() if at_once else None,
    ):
        raise AppointmentHasEnded
    appointment.refresh_from_db()
    if at_once:
        _take_back_what_was_personal(appointment)


def _take_back_what_was_personal(appointment: Appointment) -> None:
    """Tokens and links of the holder end with the post; links of the body stay with the body."""
    ApiToken.objects.filter(appointment=appointment, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if appointment.organization_id is not None:
        SignedLink.objects.filter(
            organization=appointment.organization_id,
            person=appointment.person_id,
            revoked_at=None,
        ).update(revoked_at=now())
    if not open_posts(appointment.person):
        OneTimeLink.objects.filter(
            user__person=appointment.person_id, used_at=None, revoked_at=None
        ).update(revoked_at=timezone.now())


def _keep_one_administrator(appointment: Appointment) -> None:
    if appointment.role in NEVER_VACANT:
        demand_other_administrator(appointment.role, without=appointment.person_id)


def demand_other_administrator(role: str, *, without: int) -> None:
    """Refuse to leave the product without a system or security administrator who can sign in."""
    # All of them locked: of two who end each other at once, the second finds nobody left.
    holders = list(
        Appointment.objects.select_for_update(of=("self",))
        .filter(role=role)
        .current(today())
        .order_by("pk")
    )
    others = {post.person_id for post in holders} - {without}
    works = User.objects.filter(person__in=others, is_active=True, last_login__isnull=False)
    if not works.exists():
        raise LastAdministrator


@transaction.atomic
def hand_over_appointment(
    appointment: Appointment,
    *,
    successor: Person,
    reason: str,
    by: Actor,
    title: str | None = None,
    ends_on: date | None = None,
) -> Appointment:
    """Put a successor into an office and end its holder's term at once.

    What the body owes stays with the body: the successor finds it on the home page.
    """
    _check_end(appointment, by)
    if successor.pk == appointment.person_id:
        raise RoleDoesNotFit
    day = today()
    following = grant_appointment(
        successor,
        role=Role(appointment.role),
        organization=appointment.organization,
        title=appointment.title if title is None else title,
        starts_on=day,
        ends_on=ends_on,
        reason=reason,
        by=by,
    )
    if appointment.role in NEVER_VACANT:
        _keep_one_administrator(appointment)
    _end(appointment, on=max(day, appointment.starts_on), reason=reason)
    Appointment.objects.filter(pk=appointment.pk).update(successor=following)
    appointment.refresh_from_db()
    record_event(
        EventKind.POST_HANDED_OVER,
        target=appointment,
        by=by,
        reason=reason,
        changes={"successor": [None, str(following.uid)]},
    )
    return following


@transaction.atomic
def postpone_end(appointment: Appointment, *, ends_on: date | None, reason: str, by: Actor) -> None:
    """Renew a term that still runs, or give it another last day."""
    check_grant(
        appointment.person,
        role=appointment.role,
        organization=appointment.organization,
        by=by,
    )
    _demand_reason(by, reason)
    if ends_on is not None and appointment.role in NEVER_VACANT:
        raise AdministratorsHaveNoTerm
    if ends_on is not None and ends_on < today():
        raise AppointmentHasEnded
    before = appointment.ends_on
    standing = Appointment.objects.filter(pk=appointment.pk).open(today())
    if not standing.update(ends_on=ends_on, end_reason=""):
        raise AppointmentHasEnded
    appointment.refresh_from_db()
    record_event(
        EventKind.APPOINTED,
        target=appointment,
        by=by,
        reason=reason,
        changes={"ends_on": [str(before) if before else None, str(ends_on) if ends_on else None]},
    )


__all__ = (
    "check_grant",
    "demand_other_administrator",
    "end_appointment",
    "grant_appointment",
    "hand_over_appointment",
    "postpone_end",
)
