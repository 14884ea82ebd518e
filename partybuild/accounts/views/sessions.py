"""Signing in, signing out, switching the post."""

from __future__ import annotations

import uuid

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from partybuild.access import Actor
from partybuild.accounts.actors import POST_KEY, actor_of, source_of
from partybuild.accounts.forms import SignInForm
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.services import note_sign_in, note_sign_out, switch_post
from partybuild.calendar import today
from partybuild.fields import keyed_hash
from partybuild.fields.codes import normalize_phone

# By account 5 tries in 15 minutes, by source 100 in an hour: an office shares one address.
_LIMITS = (("account", 5, 15 * 60), ("source", 100, 3600))


@sensitive_post_parameters("password")
@never_cache
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by phone or user name and password."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _blocked(request, form.cleaned_data["name"]):
            form.add_error(None, _("尝试次数过多，请15分钟后再试，或联系管理员重置密码。"))
            return render(
                request,
                "accounts/sign_in.html",
                {"form": form, "next": request.POST.get("next", "")},
                status=429,
            )
        user = authenticate(
            request,
            username=form.cleaned_data["name"],
            password=form.cleaned_data["password"],
        )
        by = Actor.anonymous(
            request_id=getattr(request, "request_id", ""), source=source_of(request)
        )
        if isinstance(user, User):
            _clear(form.cleaned_data["name"])
            login(request, user)
            request.actor = None  # type: ignore[attr-defined]
            note_sign_in(user, by=actor_of(request))
            return redirect(_next(request))
        note_sign_in(None, by=by, succeeded=False)
        _count(request, form.cleaned_data["name"])
        form.add_error(None, _("手机号（用户名）或密码不对，请核对后重新填写。"))
    status = 422 if form.is_bound else 200
    return render(
        request,
        "accounts/sign_in.html",
        {"form": form, "next": request.POST.get("next") or request.GET.get("next", "")},
        status=status,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server; nothing stays in the browser."""
    if isinstance(request.user, User):
        note_sign_out(request.user, by=actor_of(request))
    logout(request)
    response = redirect("accounts:sign-in")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_POST
def post_switch(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own posts."""
    by, user = actor_of(request), request.user
    assert isinstance(user, User)
    try:
        wanted = uuid.UUID(request.POST.get("to", ""))
    except ValueError:
        raise Http404 from None
    appointment = get_object_or_404(
        Appointment.objects.filter(person=user.person_id).current(today()), uid=wanted
    )
    switch_post(user, appointment=appointment, by=by)
    request.session[POST_KEY] = str(appointment.uid)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("portal:home")


def _keys(request: HttpRequest, name: str) -> dict[str, str]:
    return {"account": _account_key(name), "source": f"sign-in:source:{source_of(request)}"}


def _account_key(name: str) -> str:
    return "sign-in:account:" + keyed_hash(normalize_phone(name).lower(), "sign-in")


def _blocked(request: HttpRequest, name: str) -> bool:
    keys = _keys(request, name)
    return any(cache.get(keys[kind], 0) >= most for kind, most, _seconds in _LIMITS)


def _count(request: HttpRequest, name: str) -> None:
    keys = _keys(request, name)
    for kind, _most, seconds in _LIMITS:
        cache.add(keys[kind], 0, seconds)
        cache.incr(keys[kind])


def _clear(name: str) -> None:
    cache.delete(_account_key(name))
