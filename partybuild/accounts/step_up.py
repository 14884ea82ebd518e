"""Asking again who one is, before something that a stolen session must not do."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django import forms
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import User
from partybuild.accounts.policy import policy_of
from partybuild.accounts.queries.devices import factor_of
from partybuild.accounts.services.factors import use_code
from partybuild.accounts.services.sessions import note_sign_in
from partybuild.accounts.services.tries import give_back
from partybuild.accounts.signing_in import FACTOR, PASSED, renew_session_id, safe_next, seat_for

View = Callable[..., HttpResponse]
# Fields of the page that asks, carried beside those of the form that waits.
PASSWORD, CODE = "step_up_password", "step_up_code"
_OURS = frozenset({PASSWORD, CODE, "csrfmiddlewaretoken"})


class StepUpNeeded(Exception):
    """The answer that asks for the password again."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__("step up")
        self.response = response


class StepUpForm(forms.Form):
    """The password again, and the second factor where there is one."""

    step_up_password = forms.CharField(
        label=lazy("登录密码"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": lazy("请填写登录密码。")},
    )
    step_up_code = forms.CharField(
        label=lazy("动态验证码"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "data-width": "10"}
        ),
        help_text=lazy("手机验证器应用上现在显示的6位数字；手机不在身边时可填一个备用码。"),
        error_messages={"required": lazy("请填写动态验证码。")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if factor_of(user) is None:
            del self.fields[CODE]
        # Somebody who comes by link alone has the second factor to show, or sets a password first.
        if not user.has_usable_password():
            del self.fields[PASSWORD]


def is_stepped_up(request: HttpRequest) -> bool:
    """Tell whether this session proved again who it is, within the minutes of the policy."""
    user = request.user
    if not isinstance(user, User):
        return False
    records = [
        each for each in get_authentication_records(request, user) if each.get("reauthenticated")
    ]
    if not records:
        return False
    return time.time() - float(records[-1]["at"]) < policy_of(request).step_up_minutes * 60


def ask_step_up(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks, or None where nothing need be asked (any more)."""
    if is_stepped_up(request):
        return None
    here = request.get_full_path()
    if request.headers.get("HX-Request"):
        back = safe_next(request, request.headers.get("HX-Current-URL", ""))
        there = f"{reverse('accounts:step-up')}?{urlencode({'next': back})}"
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return HttpResponseRedirect(f"{reverse('accounts:step-up')}?{urlencode({'next': here})}")
    if not {PASSWORD, CODE} & set(request.POST):
        return step_up_page(request, _form(request), action=here)
    return prove(request, action=here)


def prove(request: HttpRequest, *, action: str) -> HttpResponse | None:
    """Check what was typed: None when it is right, else the page again."""
    user = request.user
    assert isinstance(user, User)
    form = _form(request, request.POST)
    if not form.fields or not form.is_valid():
        return step_up_page(request, form, action=action, status=422)
    seat = seat_for(request, user)
    if seat.is_refused:
        # The work of a check all the same.
        make_password(form.cleaned_data.get(PASSWORD, ""))
        note_sign_in(user, by=actor_of(request), succeeded=False, kind=EventKind.STEP_UP_FAILED)
        form.add_error(None, too_many_words(seat.wait_seconds))
        return step_up_page(request, form, action=action, status=429, wait=seat.wait_seconds)
    right = PASSWORD not in form.fields or check_password(
        form.cleaned_data[PASSWORD], user.password
    )
    if right and CODE in form.fields:
        right = bool(use_code(user, form.cleaned_data[CODE]))
    if not right:
        note_sign_in(user, by=actor_of(request), succeeded=False, kind=EventKind.STEP_UP_FAILED)
        form.add_error(None, _wrong_words(form))
        return step_up_page(request, form, action=action, status=422)
    give_back(seat)
    if CODE in form.fields:
        request.session[FACTOR] = PASSED
    renew_session_id(request)
    record_authentication(request, user, method="password", reauthenticated=True)
    note_sign_in(user, by=actor_of(request), kind=EventKind.STEPPED_UP)
    return None


def too_many_words(seconds: int) -> str:
    """Say how long to wait."""
    minutes = max(1, -(-seconds // 60))
    return _("连续填错次数过多，请%(minutes)d分钟后再试。") % {"minutes": minutes}


def _wrong_words(form: StepUpForm) -> str:
    if PASSWORD not in form.fields:
        return _("动态验证码不对或已经用过，请等手机上出现新的6位数字后再填。")
    if CODE in form.fields:
        return _("密码或动态验证码不对，请核对后重新填写。动态验证码每个只能用一次。")
    return _("密码不对，请核对后重新填写。")


def _form(request: HttpRequest, data: Any = None) -> StepUpForm:
    assert isinstance(request.user, User)
    return StepUpForm(data, user=request.user)


def step_up_page(
    request: HttpRequest, form: StepUpForm, *, action: str, status: int = 401, wait: int = 0
) -> HttpResponse:
    """Draw the page that asks; what was typed before waits in hidden fields."""
    assert isinstance(request.user, User)
    waiting = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OURS
        for value in values
    ]
    response = render(
        request,
        "accounts/step_up.html",
        {
            "form": form,
            "action": action,
            "waiting": waiting,
            "can_prove": bool(form.fields),
            "lost_files": bool(request.FILES),
            "minutes": policy_of(request).step_up_minutes,
        },
        status=status,
    )
    if wait:
        response["Retry-After"] = str(wait)
    return response


def require_step_up(request: HttpRequest) -> None:
    """Go on only if the session proved again who it is; inside a view, after `require`."""
    response = ask_step_up(request)
    if response is not None:
        raise StepUpNeeded(response)


def require_step_up_of_administrators(request: HttpRequest) -> None:
    """Ask whoever names and stops others everywhere: a stolen session of theirs opens every door."""
    if actor_of(request).scope.role == Role.SECURITY_ADMIN:
        require_step_up(request)


@overload
def step_up_required(view: View) -> View: ...
@overload
def step_up_required(*, key: str) -> Callable[[View], View]: ...
def step_up_required(view: View | None = None, *, key: str = "") -> Any:
    """Ask again who one is before a view; `key` is the line of access.csv that is asked first."""

    def decorate(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if key:
                require(actor_of(request), key)
            return ask_step_up(request) or inner(request, *args, **kwargs)

        return guarded

    return decorate(view) if view is not None else decorate
