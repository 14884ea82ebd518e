"""What is known of a browser and of an account's second factor."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from partybuild.accounts.devices import device_hash
from partybuild.accounts.models import KnownDevice, SignInSession, User


def known_device(request: HttpRequest, user: User | None) -> KnownDevice | None:
    """Return the row of this browser for a user; the same query whether there is a user or not."""
    found: KnownDevice | None = KnownDevice.objects.filter(
        user_id=user.pk if user is not None else 0,
        token_hash=device_hash(request) or "-",
    ).first()
    return found


def is_remembered(request: HttpRequest, user: User) -> bool:
    """Tell whether the second factor need not be asked on this browser."""
    device = known_device(request, user)
    return device is not None and bool(
        device.trusted_until and device.trusted_until > timezone.now()
    )


def factor_of(user: User) -> Any:
    """Return the account's second factor, or None."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def lasting_sign_ins(user: User) -> QuerySet[SignInSession]:
    """Return where an account is signed in now."""
    lasting = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows: QuerySet[SignInSession] = SignInSession.objects.filter(
        user=user, session_key__in=lasting
    ).order_by("-signed_in_at")
    return rows
