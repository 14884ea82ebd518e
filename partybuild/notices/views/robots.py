"""The robots of one's own groups."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.notices.forms import RobotForm
from partybuild.notices.models import GroupRobot, Notice
from partybuild.notices.registry import groups_of
from partybuild.notices.services.robots import Group, end_robot, send_test_posting, set_robot
from partybuild.organizations.models import Organization


@require_GET
def robot_list(request: HttpRequest) -> HttpResponse:
    """Show the groups of one's own body that have a robot, and how the last posting went."""
    by = actor_of(request)
    require(by, "robot.edit")
    rows = list(
        GroupRobot.objects.visible_to(by.scope)
        .filter(organization=by.organization_id, ended_at=None)
        .select_related("organization")
    )
    last = {
        notice.robot_id: notice
        for notice in Notice.objects.visible_to(by.scope)
        .filter(robot__in=[row.pk for row in rows])
        .order_by("robot_id", "-id")
        .distinct("robot_id")
    }
    names = {group.uid: group.name for group in _groups(by)}
    context = {
        "rows": [(row, names.get(row.about_uid, ""), last.get(row.pk)) for row in rows],
    }
    return render(request, "notices/robot_list.html", context)


def _groups(by: Actor) -> list[Group]:
    return [
        Group(name=str(_("本单位工作群"))),
        *(Group(name=name, label=label, uid=uid) for label, uid, name in groups_of(by)),
    ]


@require_http_methods(["GET", "POST"])
def robot_create(request: HttpRequest) -> HttpResponse:
    """Set the robot of a group of one's own."""
    by = actor_of(request)
    require(by, "robot.edit")
    body = get_object_or_404(Organization.objects.visible_to(by.scope), pk=by.organization_id)
    form = RobotForm(request.POST or None, groups=_groups(by))
    if request.method == "POST" and form.is_valid():
        set_robot(body, by=by, **form.cleaned_data)
        messages.success(request, _("已保存。请按“发一条测试”，到群里看看。"))
        return redirect("notices:robot-list")
    return render(
        request, "notices/robot_form.html", {"form": form}, status=422 if form.is_bound else 200
    )


def _found(by: Actor, uid: uuid.UUID) -> GroupRobot:
    rows = GroupRobot.objects.visible_to(by.scope).filter(
        organization=by.organization_id, ended_at=None
    )
    return get_object_or_404(rows.select_related("organization__area"), uid=uid)


@require_POST
def robot_test(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Post a line into the group."""
    by = actor_of(request)
    robot = _found(by, uid)
    require(by, "robot.edit", target=robot)
    send_test_posting(robot, by=by)
    messages.success(request, _("测试消息已排队，一分钟内发到群里。没有收到的，刷新本页看原因。"))
    return redirect("notices:robot-list")


@require_POST
def robot_end(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Stop posting into the group; the address is forgotten."""
    by = actor_of(request)
    robot = _found(by, uid)
    require(by, "robot.edit", target=robot)
    end_robot(robot, by=by)
    messages.success(request, _("已停用，地址已清除。"))
    return redirect("notices:robot-list")
