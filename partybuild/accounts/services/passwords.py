"""Setting a password: checked against the policy, kept apart from the last ones."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from partybuild.access import Actor
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import PasswordUsedBefore
from partybuild.accounts.models import PastPassword, User
from partybuild.accounts.policy import policy
from partybuild.accounts.services.sessions import drop_sessions, forget_devices
from partybuild.audit.services import record_event


def check_new_password(user: User, password: str) -> None:
    """Refuse what the policy refuses, or what was in use lately."""
    validate_password(password, user)
    history = policy().password_history
    if not history:
        return
    past = PastPassword.objects.filter(user=user).order_by("-replaced_at", "-pk")
    last = [user.password, *past.values_list("password", flat=True)[: history - 1]]
    if any(check_password(password, each) for each in last):
        raise PasswordUsedBefore(history)


@transaction.atomic
def change_password(
    user: User,
    *,
    password: str,
    by: Actor,
    must_change: bool = False,
    but_session_key: str = "",
    but_token_hash: str = "",
) -> None:
    """Set a password; every other session and remembered device of the account ends."""
    check_new_password(user, password)
    now = timezone.now()
    if user.has_usable_password():
        PastPassword.objects.create(user=user, password=user.password, replaced_at=now)
        keep = max(policy().password_history, 1)
        rows = PastPassword.objects.filter(user=user).order_by("-replaced_at", "-pk")
        rows.exclude(pk__in=list(rows.values_list("pk", flat=True)[:keep])).delete()
    user.set_password(password)
    user.must_change_password = must_change
    user.password_changed_at = now
    user.save(update_fields=("password", "must_change_password", "password_changed_at"))
    forget_devices(user, but_token_hash=but_token_hash)
    drop_sessions(user, but_session_key=but_session_key)
    record_event(EventKind.PASSWORD_CHANGED, target=user, by=by)
