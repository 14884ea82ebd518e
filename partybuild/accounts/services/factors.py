"""The second factor: set up, checked, taken away; on django-allauth's own rows."""

from __future__ import annotations

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction

from partybuild.access import Actor, require
from partybuild.accounts.enums import EventKind
from partybuild.accounts.exceptions import CodeIsWrong, ReasonNeeded
from partybuild.accounts.models import User
from partybuild.accounts.services.sessions import drop_sessions, forget_devices
from partybuild.audit.services import record_event

_TOTP = Authenticator.Type.TOTP
_RECOVERY = Authenticator.Type.RECOVERY_CODES


def _counter_of(secret: str, code: str) -> int:
    """Return the time step that a code belongs to, 0 for none; the work is the same for each."""
    found = 0
    for counter in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            found = counter
    return found


@transaction.atomic
def use_code(user: User, code: str) -> str:
    """Use a code up; returns what it was ("totp", "recovery_codes"), "" if it is wrong or was used before."""
    rows = {
        row.type: row
        for row in Authenticator.objects.select_for_update().filter(user=user).order_by("pk")
    }
    totp = rows.get(_TOTP)
    if totp is None or not code.strip():
        return ""
    counter = _counter_of(decrypt(totp.data["secret"]), code)
    # A code counts once, and none counts that is older than the last one used.
    if counter > totp.data.get("last_counter", 0):
        totp.data["last_counter"] = counter
        totp.save(update_fields=("data",))
        totp.record_usage()
        return str(_TOTP)
    spare = rows.get(_RECOVERY)
    if not counter and spare is not None and RecoveryCodes(spare).validate_code(code):
        return str(_RECOVERY)
    return ""


@transaction.atomic
def set_up_factor(user: User, *, secret: str, code: str, by: Actor) -> list[str]:
    """Make an app on a phone the second factor, proven by its first code; returns the recovery codes."""
    counter = _counter_of(secret, code)
    if not counter:
        raise CodeIsWrong
    # Locked, so that two tabs do not each make one.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    Authenticator.objects.create(
        user=user, type=_TOTP, data={"secret": encrypt(secret), "last_counter": counter}
    )
    forget_devices(user)
    record_event(EventKind.FACTOR_SET, target=user, by=by)
    return RecoveryCodes.activate(user).generate_codes()


@transaction.atomic
def renew_recovery_codes(user: User, *, by: Actor) -> list[str]:
    """Make new recovery codes; the old ones open nothing any more."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=_RECOVERY).delete()
    record_event(EventKind.RECOVERY_CODES_MADE, target=user, by=by)
    return RecoveryCodes.activate(user).generate_codes()


@transaction.atomic
def remove_factor(user: User, *, by: Actor) -> None:
    """Take one's own second factor away, where the policy does not ask for it."""
    Authenticator.objects.filter(user=user).delete()
    record_event(EventKind.FACTOR_REMOVED, target=user, by=by)


@transaction.atomic
def reset_factor(user: User, *, reason: str, by: Actor) -> None:
    """Take another's lost second factor away; they are signed out and set up a new one at the next sign-in."""
    require(by, "account.reset_factor")
    if not reason.strip():
        raise ReasonNeeded
    Authenticator.objects.filter(user=user).delete()
    forget_devices(user)
    drop_sessions(user)
    record_event(EventKind.FACTOR_RESET, target=user, by=by, reason=reason)


def recovery_codes_left(user: User) -> int:
    """Return how many recovery codes are not used yet."""
    row = Authenticator.objects.filter(user=user, type=_RECOVERY).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row is not None else 0
