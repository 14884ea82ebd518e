"""One's own account: password, second factor, where one is signed in."""

from __future__ import annotations

import uuid

from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partybuild.accounts.actors import actor_of
from partybuild.accounts.devices import device_hash
from partybuild.accounts.enums import EventKind
from partybuild.accounts.forms.sign_in import FactorSetUpForm, PasswordForm
from partybuild.accounts.models import User
from partybuild.accounts.passwords import password_help
from partybuild.accounts.policy import policy_of
from partybuild.accounts.queries.devices import factor_of, lasting_sign_ins
from partybuild.accounts.services.factors import (
    recovery_codes_left,
    remove_factor,
    renew_recovery_codes,
    set_up_factor,
)
from partybuild.accounts.services.passwords import change_password
from partybuild.accounts.services.sessions import (
    end_session,
    end_sessions,
    forget_device,
    note_sign_in,
)
from partybuild.accounts.services.tries import give_back
from partybuild.accounts.signing_in import (
    FACTOR,
    METHOD,
    PASSED,
    SIGNED_IN_AT,
    columns_of,
    first_thing,
    keep_this_session,
    renew_session_id,
    safe_next,
    seat_for,
)
from partybuild.accounts.step_up import (
    StepUpForm,
    is_stepped_up,
    prove,
    require_step_up,
    step_up_page,
    too_many_words,
)
from partybuild.accounts.views.sessions import MOST_TYPED

# The secret that a phone is being taught, sealed, until its first code proves it.
_SECRET = "factor_secret"
# After a link, so long may a first password be set without an old one.
_LINK_MINUTES = 30


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show one's own password, second factor, and sign-ins."""
    user = _me(request)
    rules = policy_of(request)
    factor = factor_of(user)
    key = request.session.session_key
    return render(
        request,
        "accounts/security.html",
        {
            "has_password": user.has_usable_password(),
            "password_changed_at": user.password_changed_at,
            "factor": factor,
            "codes_left": recovery_codes_left(user) if factor else 0,
            "needs_factor": bool(columns_of(request) & rules.factor_columns),
            "sign_ins": [(row, row.session_key == key) for row in lasting_sign_ins(user)],
            "devices": user.devices.filter(trusted_until__gt=timezone.now()).order_by(
                "-last_used_at"
            ),
            "this_device": device_hash(request),
            "rules": rules,
        },
    )


def _came_by_link(request: HttpRequest) -> bool:
    began = float(request.session.get(SIGNED_IN_AT, 0))
    is_fresh = timezone.now().timestamp() - began < _LINK_MINUTES * 60
    return is_fresh and request.session.get(METHOD) in {"link", "invite", "reset"}


@sensitive_post_parameters("old", "new", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; also the page that a first sign-in leads to."""
    user = _me(request)
    if any(len(value) > MOST_TYPED for values in request.POST.lists() for value in values[1]):
        raise BadRequest
    by_link = _came_by_link(request)
    asks_old = user.has_usable_password() and not by_link
    can_set = asks_old or by_link
    form = PasswordForm(
        request.POST or None, asks_old=asks_old, rules=password_help(policy_of(request))
    )
    status, wait = (422 if form.is_bound else 200), 0
    if request.method == "POST" and can_set and form.is_valid():
        wait = _check_old(request, user, form) if asks_old else 0
        if not form.errors:
            try:
                change_password(
                    user,
                    password=form.cleaned_data["new"],
                    by=actor_of(request),
                    but_session_key=request.session.session_key or "",
                    but_token_hash=device_hash(request),
                )
            except ValidationError as refused:
                form.add_error("new", refused)
            else:
                keep_this_session(request, user)
                messages.success(request, _("密码已修改，其他设备上的登录已全部退出。"))
                return redirect(_next(request, "accounts:security"))
        status = 429 if wait else 422
    response = render(
        request,
        "accounts/password_change.html",
        {
            "form": form,
            "can_set": can_set,
            "is_first": user.must_change_password,
            "is_forced": first_thing(request) == "accounts:password-change",
            "has_password": user.has_usable_password(),
            "next": request.POST.get("next") or request.GET.get("next", ""),
        },
        status=status,
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _check_old(request: HttpRequest, user: User, form: PasswordForm) -> int:
    """Check the old password as a try to sign in; returns how long to wait."""
    seat = seat_for(request, user)
    right = check_password(form.cleaned_data["old"], user.password)
    if seat.is_refused:
        form.add_error(None, too_many_words(seat.wait_seconds))
    elif not right:
        form.add_error("old", _("现在的密码不对，请核对后重新填写。"))
    else:
        give_back(seat)
        return 0
    note_sign_in(user, by=actor_of(request), succeeded=False, kind=EventKind.STEP_UP_FAILED)
    return seat.wait_seconds


@sensitive_post_parameters("code")
@sensitive_variables("secret", "codes")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor_set_up(request: HttpRequest) -> HttpResponse:
    """Set a second factor up in three steps: install an app, scan, type the first code."""
    user = _me(request)
    if factor_of(user) is not None:
        if first_thing(request) == "accounts:factor-set-up":
            return redirect(f"{reverse('accounts:step-up')}?next={_next(request, 'portal:home')}")
        return redirect("accounts:security")
    _ask_again_unless_fresh(request)
    mfa = get_mfa_adapter()
    sealed = request.session.get(_SECRET)
    form = FactorSetUpForm(request.POST if "code" in request.POST else None)
    status = 200
    if request.method == "POST" and not (sealed and form.is_bound):
        request.session[_SECRET] = mfa.encrypt(generate_totp_secret())
        return redirect(f"{request.path}?next={_next(request, 'accounts:security')}")
    if request.method == "POST" and sealed:
        status = 422
        if form.is_valid():
            try:
                codes = set_up_factor(
                    user,
                    secret=mfa.decrypt(sealed),
                    code=form.cleaned_data["code"],
                    by=actor_of(request),
                )
            except ValidationError as refused:
                form.add_error("code", refused)
            else:
                del request.session[_SECRET]
                request.session[FACTOR] = PASSED
                renew_session_id(request)
                return _codes_page(request, codes, is_new=True)
    secret = mfa.decrypt(sealed) if sealed else ""
    return render(
        request,
        "accounts/factor_set_up.html",
        {
            "form": form,
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
            # Drawn by segno from our own text.
            "drawing": mark_safe(mfa.build_totp_svg(mfa.build_totp_url(user, secret)))  # noqa: S308
            if secret
            else "",
            "is_forced": first_thing(request) == "accounts:factor-set-up",
            "next": request.POST.get("next") or request.GET.get("next", ""),
        },
        status=status,
    )


def _ask_again_unless_fresh(request: HttpRequest) -> None:
    """Right after a sign-in nobody is asked again; later a stolen session sets no factor of its own up."""
    began = float(request.session.get(SIGNED_IN_AT, 0))
    minutes = policy_of(request).step_up_minutes
    if timezone.now().timestamp() - began >= minutes * 60 and _me(request).has_usable_password():
        require_step_up(request)


def _codes_page(request: HttpRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    response = render(
        request,
        "accounts/factor_codes.html",
        {
            "codes": [f"{code[:4]} {code[4:]}" for code in codes],
            "is_new": is_new,
            "next": _next(request, "accounts:security"),
            "name": _me(request).person.name,
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes and show them this once."""
    user = _me(request)
    if factor_of(user) is None:
        return redirect("accounts:security")
    require_step_up(request)
    if request.method == "POST":
        return _codes_page(request, renew_recovery_codes(user, by=actor_of(request)), is_new=False)
    return render(request, "accounts/factor_codes_renew.html", {"left": recovery_codes_left(user)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor_remove(request: HttpRequest) -> HttpResponse:
    """Take one's own second factor away, where no post of one's own needs it."""
    user = _me(request)
    if factor_of(user) is None:
        return redirect("accounts:security")
    is_needed = bool(columns_of(request) & policy_of(request).factor_columns)
    if not is_needed:
        require_step_up(request)
    if request.method == "POST" and not is_needed:
        remove_factor(user, by=actor_of(request))
        request.session[FACTOR] = ""
        messages.success(request, _("动态验证码已停用。"))
        return redirect("accounts:security")
    return render(
        request,
        "accounts/factor_remove.html",
        {"is_needed": is_needed},
        status=409 if request.method == "POST" else 200,
    )


@require_POST
def session_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """End one of one's own sign-ins."""
    row = get_object_or_404(_me(request).sign_ins, uid=uid)
    end_session(row, by=actor_of(request))
    messages.success(request, _("该设备上的登录已退出。"))
    return redirect("accounts:security")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = _me(request)
    end_sessions(user, by=actor_of(request), but_session_key=request.session.session_key or "")
    keep_this_session(request, user)
    messages.success(request, _("其他设备上的登录已全部退出。"))
    return redirect("accounts:security")


@require_POST
def device_forget(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Ask the second factor on one of one's own devices again."""
    device = get_object_or_404(_me(request).devices, uid=uid)
    forget_device(device, by=actor_of(request))
    messages.success(request, _("已移除，该设备下次登录要填动态验证码。"))
    return redirect("accounts:security")


@sensitive_post_parameters("step_up_password", "step_up_code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """Ask again who one is, then go back to where one was."""
    there = _next(request, "accounts:security")
    if request.method == "POST":
        if any(len(value) > MOST_TYPED for values in request.POST.lists() for value in values[1]):
            raise BadRequest
        return prove(request, action=request.get_full_path()) or redirect(there)
    if is_stepped_up(request) and first_thing(request) != "accounts:factor-set-up":
        return redirect(there)
    return step_up_page(
        request, StepUpForm(user=_me(request)), action=request.get_full_path(), status=200
    )


def _next(request: HttpRequest, otherwise: str) -> str:
    wanted = request.POST.get("next") or request.GET.get("next")
    return safe_next(request, wanted) if wanted else reverse(otherwise)
