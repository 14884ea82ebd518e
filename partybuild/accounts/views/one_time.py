"""Ways in without a password: an invitation, a link by mail or phone, a reset."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from partybuild.access.roles import column_of
from partybuild.accounts.backends import user_named
from partybuild.accounts.carriers import channels
from partybuild.accounts.enums import LinkPurpose
from partybuild.accounts.exceptions import OneTimeLinkUnusable
from partybuild.accounts.forms.users import EnterForm, WayInForm
from partybuild.accounts.models import OneTimeLink
from partybuild.accounts.policy import UNIT_COLUMNS
from partybuild.accounts.queries.ranks import open_posts
from partybuild.accounts.services import send_way_in, use_one_time_link
from partybuild.accounts.services.one_time import read_one_time_link
from partybuild.accounts.signing_in import anonymous, finish_sign_in, safe_next, seat_for
from partybuild.accounts.views.users import ways_words
from partybuild.fields.codes import mask_name
from partybuild.people.enums import Way
from partybuild.people.services import note_notice_seen

# Everybody else comes every week and types a password; these come once a quarter.
WITHOUT_PASSWORD = UNIT_COLUMNS | {"member"}
_METHODS = {LinkPurpose.INVITE: "invite", LinkPurpose.SIGN_IN: "link", LinkPurpose.RESET: "reset"}


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def way_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link to one's mail or phone; the answer is the same for everybody."""
    purpose = LinkPurpose.RESET if request.GET.get("for") == "reset" else LinkPurpose.SIGN_IN
    form = WayInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"].replace("\x00", "")
        # Every asking is counted, whether the name is known or not.
        seat = seat_for(request, user_named(name), name=name, kind="link:")
        if seat.is_refused:
            form.add_error(
                None,
                _("申请次数较多。请先查收已发出的链接，或%(minutes)d分钟后再试。")
                % {"minutes": max(1, seat.wait_seconds // 60)},
            )
            return _ask(request, form, purpose, status=429)
        send_way_in(name, purpose=purpose, by=anonymous(request), next_path=_wanted(request))
        return redirect(reverse("accounts:way-in") + "?sent=1")
    if request.GET.get("sent"):
        return render(request, "accounts/way_in_sent.html", {"ways": ways_words(channels())})
    return _ask(request, form, purpose, status=422 if form.is_bound else 200)


def _ask(request: HttpRequest, form: WayInForm, purpose: str, *, status: int) -> HttpResponse:
    return render(
        request,
        "accounts/way_in.html",
        {
            "form": form,
            "is_reset": purpose == LinkPurpose.RESET,
            "ways": ways_words(channels()),
            "next": _wanted(request),
        },
        status=status,
    )


def _wanted(request: HttpRequest) -> str:
    """Return the page somebody was going to, "" for none."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    return safe_next(request, wanted) if wanted else ""


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def one_time_open(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose way in this is; only the press of its button uses it (scanners open links)."""
    try:
        link = read_one_time_link(token)
        form = None
        if link.purpose == LinkPurpose.INVITE:
            # Without its tick the form is empty, and still sent.
            form = EnterForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and (form is None or form.is_valid()):
            return _enter(request, link)
    except OneTimeLinkUnusable as unusable:
        return render(
            request,
            "accounts/one_time_unusable.html",
            {"reason": unusable.reason},
            status=410,
        )
    posts = open_posts(link.user.person)
    # The invitation greets by name; a link that anybody may ask for shows less.
    name = link.user.person.name
    return render(
        request,
        "accounts/one_time.html",
        {
            "form": form,
            "purpose": link.purpose,
            "name": name if link.purpose == LinkPurpose.INVITE else mask_name(name),
            "posts": posts if link.purpose == LinkPurpose.INVITE else [],
        },
        status=422 if form is not None and form.is_bound else 200,
    )


@transaction.atomic
def _enter(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    user = use_one_time_link(link, by=anonymous(request))
    if link.purpose == LinkPurpose.INVITE:
        # The tick is the reading of the notice: nobody is asked twice.
        oneself = replace(
            anonymous(request), user_id=user.pk, person_id=user.person_id, name=user.person.name
        )
        note_notice_seen(user.person, how=Way.SIGN_IN, by=oneself)
    columns = {
        column_of(
            post.role,
            post.organization.area.level if post.organization and post.organization.area else None,
        )
        for post in open_posts(user.person)
    }
    wants_password = link.purpose == LinkPurpose.RESET or (
        link.purpose == LinkPurpose.INVITE and bool(columns - WITHOUT_PASSWORD)
    )
    if link.purpose == LinkPurpose.INVITE:
        messages.success(
            request,
            _("欢迎使用。下次登录：在登录页点“不用密码，发登录链接”，或先在“账号安全”里设置密码。"),
        )
    after = reverse("accounts:password-change") if wants_password else link.next_path
    return finish_sign_in(request, user, method=_METHODS[LinkPurpose(link.purpose)], next_url=after)
