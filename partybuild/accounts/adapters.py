"""What django-allauth is told about our accounts: no mail address, our stages, our keys, our pages."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse

from partybuild.accounts.actors import source_of
from partybuild.fields.encryption import decrypt, encrypt

if TYPE_CHECKING:
    from partybuild.accounts.models import User

BACKEND = "partybuild.accounts.backends.NameOrPhoneBackend"
_SECRETS = "accounts.Authenticator"


class AccountAdapter(DefaultAccountAdapter):
    """allauth's steps of a sign-in, on our accounts."""

    def get_login_stages(self) -> list[str]:
        """Return the one step between password or link and the session."""
        return ["partybuild.accounts.stages.FactorStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address, believing only our own proxies."""
        return source_of(request)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Let everybody begin: whoever is disabled was refused before."""
        return None

    def login(self, request: HttpRequest, user: Any) -> None:
        """Begin the session, under a new id."""
        login(request, user, backend=BACKEND)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Write the sign-in down and lead on."""
        from partybuild.accounts.signing_in import signed_in

        return signed_in(
            request,
            user,
            next_url=kwargs.get("redirect_url") or "",
            **(kwargs.get("signal_kwargs") or {}),
        )


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of second factors: sealed as every personal field is, drawn without a third party."""

    def encrypt(self, text: str) -> str:
        """Seal a secret with SM4-GCM under the current key."""
        return base64.b64encode(encrypt(text, associated=_SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret under whichever key sealed it."""
        return decrypt(base64.b64decode(encrypted_text), associated=_SECRETS)

    def get_totp_issuer(self) -> str:
        """Return what the app on the phone shows as the place."""
        return str(settings.PRODUCT_NAME)

    def get_totp_label(self, user: User) -> str:
        """Return what the app on the phone shows as the account: no phone number."""
        return user.username or user.person.name

    def build_totp_svg(self, url: str) -> str:
        """Return the code as an inline drawing."""
        out = BytesIO()
        segno.make(url, error="m").save(
            out, kind="svg", scale=5, border=4, xmldecl=False, svgclass="qr", lineclass=None
        )
        return out.getvalue().decode()
