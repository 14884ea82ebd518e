"""Signing in as people do: passwords, codes of a phone, browsers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from partybuild.access import Actor
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.services.factors import set_up_factor
from partybuild.accounts.services.policy import edit_policy
from partybuild.people.services.privacy import note_notice_seen

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GOOD = "Tall Tree 77"
SYSTEM = Actor.system("test")


def account(appointment: Appointment, *, username: str, password: str = GOOD) -> User:
    """Give the holder of a post a user name and a password that is in use already."""
    user = appointment.person.user
    user.username = username
    user.password = make_password(password)
    user.save()
    # Read once by everybody at a first sign-in; tried by its own tests.
    note_notice_seen(user.person, by=SYSTEM)
    return user


def code_at(secret: str = SECRET, *, step: int = 0) -> str:
    """Return what the phone shows now, or some steps of 30 seconds away."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@contextmanager
def clock_stopped() -> Iterator[time_machine.Coordinates]:
    """Stop this process's clock: no half minute ends between a code and the look at it."""
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        yield clock


def give_factor(user: User) -> list[str]:
    """Set a second factor up, by a code of the step before; returns the recovery codes."""
    with clock_stopped():
        return set_up_factor(user, secret=SECRET, code=code_at(step=-1), by=SYSTEM)


def secret_of(user: User) -> str:
    """Return what the account's phone was taught."""
    row = Authenticator.objects.get(user=user, type="totp")
    return decrypt(row.data["secret"])


def sign_in(client: Client, name: str, password: str = GOOD, **more: Any) -> Any:
    """Send the sign-in form."""
    extra = {key: more.pop(key) for key in ("headers", "REMOTE_ADDR") if key in more}
    return client.post(
        reverse("accounts:sign-in"), {"name": name, "password": password, **more}, **extra
    )


def is_in(client: Client) -> bool:
    """Tell whether a browser is signed in: the page of notices is everybody's."""
    return client.get(reverse("notices:notice-list")).status_code == 200


def set_policy(**figures: Any) -> None:
    """Put figures in force."""
    profile = figures.pop("profile", "mlps")
    edit_policy(profile=profile, figures=figures, reason="测试", by=SYSTEM)
