"""Pages of the system administrator: how the machine stands, what stopped, the channels."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from partybuild.access import Actor, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.models import Appointment
from partybuild.notices.enums import OUTBOUND, Channel, NoticeState
from partybuild.notices.models import ChannelPause, Notice
from partybuild.notices.services import pause_channel, requeue_failed, resume_channel
from partybuild.ops.enums import Health
from partybuild.ops.forms.system import SystemReasonForm
from partybuild.ops.queries.health import health_groups, worst_of
from partybuild.ops.services.channels import mail_server_answers, send_test_mail, send_test_sms


@require_GET
def system_home(request: HttpRequest) -> HttpResponse:
    """Tell the system administrator what to do today, and where everything is."""
    by = actor_of(request)
    require(by, "notice.reconcile")
    groups = health_groups()
    worst = worst_of(groups)
    return render(
        request,
        "ops/system_home.html",
        {"worst": worst, "is_bad": any(each.health == Health.BAD for each in worst)},
    )


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """How database, workers, queues, disk, clocks, backup stand; the three administrators look."""
    by = actor_of(request)
    require(by, "system.health")
    groups = health_groups()
    return render(
        request,
        "ops/health.html",
        {
            "groups": groups,
            "worst": worst_of(groups),
            "may_operate": may(by, "notice.reconcile"),
            "may_channels": may(by, "channel.edit"),
        },
    )


@require_GET
def health_table(request: HttpRequest) -> HttpResponse:
    """The same lines, for a page that asks again."""
    require(actor_of(request), "system.health")
    if request.headers.get("HX-Request") != "true":
        return redirect("ops:health")
    return render(request, "ops/_health_table.html", {"groups": health_groups()})


@require_GET
def parked_list(request: HttpRequest) -> HttpResponse:
    """Messages that were given up: why, never what they say nor to whom."""
    by = actor_of(request)
    require(by, "notice.reconcile")
    rows = Notice.objects.visible_to(by.scope).outbound().filter(state=NoticeState.FAILED)
    return render(
        request,
        "ops/parked_list.html",
        {
            "rows": list(rows.order_by("-id")[:100]),
            "count": rows.count(),
            "form": SystemReasonForm(initial={"reason": _("邮件服务器或短信网关已恢复")}),
        },
    )


@require_POST
def parked_retry(request: HttpRequest) -> HttpResponse:
    """Put the messages that were picked back into the queue."""
    by = actor_of(request)
    require(by, "notice.reconcile")
    form = SystemReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("没有重新排队：请写一句原因。"))
        return redirect("ops:parked-list")
    wanted = []
    for text in request.POST.getlist("selected"):
        try:
            wanted.append(uuid.UUID(text))
        except ValueError:
            continue
    rows = Notice.objects.visible_to(by.scope).outbound().filter(uid__in=wanted)
    done = sum(requeue_failed(notice, reason=form.cleaned_data["reason"], by=by) for notice in rows)
    if done:
        messages.success(request, _("已重新排队%(count)d条，一分钟内再次发送。") % {"count": done})
    else:
        messages.info(request, _("没有选中还停着的通知。"))
    return redirect("ops:parked-list")


@require_GET
def channel_list(request: HttpRequest) -> HttpResponse:
    """The ways that notices go, whether they are held back, and how the last test went."""
    by = actor_of(request)
    require(by, "channel.edit")
    post = Appointment.objects.visible_to(by.scope).filter(pk=by.appointment_id).first()
    tests = (
        Notice.objects.visible_to(by.scope)
        .mail()
        .filter(kind="channel.test", subject_uid=post.uid if post else None)
    )
    pauses = ChannelPause.objects.visible_to(by.scope).filter(channel=Channel.MAIL)
    return render(
        request,
        "ops/channel_list.html",
        {
            "pause": pauses.filter(resumed_at=None).first(),
            "earlier": list(pauses.exclude(resumed_at=None)[:5]),
            "host": settings.EMAIL_HOST,
            "port": settings.EMAIL_PORT,
            "sender": settings.DEFAULT_FROM_EMAIL,
            "is_encrypted": settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL,
            "test": tests.order_by("-id").first(),
            "form": SystemReasonForm(),
            "sms": _sms_of(by),
            "robots": _robots_of(by),
        },
    )


def _sms_of(by: Actor) -> dict[str, Any] | None:
    """Return what the page says of the short-message gateway; None where there is none."""
    gateway = settings.SMS_GATEWAY
    if gateway is None:
        return None
    rows = Notice.objects.visible_to(by.scope).filter(channel=Channel.SMS)
    return {
        "host": urlsplit(gateway.url).netloc,
        "form": SystemReasonForm(auto_id="sms_%s"),
        "can_ask": bool(gateway.status_url),
        "test": rows.filter(kind="channel.test").order_by("-id").first(),
        "last": rows.exclude(sent_at=None).order_by("-sent_at").first(),
        "waiting": rows.filter(state__in=(NoticeState.QUEUED, NoticeState.CLAIMED)).count(),
        "pause": ChannelPause.objects.visible_to(by.scope)
        .filter(channel=Channel.SMS, resumed_at=None)
        .first(),
    }


def _robots_of(by: Actor) -> list[dict[str, Any]]:
    """Return how postings into groups went, by kind of robot; neither groups nor words."""
    adapters = settings.ROBOTS.adapters
    rows = Notice.objects.visible_to(by.scope).filter(channel=Channel.ROBOT)
    counts = {
        (kind, state): number
        for kind, state, number in rows.order_by()
        .values_list("robot__kind", "state")
        .annotate(number=Count("pk"))
    }
    return [
        {
            "label": adapter.label,
            "host": adapter.host,
            "sent": counts.get((key, NoticeState.SENT), 0),
            "failed": counts.get((key, NoticeState.FAILED), 0),
            "unknown": counts.get((key, NoticeState.UNKNOWN), 0),
            "waiting": counts.get((key, NoticeState.QUEUED), 0),
        }
        for key, adapter in adapters.items()
    ]


def _channel(request: HttpRequest) -> Channel:
    asked = request.POST.get("channel", "")
    return Channel(asked) if asked in OUTBOUND else Channel.MAIL


@require_POST
def channel_test(request: HttpRequest) -> HttpResponse:
    """Say hello to the mail server, then write to oneself on the usual way."""
    by = actor_of(request)
    require(by, "channel.edit")
    if request.POST.get("channel") == Channel.SMS:
        return _test_sms(request, by)
    fault = mail_server_answers()
    if fault:
        messages.error(
            request,
            _("邮件服务器没有应答（%(fault)s）。请检查地址、端口、账号和防火墙。")
            % {"fault": fault},
        )
        return redirect("ops:channel-list")
    post = get_object_or_404(
        Appointment.objects.visible_to(by.scope).select_related("person"), pk=by.appointment_id
    )
    try:
        send_test_mail(post, by=by)
    except ValidationError as refused:
        messages.warning(request, _("邮件服务器应答正常。") + "".join(refused.messages))
    else:
        messages.success(request, _("邮件服务器应答正常，测试邮件已排队，请到自己的邮箱查看。"))
    return redirect("ops:channel-list")


def _test_sms(request: HttpRequest, by: Actor) -> HttpResponse:
    post = get_object_or_404(
        Appointment.objects.visible_to(by.scope).select_related("person"), pk=by.appointment_id
    )
    try:
        send_test_sms(post, by=by)
    except ValidationError as refused:
        messages.warning(request, "".join(refused.messages))
    else:
        messages.success(request, _("测试短信已排队，请看自己的手机；没有收到的，在本页看原因。"))
    return redirect("ops:channel-list")


@require_POST
def channel_pause(request: HttpRequest) -> HttpResponse:
    """Hold mails back, for a reason; notices inside the platform go on."""
    by = actor_of(request)
    require(by, "channel.edit")
    form = SystemReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("没有暂停：请写明原因。"))
        return redirect("ops:channel-list")
    channel = _channel(request)
    words = {"channel": channel.label}
    if pause_channel(channel, by=by, **form.cleaned_data) is None:
        messages.info(request, _("%(channel)s已经是暂停状态。") % words)
    else:
        messages.success(
            request,
            _("已暂停发送%(channel)s，站内消息不受影响。排队的%(channel)s在恢复后发出。") % words,
        )
    return redirect("ops:channel-list")


@require_POST
def channel_resume(request: HttpRequest) -> HttpResponse:
    """Let mails go again."""
    by = actor_of(request)
    require(by, "channel.edit")
    form = SystemReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("没有恢复：请写明原因。"))
        return redirect("ops:channel-list")
    channel = _channel(request)
    words = {"channel": channel.label}
    if resume_channel(channel, by=by, **form.cleaned_data):
        messages.success(request, _("已恢复发送%(channel)s，排队的%(channel)s正在发出。") % words)
    else:
        messages.info(request, _("%(channel)s没有暂停。") % words)
    return redirect("ops:channel-list")
