"""Accounts: the list, one of them, opening, inviting, disabling."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, Reach, Refused, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.carriers import channels_to
from partybuild.accounts.forms.users import AccountForm, ContactForm, ReasonForm, UserFilter
from partybuild.accounts.models import User
from partybuild.accounts.queries.devices import factor_of
from partybuild.accounts.queries.holders import (
    account_state,
    masked_mail,
    masked_phone,
    open_invitation,
    posts_in_sight,
    vacancies,
)
from partybuild.accounts.queries.ranks import is_fresh, may_hand_over_a_way_in
from partybuild.accounts.services import (
    change_sign_in,
    disable_user,
    enable_user,
    invite,
    open_account,
    open_member_account,
    send_invitation,
)
from partybuild.accounts.step_up import require_step_up_of_administrators
from partybuild.accounts.views.appointments import import_url
from partybuild.audit.queries import history_of
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on
from partybuild.people.models import Person

# So many invitations fit on one page that is copied into a chat.
MOST_INVITED = 200


def _require_accounts(by: Actor) -> None:
    if not (may(by, "account.create") or may(by, "account.disable")):
        raise Refused("account.create")


def _find(request: HttpRequest, uid: uuid.UUID) -> User:
    by = actor_of(request)
    _require_accounts(by)
    user: User = get_object_or_404(
        User.objects.visible_to(by.scope).select_related("person"), uid=uid
    )
    return user


@require_GET
def user_list(request: HttpRequest) -> HttpResponse:
    """List the accounts in sight, by name."""
    by = actor_of(request)
    _require_accounts(by)
    form = UserFilter(request.GET, auto_id="filter_%s")
    rows = form.narrow(User.objects.visible_to(by.scope)).select_related("person")
    page = keyset_page(rows, order=("person__pinyin", "id"), params=request.GET)
    posts = posts_in_sight((user.person_id for user in page.rows), by)
    return render(
        request,
        "accounts/user_list.html",
        {
            "form": form,
            "count": rows.count(),
            "page": page,
            "lines": [
                {
                    "user": user,
                    "posts": posts.get(user.person_id, []),
                    "state": account_state(user),
                    "may_invite": user.is_active and user.last_login is None,
                }
                for user in page.rows
            ],
            "may_create": may(by, "account.create"),
            "opens_here": by.scope.cell("account.create").reach is Reach.EVERYWHERE,
            "may_appoint": may(by, "appointment.grant"),
            "import_url": import_url(by),
            "vacancies": vacancies()
            if by.scope.column in {"system_admin", "security_admin"}
            else [],
        },
    )


@require_GET
def user_detail(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Show an account: whose, how it signs in, which posts, what was done."""
    by = actor_of(request)
    user = _find(request, uid)
    may_create = may(by, "account.create", user)
    hands_over = may_create and may_hand_over_a_way_in(by, user)
    has_factor = factor_of(user) is not None
    return render(
        request,
        "accounts/user_detail.html",
        {
            "account": user,
            "state": account_state(user),
            "phone": masked_phone(user),
            "mail": masked_mail(user.mail),
            "posts": posts_in_sight([user.person_id], by).get(user.person_id, []),
            "invitation": open_invitation(user),
            "may_invite": hands_over,
            "is_fresh": is_fresh(user),
            "ways": ways_words(channels_to(user)) if may_create and user.is_active else "",
            "may_change": may_create and hands_over,
            "may_disable": may(by, "account.disable", user) and user.person_id != by.person_id,
            "has_factor": has_factor,
            "may_reset_factor": has_factor and may(by, "account.reset_factor", user),
            "history": [line.entry() for line in history_of(user, by.scope, limit=20)],
        },
    )


@require_http_methods(["GET", "POST"])
@sensitive_variables("url", "text")
def user_create(request: HttpRequest) -> HttpResponse:
    """Open an account without a post: the system administrator does, others appoint."""
    by = actor_of(request)
    require(by, "account.create")
    if by.scope.cell("account.create").reach is not Reach.EVERYWHERE:
        # Everybody else invites to a post.
        raise Refused("account.create")
    form = AccountForm(request.POST or None)
    if form.is_valid():
        try:
            user = open_account(by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(
                request, _("已为%(name)s开通账号，请把邀请发给本人。") % {"name": user}
            )
            return redirect("accounts:user-detail", user.uid)
    return render(
        request,
        "accounts/user_form.html",
        {"form": form},
        status=422 if form.is_bound else 200,
    )


@require_POST
def member_invite(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Open a member's account, so that it can be invited."""
    by = actor_of(request)
    require(by, "account.create")
    person = get_object_or_404(Person.objects.reached(by.scope, "account.create"), uid=uid)
    try:
        user = open_member_account(person, by=by)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect("accounts:user-list")
    return redirect("accounts:user-detail", user.uid)


def ways_words(channels: list[str]) -> str:
    """邮箱、手机短信: where a link goes."""
    words = {"mail": _("邮箱"), "sms": _("手机短信")}
    return "、".join(str(words.get(each, each)) for each in channels)


def invitation_text(user: User, url: str, posts: list[Any]) -> str:
    """Return the ready words for a chat."""
    post = posts[0].post if posts else ""
    return _(
        "%(name)s，您好。请点开下面的链接，开通%(product)s%(post)s账号。链接7天内有效，只能使用一次，请勿转发：\n%(url)s"
    ) % {
        "name": user.person.name,
        "product": settings.PRODUCT_NAME,
        "post": f"（{post}）" if post else "",
        "url": url,
    }


@require_POST
@sensitive_variables("url", "text")
def user_invite(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Make an invitation and show its text this once."""
    by = actor_of(request)
    user = _find(request, uid)
    require(by, "account.create", user)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
    if not is_fresh(user) and not reason:
        messages.error(request, _("此人已登录过，重新发链接请写明原因。"))
        return redirect("accounts:user-detail", user.uid)
    try:
        _link, url = invite(user, by=by, reason=reason)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect("accounts:user-detail", user.uid)
    posts = posts_in_sight([user.person_id], by).get(user.person_id, [])
    return _no_store(
        render(
            request,
            "accounts/user_invited.html",
            {"account": user, "text": invitation_text(user, url, posts)},
        )
    )


def _no_store(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def user_send(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Send an invitation to the account's own mail or phone; nobody here sees the link."""
    by = actor_of(request)
    user = _find(request, uid)
    require(by, "account.create", user)
    try:
        channels: list[str] = send_invitation(user, by=by)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(
            request,
            _("链接正发到本人%(ways)s，7天内有效。") % {"ways": ways_words(channels)},
        )
    return redirect("accounts:user-detail", user.uid)


@require_POST
@sensitive_variables("text", "lines", "url")
def users_invite(request: HttpRequest) -> HttpResponse:
    """Invite the chosen ones: one list to copy, or to each their own mail or phone."""
    by = actor_of(request)
    require(by, "account.create")
    users = _selected(request, by)
    lines, left, sent = [], [], 0
    posts = posts_in_sight((user.person_id for user in users), by)
    for user in users:
        try:
            if request.POST.get("way") == "send":
                send_invitation(user, by=by)
                sent += 1
            elif not is_fresh(user):
                left.append((user, _("已设置密码或登录过，请到其账号页办理。")))
            else:
                _link, url = invite(user, by=by)
                lines.append(invitation_text(user, url, posts.get(user.person_id, [])))
        except ValidationError as refused:
            left.append((user, "".join(refused.messages)))
    return _no_store(
        render(
            request,
            "accounts/users_invited.html",
            {
                "text": "\n\n".join(lines),
                "count": len(lines),
                "sent": sent,
                "left": left,
                "is_sent": request.POST.get("way") == "send",
            },
        )
    )


def _selected(request: HttpRequest, by: Actor) -> list[User]:
    wanted = []
    for text in request.POST.getlist("selected")[:MOST_INVITED]:
        try:
            wanted.append(uuid.UUID(text))
        except ValueError:
            continue
    return list(
        User.objects.reached(by.scope, "account.create")
        .filter(uid__in=wanted)
        .select_related("person")
        .order_by("person__pinyin", "id")
    )


@require_http_methods(["GET", "POST"])
def user_disable(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Disable an account, or let a disabled one sign in again, with a reason."""
    by = actor_of(request)
    user = _find(request, uid)
    require(by, "account.disable", user)
    require_step_up_of_administrators(request)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        service = disable_user if user.is_active else enable_user
        try:
            service(user, by=by, reason=form.cleaned_data["reason"])
        except ValidationError as refused:
            put_on(form, refused)
        else:
            done = (
                _("已恢复，可以重新登录。")
                if user.is_active
                else _("已停用，立即不能再登录和办理。")
            )
            messages.success(request, done)
            return redirect("accounts:user-detail", user.uid)
    return render(
        request,
        "accounts/user_disable.html",
        {"form": form, "account": user},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def user_change(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct where an account's links go."""
    by = actor_of(request)
    user = _find(request, uid)
    require(by, "account.create", user)
    form = ContactForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        try:
            change_sign_in(
                user,
                phone=values["phone"],
                mail=values["mail"] or user.mail,
                reason=values["reason"],
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("已修改，原来发出的链接不能再用。"))
            return redirect("accounts:user-detail", user.uid)
    return render(
        request,
        "accounts/user_change.html",
        {
            "form": form,
            "account": user,
            "phone": masked_phone(user),
            "mail": masked_mail(user.mail),
        },
        status=422 if form.is_bound else 200,
    )
