"""A new version of the privacy notice is read once, at the next sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from partybuild.people.services import has_seen_notice

DUE = "privacy_due"
# What is reached without having read it: the notice itself, help, leaving, and what has its own door.
_FREE = ("/privacy/", "/help/", "/api/", "/static/", "/ui/")


@receiver(user_logged_in)
def ask_once(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Remember in the session of a sign-in whether the notice in force is still unread."""
    # A session that no browser opened (a test, a command) has nobody to show it to.
    if request is None or not request.META.get("REQUEST_METHOD"):
        return
    person_id = getattr(user, "person_id", None)
    if person_id is not None and not has_seen_notice(person_id):
        request.session[DUE] = True


class PrivacyNoticeMiddleware:
    """Lead somebody who has just signed in to the notice, before the first page and not before a link's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Ask after the address is known: pages that need no sign-in are not in the way."""
        if (
            request.method != "GET"
            or request.path.startswith(_FREE)
            or not getattr(view, "login_required", True)
            or request.headers.get("HX-Request") == "true"
            or not request.session.get(DUE)
            or not request.user.is_authenticated
            or (
                request.resolver_match is not None and request.resolver_match.app_name == "accounts"
            )
        ):
            return None
        here = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('portal:privacy-first')}?{here}")
