"""Signing in and switching posts."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import Appointment, User
from partybuild.audit.services import record_event


@transaction.atomic
def note_sign_in(user: User | None, *, by: Actor, succeeded: bool = True) -> None:
    """Write down a sign-in or a refused one; an unknown name leaves no name behind."""
    record_event(
        EventKind.SIGNED_IN if succeeded else EventKind.SIGN_IN_FAILED,
        target=user,
        by=by,
        result="done" if succeeded else "refused",
    )


@transaction.atomic
def switch_post(user: User, *, appointment: Appointment, by: Actor) -> None:
    """Remember the post a person acts in, for the next sign-in too."""
    User.objects.filter(pk=user.pk).update(last_post=appointment)
    record_event(EventKind.POST_SWITCHED, target=appointment, by=by)


@transaction.atomic
def note_sign_out(user: User, *, by: Actor) -> None:
    """Write down a sign-out."""
    record_event(EventKind.SIGNED_OUT, target=user, by=by)
