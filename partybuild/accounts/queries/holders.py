"""Who holds what, and what an account is like, as lists and pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor, Role, may
from partybuild.access.roles import ADMINISTRATORS
from partybuild.accounts.models import Appointment, OneTimeLink, User
from partybuild.accounts.models.appointment import AppointmentQuerySet
from partybuild.calendar import today
from partybuild.fields.codes import mask_phone
from partybuild.people.models import Person

# A keyset needs columns that are never null.
ORDER = ("place", "body_name", "sort", "id")


@dataclass(frozen=True)
class State:
    """A word and its tone."""

    word: str
    tone: str


def in_order(rows: AppointmentQuerySet) -> QuerySet[Any]:
    """Return offices with what `ORDER` sorts by: area by area, body by body."""
    return rows.annotate(
        place=Coalesce("organization__area__path", Value(""), output_field=TextField()),
        body_name=Coalesce("organization__name", Value("")),
    )


def term_state(appointment: Appointment, day: date | None = None) -> State:
    """Return how an office stands today; a list asks for the day once."""
    day = day or today()
    if appointment.starts_on > day:
        return State(_("未开始"), "info")
    if appointment.ended_at is not None or (
        appointment.ends_on is not None and appointment.ends_on < day
    ):
        return State(_("已终止"), "plain")
    body = appointment.organization
    if body is not None and body.valid_to is not None and body.valid_to <= day:
        return State(_("组织已撤销"), "plain")
    if appointment.ends_on is not None and (appointment.ends_on - day).days <= 30:
        return State(_("即将到期"), "warn")
    return State(_("在任"), "good")


def account_state(user: User | None) -> State:
    """Return how far somebody has come with their account."""
    if user is None:
        return State(_("无账号"), "plain")
    if not user.is_active:
        return State(_("已停用"), "bad")
    if user.last_login is None:
        return State(_("待开通"), "warn")
    return State(_("在用"), "good")


def posts_in_sight(people: Iterable[int], by: Actor) -> dict[int, list[Appointment]]:
    """Return {person: offices that run or will run, as far as an actor sees them}."""
    found: dict[int, list[Appointment]] = defaultdict(list)
    rows = (
        Appointment.objects.visible_to(by.scope)
        .filter(person__in=list(people))
        .open(today())
        .select_related("organization")
        .order_by("sort", "id")
    )
    for appointment in rows:
        found[appointment.person_id].append(appointment)
    return dict(found)


@dataclass(frozen=True)
class WayIn:
    """Whether somebody can sign in, and where an actor goes on from there."""

    state: State
    user_url: str = ""
    open_url: str = ""


def sign_in_of(person: Person, by: Actor) -> WayIn | None:
    """Return how a person's account stands, for who may invite them; None for everybody else."""
    if not may(by, "account.create") or person.pk == by.person_id:
        return None
    user = User.objects.visible_to(by.scope).filter(person=person).first()
    if user is not None:
        return WayIn(
            account_state(user), user_url=reverse("accounts:user-detail", args=(user.uid,))
        )
    return WayIn(
        account_state(None), open_url=reverse("accounts:member-invite", args=(person.uid,))
    )


def open_invitation(user: User) -> OneTimeLink | None:
    """Return the invitation that still waits to be used."""
    found: OneTimeLink | None = (
        OneTimeLink.objects.filter(
            user=user,
            purpose="invite",
            used_at=None,
            revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        .order_by("-pk")
        .first()
    )
    return found


def signs_in_by_phone(user: User) -> bool:
    """Tell whether the number on the person's record is the one that the account signs in by.

    Whoever keeps a roster may change the first; links go to the second, or nowhere.
    """
    return bool(user.phone_hash) and user.phone_hash == user.person.phone_hash


def masked_phone(user: User) -> str:
    """138****8000, and only where the account signs in with it."""
    return mask_phone(user.person.phone) if user.phone_hash else ""


def masked_mail(mail: str) -> str:
    """z***@example.cn: enough to know one's own again."""
    head, sign, host = mail.partition("@")
    return f"{head[:1]}***{sign}{host}" if sign else ""


def vacancies() -> list[str]:
    """Return the administrators' posts that nobody has taken up: appointed and signed in once."""
    taken = set(
        Appointment.objects.filter(
            role__in=ADMINISTRATORS,
            person__user__is_active=True,
            person__user__last_login__isnull=False,
        )
        .current(today())
        .values_list("role", flat=True)
    )
    return [str(Role(role).label) for role in sorted(ADMINISTRATORS - taken)]
