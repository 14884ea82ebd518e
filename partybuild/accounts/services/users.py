"""Opening, disabling and enabling accounts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor, Reach, Role
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import (
    AccountNotBelow,
    GrantRefused,
    NameAndPhoneDisagree,
    NotAboutOneself,
)
from partybuild.accounts.models import ApiToken, Appointment, OneTimeLink, User
from partybuild.accounts.queries.ranks import needs_factor, open_posts, stands_above_person
from partybuild.accounts.services.appointments import (
    NEVER_VACANT,
    check_grant,
    demand_other_administrator,
    grant_appointment,
    hand_over_appointment,
)
from partybuild.accounts.services.sessions import drop_sessions
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile, normalize_phone, validate_phone
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.people.services import change_person, create_person


@transaction.atomic
def create_user(
    person: Person,
    *,
    by: Actor,
    username: str | None = None,
    password: str | None = None,
    mail: str = "",
) -> User:
    """Give a person a way to sign in: by user name, by mobile phone, by mail, or all of them."""
    user = User(
        person=person,
        username=(username or "").strip().lower() or None,
        phone_hash=keyed_hash(person.phone, "phone") if is_mobile(person.phone) else None,
        mail=mail.strip().lower(),
        enabled_at=timezone.now(),
    )
    user.set_password(password)
    user.full_clean(exclude=("password",))
    user.save()
    record_event(EventKind.USER_CREATED, target=user, by=by)
    return user


@transaction.atomic
def open_account(
    *,
    name: str,
    phone: str = "",
    mail: str = "",
    username: str = "",
    by: Actor,
) -> User:
    """Return the account of a person by name and phone, opened where there is none yet.

    Somebody known by the same name and phone is the same person: several posts, one account.
    """
    person = person_of(name=name, phone=phone)
    if person is None:
        person = create_person(name=name, phone=phone, mail=mail, by=by)
        return account_of(person, by=by, mail=mail, username=username)
    return account_of(person, by=by, mail=_vouched(person, mail, by=by), username=username)


def _vouched(person: Person, mail: str, *, by: Actor) -> str:
    """Return the address that links to somebody who is known already may go to, "" for none.

    Whoever names an address could sign in by it: it counts from those who stand above every post of
    the person. The roster's own counts for members alone, whose roster keepers invite them anyway.
    """
    if by.scope.is_system or by.scope.role == Role.SYSTEM_ADMIN or stands_above_person(by, person):
        vouched = mail
    else:
        vouched = ""
    posts = open_posts(person)
    if not vouched and posts and all(post.role == Role.MEMBER for post in posts):
        vouched = person.mail
    return vouched


@transaction.atomic
def account_of(person: Person, *, by: Actor, mail: str = "", username: str = "") -> User:
    """Return a person's account, opened where there is none yet."""
    # Locked, so that two who open one at once get the same.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    found: User | None = User.objects.filter(person=person).select_related("person").first()
    if found is not None:
        return found
    if is_mobile(person.phone):
        taken = User.objects.filter(phone_hash=keyed_hash(person.phone, "phone"))
        if taken.exists():
            raise NameAndPhoneDisagree
    if not username and not is_mobile(person.phone) and not mail:
        raise ValidationError(_("请填写手机号，登录和接收链接都要用到。"))
    return create_user(person, by=by, mail=mail, username=username)


def person_of(*, name: str, phone: str) -> Person | None:
    """Return who is registered under a name and a phone; a number under another name is refused."""
    number = normalize_phone(phone)
    if not is_mobile(number):
        return None
    hashed = keyed_hash(number, "phone")
    holder = User.objects.filter(phone_hash=hashed).select_related("person").first()
    if holder is not None and holder.person.name != name.strip():
        raise NameAndPhoneDisagree
    if holder is not None:
        return holder.person
    found: Person | None = (
        Person.objects.filter(phone_hash=hashed, name=name.strip()).order_by("pk").first()
    )
    return found


@transaction.atomic
def appoint(
    *,
    name: str,
    role: Role,
    organization: Organization | None,
    starts_on: date,
    by: Actor,
    phone: str = "",
    mail: str = "",
    username: str = "",
    title: str = "",
    ends_on: date | None = None,
    reason: str = "",
) -> Appointment:
    """Appoint somebody by name and phone: registered and given an account where there is none."""
    # Asked first, so that a refused grant tells nothing about who is known.
    check_grant(None, role=role, organization=organization, by=by)
    user = open_account(name=name, phone=phone, mail=mail, username=username, by=by)
    return grant_appointment(
        user.person,
        role=role,
        organization=organization,
        title=title,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        by=by,
    )


@transaction.atomic
def hand_over_to(
    appointment: Appointment,
    *,
    name: str,
    phone: str,
    reason: str,
    by: Actor,
    mail: str = "",
    title: str | None = None,
    ends_on: date | None = None,
) -> Appointment:
    """Hand an office over to somebody by name and phone, whose account is opened where there is none."""
    check_grant(None, role=appointment.role, organization=appointment.organization, by=by)
    user = open_account(name=name, phone=phone, mail=mail, by=by)
    return hand_over_appointment(
        appointment, successor=user.person, title=title, ends_on=ends_on, reason=reason, by=by
    )


@transaction.atomic
def open_holders_account(appointment: Appointment, *, by: Actor) -> User:
    """Give the holder of an office a way to sign in."""
    person = appointment.person
    if not by.scope.is_system and not (
        by.scope.cell("account.create").allows
        and (by.scope.role == Role.SYSTEM_ADMIN or stands_above_person(by, person))
    ):
        raise AccountNotBelow
    return account_of(person, by=by)


@transaction.atomic
def open_member_account(person: Person, *, by: Actor, mail: str = "") -> User:
    """Give a member of one's own roster a post as member and a way to sign in."""
    if not by.scope.is_system and not (
        Person.objects.reached(by.scope, "account.create").filter(pk=person.pk).exists()
    ):
        raise GrantRefused
    posts = open_posts(person)
    # A member and nothing else: the roster's address is as good as its keepers' invitation.
    if not mail and all(post.role == Role.MEMBER for post in posts):
        mail = person.mail
    user = account_of(person, by=by, mail=mail)
    held = Appointment.objects.filter(person=person, role=Role.MEMBER).open(today())
    if not held.exists():
        grant_appointment(person, role=Role.MEMBER, starts_on=today(), by=by)
    return user


def _check_below(user: User, by: Actor) -> None:
    if by.scope.is_system:
        return
    if user.person_id == by.person_id:
        raise NotAboutOneself
    if by.scope.cell("account.disable").reach is Reach.EVERYWHERE:
        return
    if not by.scope.cell("account.disable").allows or not stands_above_person(by, user.person):
        raise AccountNotBelow


@transaction.atomic
def disable_user(user: User, *, reason: str, by: Actor) -> None:
    """Disable an account: sessions, tokens and links answer nothing from the next request on."""
    _check_below(user, by)
    for post in open_posts(user.person):
        if post.role in NEVER_VACANT:
            demand_other_administrator(post.role, without=user.person_id)
    # The filter is the lock.
    if not User.objects.filter(pk=user.pk, is_active=True).update(
        is_active=False, disable_reason=reason
    ):
        return
    moment = timezone.now()
    OneTimeLink.objects.filter(user=user, used_at=None, revoked_at=None).update(revoked_at=moment)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=moment)
    user.refresh_from_db()
    # Enabled again, the account signs in anew.
    drop_sessions(user)
    record_event(EventKind.USER_DISABLED, target=user, by=by, reason=reason)


@transaction.atomic
def enable_user(user: User, *, reason: str, by: Actor) -> None:
    """Let a disabled account sign in again; what was taken back stays taken back."""
    _check_below(user, by)
    if User.objects.filter(pk=user.pk, is_active=False).update(
        is_active=True, disable_reason="", enabled_at=timezone.now()
    ):
        user.refresh_from_db()
        record_event(EventKind.USER_ENABLED, target=user, by=by, reason=reason)


@transaction.atomic
def change_sign_in(user: User, *, phone: str, mail: str, by: Actor, reason: str = "") -> None:
    """Correct the phone and mail that an account signs in with and gets its links at."""
    if not by.scope.is_system:
        if user.person_id == by.person_id:
            raise NotAboutOneself
        above = stands_above_person(by, user.person)
        if by.scope.role == Role.SYSTEM_ADMIN:
            # Whom a second factor guards besides, or who has not come yet.
            above = user.last_login is None or needs_factor(user.person)
        if not by.scope.cell("account.create").allows or not above:
            raise AccountNotBelow
    changes: dict[str, Any] = {}
    number = normalize_phone(phone)
    if number:
        validate_phone(number)
        hashed = keyed_hash(number, "phone")
        if user.phone_hash != hashed:
            if User.objects.filter(phone_hash=hashed).exclude(pk=user.pk).exists():
                raise NameAndPhoneDisagree
            change_person(user.person, by=by, reason=reason, phone=number)
            user.phone_hash = hashed
            changes["phone"] = "changed"
    address = mail.strip().lower()
    if address != user.mail:
        user.mail = address
        changes["mail"] = "changed"
    if not changes:
        return
    user.full_clean(exclude=("password",))
    user.save(update_fields=("phone_hash", "mail"))
    OneTimeLink.objects.filter(user=user, used_at=None, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    record_event(EventKind.USER_CHANGED, target=user, by=by, reason=reason, changes=changes)
