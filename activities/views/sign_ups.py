"""Signing up and stepping back, by oneself and by proxy."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities.enums import STANDING, SignUpState
from activities.forms.activities import ProxyForm, WithdrawForm, WithdrawProxyForm
from activities.models import Activity, SignUp
from activities.queries import queue_position
from activities.queries.places import audience_places, standing_members
from activities.services import excuse, sign_up, withdraw_sign_up
from activities.views.activities import find_activity, own_member, page_of
from members.models import MemberPlace, PartyMember
from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import now
from partybuild.fields.refusals import put_on


@require_POST
def sign_up_own(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign oneself up in one press."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.sign_up")
    member = own_member(by)
    if member is None:
        raise Refused("activity.sign_up")
    try:
        row = sign_up(activity, member=member, by=by)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(activity)
    row.refresh_from_db()
    if row.state == SignUpState.WAITING:
        messages.success(
            request,
            _("名额已满，您排在候补第%(number)d位；有人退出时自动补上，并通知您。")
            % {"number": queue_position(row)},
        )
    else:
        messages.success(request, _("报名成功。不能参加时，在这一页按“来不了”。"))
    return redirect(activity)


@require_POST
def withdraw_own(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Step back in one press."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.sign_up")
    rows = SignUp.objects.reached(by.scope, "activity.sign_up").filter(
        activity=activity, state__in=STANDING
    )
    row = rows.select_related("activity__leader", "activity__organizer").first()
    form = WithdrawForm(request.POST)
    if row is None:
        messages.error(request, _("没有可以退出的报名，请刷新页面后再看。"))
        return redirect(activity)
    if form.is_valid():
        try:
            has_begun = _step_back(row, by=by, reason=form.cleaned_data["reason"])
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(
                request,
                _("已请假，并告诉了活动负责人。")
                if has_begun
                else _("已退出，并告诉了活动负责人。"),
            )
        return redirect(activity)
    return page_of(request, by, activity, withdraw_form=form)


def _step_back(row: SignUp, *, by: Actor, reason: str, channel: str = "") -> bool:
    """Give the place back before the start, be excused after it; returns which."""
    if now() > row.activity.starts_at:
        excuse(row, by=by, reason=reason, channel=channel)
        return True
    withdraw_sign_up(row, by=by, reason=reason, channel=channel)
    return False


def _offered(by: Actor, activity: Activity) -> Any:
    """Return the members in sight whom this post may sign up and who have not."""
    places = MemberPlace.objects.visible_to(by.scope).filter(audience_places(activity)).order_by()
    return (
        PartyMember.objects.visible_to(by.scope)
        .filter(pk__in=places.values("member"))
        .exclude(pk__in=standing_members(activity))
        .select_related("person")
        .order_by("person__sort", "person__name", "id")
    )


@require_http_methods(["GET", "POST"])
def sign_up_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Sign others up who said so elsewhere."""
    by = actor_of(request)
    activity = find_activity(by, uid)
    require(by, "activity.sign_up_proxy")
    members = _offered(by, activity)
    form = ProxyForm(request.POST or None, members=members, area=activity.community)
    if form.is_valid():
        waiting, left, done = 0, [], 0
        for member in form.cleaned_data["members"]:
            try:
                row = sign_up(activity, member=member, by=by, channel=form.cleaned_data["channel"])
            except ValidationError as refused:
                left.append(f"{member.person.name}：{' '.join(refused.messages)}")
            else:
                done += 1
                waiting += row.state == SignUpState.WAITING
        if done:
            messages.success(
                request,
                _("已替%(done)d人报名，其中候补%(waiting)d人。")
                % {"done": done, "waiting": waiting},
            )
        for sentence in left:
            messages.warning(request, sentence)
        return redirect(activity)
    context = {"form": form, "activity": activity, "is_nobody": not members.exists()}
    return render(
        request,
        "activities/sign_up_proxy.html",
        context,
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "POST"])
def withdraw_proxy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take somebody off who said so elsewhere, and how they said it."""
    by = actor_of(request)
    require(by, "activity.sign_up_proxy")
    row = get_object_or_404(
        SignUp.objects.visible_to(by.scope).select_related(
            "activity__leader", "activity__organizer", "activity__community__parent"
        ),
        uid=uid,
    )
    form = WithdrawProxyForm(request.POST or None, area=row.activity.community)
    if form.is_valid():
        try:
            has_begun = _step_back(row, by=by, **form.cleaned_data)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            said = _("已替%(name)s请假。") if has_begun else _("已替%(name)s退出。")
            messages.success(request, said % {"name": row.member_name})
            return redirect(row.activity)
    return render(
        request,
        "activities/withdraw_proxy.html",
        {
            "form": form,
            "row": row,
            "activity": row.activity,
            "has_begun": now() > row.activity.starts_at,
        },
        status=422 if form.is_bound else 200,
    )
