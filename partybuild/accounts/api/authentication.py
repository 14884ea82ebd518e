"""Tokens bound to an appointment, and the session of a signed-in page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework import authentication, exceptions

from partybuild.accounts.actors import actor_of, actor_of_token
from partybuild.accounts.models import ApiToken, Appointment
from partybuild.calendar import today


class TokenAuthentication(KnoxAuthentication):
    """A knox token whose appointment must still run."""

    def authenticate(self, request: Any) -> Any:
        """Return (user, token) and put the token's actor on the request."""
        try:
            found = super().authenticate(request)
        except UnicodeDecodeError:
            raise exceptions.AuthenticationFailed(_("令牌已失效。")) from None
        if found is None:
            return None
        user, token = found
        runs = Appointment.objects.filter(pk=token.appointment_id).current(today())
        appointment = runs.select_related("organization__area", "person").first()
        if token.revoked_at is not None or appointment is None:
            raise exceptions.AuthenticationFailed(_("令牌已失效。"))
        token.appointment = appointment
        request._request.actor = actor_of_token(token, request=request._request)
        return user, token

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        """Refuse an expired token without deleting it: reading never writes."""
        return auth_token.expiry is None or auth_token.expiry < timezone.now()


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of a page, with its CSRF check; unknown callers get 401."""

    def authenticate(self, request: Any) -> Any:
        """Return (user, None) and put the actor of the chosen post on the request."""
        found = super().authenticate(request)
        if found is not None:
            actor_of(request._request)
        return found

    def authenticate_header(self, request: Any) -> str:
        """Name the scheme, so that DRF answers 401 and not 403."""
        return "Token"
