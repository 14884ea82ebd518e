"""Signing in, the second factor of a sign-in, signing out, switching the post."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from partybuild.accounts.actors import POST_KEY, actor_of
from partybuild.accounts.enums import EventKind
from partybuild.accounts.forms import SignInForm
from partybuild.accounts.forms.sign_in import FactorForm
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.policy import policy
from partybuild.accounts.services import switch_post
from partybuild.accounts.services.factors import use_code
from partybuild.accounts.services.sessions import note_sign_in
from partybuild.accounts.services.tries import give_back
from partybuild.accounts.signing_in import (
    anonymous,
    finish_factor,
    finish_sign_in,
    pending_factor,
    renew_session_id,
    safe_next,
    seat_for,
    sign_out_here,
    try_password,
)
from partybuild.accounts.step_up import too_many_words
from partybuild.calendar import today

# More than any form of ours has room for: refused before any work is done.
MOST_TYPED = 1000


@sensitive_post_parameters("password", "code")
@never_cache
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by phone or user name and password."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    if any(len(value) > MOST_TYPED for values in request.POST.lists() for value in values[1]):
        raise BadRequest
    form = SignInForm(request.POST or None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        tried = try_password(request, **form.cleaned_data)
        if tried.user is not None:
            return finish_sign_in(
                request,
                tried.user,
                method="password",
                next_url=_next(request),
                factor_passed=tried.factor_passed,
            )
        wait = tried.wait_seconds
        if wait:
            form.add_error(None, too_many_words(wait))
        else:
            form.add_error(None, _("手机号（用户名）或密码不对，请核对后重新填写。"))
    response = render(
        request,
        "accounts/sign_in.html",
        {
            "form": form,
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "asks_code": bool(wait),
        },
        status=429 if wait else 422 if form.is_bound else 200,
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response


@sensitive_post_parameters("code")
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def factor_ask(request: HttpRequest) -> HttpResponse:
    """Ask the second factor of somebody whose password or link was right."""
    stage = pending_factor(request)
    if stage is None:
        return redirect("accounts:sign-in")
    user = stage.login.user
    assert isinstance(user, User)
    form = FactorForm(request.POST or None, days=policy().device_days)
    wait = 0
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        # Recovery codes are longer, and counted for themselves: guessing one kind blocks not the other.
        kind = "totp:" if sum(sign.isdigit() for sign in code) <= 6 else "recovery:"
        seat = seat_for(request, user, kind=kind)
        wait = seat.wait_seconds
        if not wait and user.is_active and use_code(user, code):
            give_back(seat)
            return finish_factor(request, stage, remember=form.cleaned_data["remember"])
        note_sign_in(user, by=anonymous(request), succeeded=False, kind=EventKind.FACTOR_FAILED)
        if wait:
            form.add_error(None, too_many_words(wait))
        else:
            form.add_error("code", _("验证码不对或已经用过，请等手机上出现新的6位数字后再填。"))
    response = render(
        request,
        "accounts/factor_ask.html",
        {"form": form},
        status=429 if wait else 422 if form.is_bound else 200,
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server; nothing stays in the browser."""
    sign_out_here(request)
    messages.success(request, _("已退出登录。"))
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
    renew_session_id(request)
    request.session[POST_KEY] = str(appointment.uid)
    return redirect(_next(request))


def _next(request: HttpRequest) -> str:
    return safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
