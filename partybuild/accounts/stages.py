"""The one step between password or link and the session."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from partybuild.accounts.queries.devices import is_remembered


class FactorStage(AuthenticateStage):
    """Asks for the second factor where there is one, unless the device is remembered."""

    urlname = "accounts:factor-ask"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Lead to the page that asks, or pass."""
        user: Any = self.login.user
        has_factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        if not has_factor or is_remembered(self.request, user):
            return None, True
        return HttpResponseRedirect(reverse(self.urlname)), True
