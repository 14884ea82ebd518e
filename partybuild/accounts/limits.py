"""How long a session lasts, and what must come first in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import User
from partybuild.accounts.policy import policy_of
from partybuild.accounts.signing_in import SIGNED_IN_AT, first_thing, safe_next, sign_out_here
from partybuild.accounts.step_up import StepUpNeeded

GetResponse = Callable[[HttpRequest], HttpResponse]
# When the browser last asked for something: signed, and bound to the session's id, so that
# reading a page need not write a row.
SEEN_COOKIE = "seen"
# Sent by pages themselves, not by their readers: these keep no session alive.
BY_ITSELF = ("X-Polling", "X-Autosave")


def is_by_itself(request: HttpRequest) -> bool:
    """Tell whether a page asked by itself, without its reader."""
    return any(request.headers.get(name) for name in BY_ITSELF)


def _signer(request: HttpRequest) -> Signer:
    return Signer(salt=f"partybuild.seen.{request.session.session_key}")


def _last_seen(request: HttpRequest) -> float:
    began = float(request.session.get(SIGNED_IN_AT, 0))
    try:
        seen = float(_signer(request).unsign(request.COOKIES.get(SEEN_COOKIE, "")))
    except (BadSignature, ValueError):
        return began
    return seen


class SessionLimitsMiddleware:
    """End a session after its idle or absolute time, to the second, and say so once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            self._end_if_over(request)
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            if not is_by_itself(request):
                self._note_seen(request, response)
        elif _leads_to_sign_in(response):
            return _kept_page(request) or response
        return response

    @staticmethod
    def _end_if_over(request: HttpRequest) -> None:
        rules = policy_of(request)
        now = timezone.now().timestamp()
        if now >= float(request.session.get(SIGNED_IN_AT, 0)) + rules.absolute_hours * 3600:
            words = _("您已登录%(hours)d小时，为保证安全，请重新登录。") % {
                "hours": rules.absolute_hours
            }
        elif now >= _last_seen(request) + rules.idle_minutes * 60:
            words = _("您已%(minutes)d分钟没有操作，为保证安全，请重新登录。") % {
                "minutes": rules.idle_minutes
            }
        else:
            return
        sign_out_here(request, kind=EventKind.SESSION_EXPIRED)
        request.user = AnonymousUser()
        if not is_by_itself(request) and not request.path.startswith("/api/"):
            messages.info(request, words)

    @staticmethod
    def _note_seen(request: HttpRequest, response: HttpResponse) -> None:
        response.set_cookie(
            SEEN_COOKIE,
            _signer(request).sign(f"{timezone.now().timestamp():.3f}"),
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def _leads_to_sign_in(response: HttpResponse) -> bool:
    place = response.headers.get("Location", "")
    return response.status_code == 302 and place.startswith(reverse("accounts:sign-in"))


def _kept_page(request: HttpRequest) -> HttpResponse | None:
    """Answer a part of a page, whose reader is signed out, without putting the sign-in page into it."""
    is_part = request.headers.get("HX-Request") or is_by_itself(request)
    if not is_part:
        return None
    response = render(request, "accounts/signed_out.html", status=401)
    if request.method == "GET" and not is_by_itself(request):
        here = request.headers.get("HX-Current-URL", "")
        there = safe_next(request, here)
        response["HX-Redirect"] = f"{reverse('accounts:sign-in')}?{urlencode({'next': there})}"
    return response


class FirstThingsMiddleware:
    """Lead to what must come first: a new password, setting up the second factor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let through what is public or belongs to the first things themselves."""
        if not isinstance(request.user, User) or SESSION_KEY not in request.session:
            return None
        match = request.resolver_match
        name = match.view_name if match else ""
        # REST asks for its own sign-in, so that Django's mark says nothing there.
        is_api = request.path.startswith("/api/")
        if name in ALWAYS or not (is_api or getattr(view, "login_required", True)):
            return None
        first = first_thing(request)
        if not first or name == first:
            return None
        if is_api:
            return JsonResponse(
                {"detail": _("请先在网页上登录，完成修改密码或开通动态验证码。")}, status=403
            )
        there = reverse(first)
        if request.method == "GET" and not is_by_itself(request):
            there += "?" + urlencode({"next": request.get_full_path()})
        response: HttpResponse = HttpResponseRedirect(there)
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204, headers={"HX-Redirect": there})
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a view that found that it needs the password again."""
        return exception.response if isinstance(exception, StepUpNeeded) else None


# What one may always do: leave, act in another post, prove who one is.
ALWAYS = frozenset(
    {
        "accounts:sign-out",
        "accounts:post-switch",
        "accounts:step-up",
    }
)
