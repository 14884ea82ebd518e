"""Signing in by user name or phone."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import JSONField, Subquery
from django.http import HttpRequest

from partybuild.accounts.models import SecurityPolicy, User
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile, normalize_phone


def normalize_name(name: str) -> str:
    """Return what a sign-in name is compared by: letter case, width and spaces do not matter."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()
    number = normalize_phone(plain)
    return number if is_mobile(number) else plain


def user_named(name: str) -> User | None:
    """Return the user with a phone or user name; one query whichever it is."""
    wanted = normalize_name(name)
    if is_mobile(wanted):
        users = User.objects.filter(phone_hash=keyed_hash(wanted, "phone"))
    else:
        users = User.objects.filter(username=wanted)
    found: User | None = users.select_related("person").first()
    return found


class NameOrPhoneBackend(BaseBackend):
    """Checks a password against the user with a user name or a person's phone."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Return the user, or None in the same time whether the name is known or not."""
        if username is None or password is None:
            return None
        user = user_named(username)
        if user is None:
            # The work of one check, so that time does not tell who has an account.
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of a session, with the policy that limits it, in one query."""
        only = SecurityPolicy.objects.all()
        found: User | None = (
            User.objects.select_related("person")
            .filter(pk=user_id, is_active=True)
            .annotate(
                policy_profile=Subquery(only.values("profile")[:1]),
                policy_figures=Subquery(only.values("figures")[:1], output_field=JSONField()),
            )
            .first()
        )
        return found
