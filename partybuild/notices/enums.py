"""Choices of notices."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The way a notice goes."""

    IN_APP = "in_app", _("站内消息")
    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")


# What leaves the house goes through the outbox.
OUTBOUND = (Channel.SMS, Channel.MAIL)


class NoticeState(models.TextChoices):
    """queued → claimed (lease) → handover → sent, or failed, unknown, cancelled."""

    QUEUED = "queued", _("待发送")
    CLAIMED = "claimed", _("发送中")
    HANDOVER = "handover", _("正在交出")
    SENT = "sent", _("已送达")
    FAILED = "failed", _("未送达")
    UNKNOWN = "unknown", _("待核实")
    CANCELLED = "cancelled", _("已取消")


class EventKind(models.TextChoices):
    """What is done with notices."""

    NOTIFIED = "notice.created", _("发出通知")
    TAKEN_BACK = "notice.taken_back", _("撤回通知")
    RECONCILED = "notice.reconciled", _("核实送达情况")
    REQUEUED = "notice.requeued", _("未送达通知重新排队")
    CHANNEL_PAUSED = "channel.paused", _("暂停通知渠道")
    CHANNEL_RESUMED = "channel.resumed", _("恢复通知渠道")
    CHANNEL_TESTED = "channel.tested", _("发送测试邮件")
