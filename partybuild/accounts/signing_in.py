"""One way in: whatever opened the door, a sign-in is finished here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginStage, LoginStageController
from django.contrib.auth import SESSION_KEY, authenticate, logout, update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from partybuild.access import Actor
from partybuild.access.roles import column_of
from partybuild.accounts.actors import actor_of, posts_of, source_of
from partybuild.accounts.backends import normalize_name, user_named
from partybuild.accounts.devices import device_hash, device_label, keep_token, new_token
from partybuild.accounts.enums import EventKind
from partybuild.accounts.models import Appointment, User
from partybuild.accounts.policy import policy, policy_of
from partybuild.accounts.queries.devices import factor_of, known_device
from partybuild.accounts.reading import carry_on, chosen_before
from partybuild.accounts.services.factors import use_code
from partybuild.accounts.services.sessions import (
    keep_elder_mode,
    note_sign_in,
    note_sign_out,
    open_sign_in,
    rename_session,
)
from partybuild.accounts.services.tries import Seat, give_back, take_seat
from partybuild.accounts.stages import FactorStage
from partybuild.fields import keyed_hash

# What a session remembers of how it began.
SIGNED_IN_AT = "signed_in_at"
FACTOR = "factor"
METHOD = "method"
# The values of FACTOR: passed in this session, or not asked.
PASSED = "passed"


@dataclass(frozen=True)
class Tried:
    """What a try came to: a user, or how long one has to wait."""

    user: User | None = None
    wait_seconds: int = 0
    # The second factor was given in the same form.
    factor_passed: bool = False


def account_key(user: User | None, name: str) -> str:
    """Return what is counted for an account: both its names are one, and unknown names are counted too."""
    return f"user:{user.pk}" if user is not None else f"name:{normalize_name(name)}"


def seat_for(request: HttpRequest, user: User | None, *, name: str = "", kind: str = "") -> Seat:
    """Count a try of this browser for an account."""
    device = known_device(request, user)
    return take_seat(
        account=kind + account_key(user, name),
        source=source_of(request),
        device=device.token_hash if device is not None else "",
    )


def try_password(request: HttpRequest, *, name: str, password: str, code: str = "") -> Tried:
    """Check name and password; the same work and the same answer whether the name is known or not.

    While an account or address is locked, only the right password together with the right code of
    the second factor opens: whoever locks a colleague out on purpose gains nothing, and learns
    nothing about the password.
    """
    user = user_named(name)
    seat = seat_for(request, user, name=name)
    right = authenticate(request, username=name, password=password)
    by = anonymous(request)
    if not isinstance(right, User):
        kind = EventKind.SIGN_IN_LOCKED if seat.is_refused else ""
        note_sign_in(user, by=by, succeeded=False, kind=kind)
        return Tried(wait_seconds=seat.wait_seconds)
    if not seat.is_refused:
        give_back(seat)
        return Tried(user=right)
    if code and use_code(right, code):
        return Tried(user=right, factor_passed=True)
    note_sign_in(user, by=by, succeeded=False, kind=EventKind.SIGN_IN_LOCKED)
    return Tried(wait_seconds=seat.wait_seconds)


def anonymous(request: HttpRequest) -> Actor:
    """Return the actor of somebody who has not signed in."""
    return Actor.anonymous(request_id=getattr(request, "request_id", ""), source=source_of(request))


@transaction.atomic
def finish_sign_in(
    request: HttpRequest,
    user: User,
    *,
    method: str,
    next_url: str = "",
    factor_passed: bool = False,
) -> HttpResponse:
    """Sign a user in who has shown a password or a link; first the second factor where there is one.

    method: password, link, invite or reset.
    """
    if not user.is_active:
        raise PermissionDenied
    if SESSION_KEY in request.session:
        if isinstance(request.user, User):
            sign_out_here(request)
        request.session.flush()
    clear_login(request)
    # A new id before the second factor is asked, and another one after it.
    request.session.cycle_key()
    record_authentication(request, user, method=method)
    login = Login(
        user=user,
        redirect_url=next_url or None,
        signal_kwargs={"method": method, "remember": False},
    )
    if factor_passed:
        LoginStageController(request, login).set_handled(FactorStage.key)
    return perform_login(request, login)


def pending_factor(request: HttpRequest) -> LoginStage | None:
    """Return the step of a sign-in that waits for its second factor."""
    get_adapter(request)
    stage: LoginStage | None = LoginStageController.enter(request, FactorStage.key)
    return stage


@transaction.atomic
def finish_factor(request: HttpRequest, stage: LoginStage, *, remember: bool) -> HttpResponse:
    """Go on with a sign-in whose second factor was right."""
    stage.login.signal_kwargs = {**(stage.login.signal_kwargs or {}), "remember": remember}
    response: HttpResponse = stage.exit()
    return response


@transaction.atomic
def signed_in(
    request: HttpRequest, user: User, *, next_url: str, method: str, remember: bool
) -> HttpResponse:
    """Keep what a session that has just begun needs; called by the adapter at the end of every way in."""
    request.actor = request.posts = request._policy = None  # type: ignore[attr-defined]
    request.session[METHOD] = method
    request.session[FACTOR] = PASSED if factor_of(user) is not None else ""
    token = new_token()
    open_sign_in(
        user,
        session_key=request.session.session_key or "",
        method=method,
        label=device_label(request),
        source=source_of(request),
        token_hash=keyed_hash(token, "device"),
        old_token_hash=device_hash(request),
        trust_days=policy().device_days if remember else 0,
        by=actor_of(request),
    )
    chosen = chosen_before(request)
    if chosen is not None:
        keep_elder_mode(user, is_on=chosen, by=actor_of(request))
    response = redirect(safe_next(request, next_url))
    keep_token(response, token)
    carry_on(response, is_large=user.elder_mode)
    return response


def stamp_session(*, request: HttpRequest, **kwargs: object) -> None:
    """Write into a session when it began: its absolute limit counts from there."""
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()
    request.session.set_expiry(policy().absolute_hours * 3600)


@transaction.atomic
def sign_out_here(request: HttpRequest, *, kind: str = "") -> None:
    """End this session on the server."""
    if isinstance(request.user, User):
        key = request.session.session_key or ""
        note_sign_out(request.user, by=actor_of(request), session_key=key, kind=kind)
    logout(request)
    request.actor = request.posts = None  # type: ignore[attr-defined]


@transaction.atomic
def renew_session_id(request: HttpRequest) -> None:
    """Give this session a new id: what was copied before is worth nothing."""
    old = request.session.session_key or ""
    request.session.cycle_key()
    rename_session(old_key=old, new_key=request.session.session_key or "")


@transaction.atomic
def keep_this_session(request: HttpRequest, user: User) -> None:
    """Bind this session to a new password or epoch, under a new id; all others are over."""
    old = request.session.session_key or ""
    update_session_auth_hash(request, user)
    rename_session(old_key=old, new_key=request.session.session_key or "")


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Return where to go: only to a page of ours, and only as a path."""
    if not _is_ours(request, wanted):
        return reverse("portal:home")
    parts = urlsplit(wanted)
    path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    return path if path.startswith("/") and _is_ours(request, path) else reverse("portal:home")


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


# -- What must come first -------------------------------------------------------------------


def columns_of(request: HttpRequest) -> set[str]:
    """Return the columns of access.csv of all posts that the signed-in person holds."""
    return {column_of(post.role, _level(post)) for post in posts_of(request)}


def _level(post: Appointment) -> int | None:
    area = post.organization.area if post.organization is not None else None
    return area.level if area is not None else None


def first_thing(request: HttpRequest) -> str:
    """Return the name of the page that must come before all others, "" for none."""
    user = request.user
    assert isinstance(user, User)
    rules = policy_of(request)
    if user.must_change_password:
        return "accounts:password-change"
    if request.session.get(METHOD) == "password" and rules.password_max_days:
        since = user.password_changed_at or user.created_at
        is_old = (timezone.now() - since).days >= rules.password_max_days
        if is_old and columns_of(request) & rules.rotation_columns:
            return "accounts:password-change"
    needs = rules.factor_columns and request.session.get(FACTOR) != PASSED
    if needs and columns_of(request) & rules.factor_columns:
        return "accounts:factor-set-up"
    return ""
