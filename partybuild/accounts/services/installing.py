"""The first three administrators."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor, Role
from partybuild.accounts.enums import LinkPurpose
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.services.appointments import grant_appointment
from partybuild.accounts.services.one_time import INVITE_HOURS, issue_one_time_link
from partybuild.accounts.services.users import account_of
from partybuild.calendar import today
from partybuild.people.services import create_person

ORDER = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


@dataclass(frozen=True)
class Named:
    """Who becomes an administrator."""

    role: Role
    name: str
    username: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True)
class Installed:
    """An administrator's way in; url is empty where the account is already in use."""

    role: Role
    name: str
    url: str
    is_new: bool


@transaction.atomic
def install_administrators(people: list[Named], *, by: Actor) -> list[Installed]:
    """Appoint the administrators that are missing and give each a one-time link.

    Run again it renews the links of those who have not signed in yet, and changes nothing else.
    """
    with connection.cursor() as cursor:
        # Of two runs at once, the second finds what the first has done.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('install_administrators'))")
    done = []
    for named in people:
        standing = (
            Appointment.objects.filter(role=named.role)
            .current(today())
            .select_related("person")
            .order_by("pk")
            .first()
        )
        if standing is not None:
            done.append(_renewed(standing, by=by))
            continue
        person = create_person(name=named.name, phone=named.phone, mail=named.mail, by=by)
        user = account_of(person, by=by, username=named.username, mail=named.mail)
        grant_appointment(person, role=named.role, starts_on=today(), reason=_("安装"), by=by)
        _link, url = issue_one_time_link(
            user, purpose=LinkPurpose.INVITE, by=by, hours=INVITE_HOURS
        )
        done.append(Installed(named.role, named.name, url, is_new=True))
    return done


def _renewed(appointment: Appointment, *, by: Actor) -> Installed:
    user: User | None = User.objects.filter(person=appointment.person).first()
    role = Role(appointment.role)
    if user is None:
        user = account_of(appointment.person, by=by)
    if user.last_login is not None or not user.is_active:
        return Installed(role, appointment.person.name, "", is_new=False)
    _link, url = issue_one_time_link(user, purpose=LinkPurpose.INVITE, by=by, hours=INVITE_HOURS)
    return Installed(role, appointment.person.name, url, is_new=False)


def check_named(people: list[Named]) -> None:
    """Refuse two posts for one person: by name with phone or mail, and by user name."""
    for field in ("username", "phone", "mail"):
        given = [getattr(each, field) for each in people if getattr(each, field)]
        if len(set(given)) != len(given):
            raise ValidationError(_("系统、安全、审计管理员必须是三个不同的人。"))
