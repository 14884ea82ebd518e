"""Signing in by user name or phone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from partybuild.accounts.models import User
from partybuild.fields import keyed_hash
from partybuild.fields.codes import is_mobile, normalize_phone


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
        user = self._named(username)
        if user is None:
            # The work of one check, so that time does not tell who has an account.
            make_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of a session."""
        return User.objects.select_related("person").filter(pk=user_id, is_active=True).first()

    @staticmethod
    def _named(name: str) -> User | None:
        number = normalize_phone(name)
        if is_mobile(number):
            return User.objects.filter(phone_hash=keyed_hash(number, "phone")).first()
        return User.objects.filter(username=name.strip().lower()).first()
