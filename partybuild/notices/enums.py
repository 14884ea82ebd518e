"""Choices of notices."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The way a notice goes."""

    IN_APP = "in_app", _("站内消息")
    MAIL = "mail", _("邮件")
    SMS = "sms", _("短信")
    ROBOT = "robot", _("群机器人")


# What leaves the house goes through the outbox.
# The kind of a notice that carries a link to sign in: somebody waits for it.
WAY_IN = "account.way_in"
OUTBOUND = (Channel.SMS, Channel.MAIL, Channel.ROBOT)


class MailWish(models.TextChoices):
    """Which mails a person wants; links to sign in always go."""

    DIGEST = "digest", _("一天一封：提醒合并成一封，会议通知和变更随时发")
    EACH = "each", _("有一件发一封")
    NONE = "none", _("不发邮件，只看站内消息")


class NoticeState(models.TextChoices):
    """queued → claimed (lease) → handover → sent, or failed, unknown, cancelled."""

    QUEUED = "queued", _("待发送")
    CLAIMED = "claimed", _("发送中")
    HANDOVER = "handover", _("正在交出")
    SENT = "sent", _("已送达")
    FAILED = "failed", _("未送达")
    UNKNOWN = "unknown", _("待核实")
    CANCELLED = "cancelled", _("已取消")
    # Went in another row's letter, whose fate is its own.
    GATHERED = "gathered", _("并入汇总")


class EventKind(models.TextChoices):
    """What is done with notices."""

    NOTIFIED = "notice.created", _("发出通知")
    TAKEN_BACK = "notice.taken_back", _("撤回通知")
    RECONCILED = "notice.reconciled", _("核实送达情况")
    REQUEUED = "notice.requeued", _("未送达通知重新排队")
    PREFERENCE_SET = "notice.preference_set", _("修改通知设置")
    DELEGATED = "notice.delegated", _("请假期间请人代收通知")
    DELEGATION_ENDED = "notice.delegation_ended", _("提前结束代收")
    ROBOT_SET = "robot.set", _("设置群机器人")
    ROBOT_ENDED = "robot.ended", _("停用群机器人")
    ROBOT_TESTED = "robot.tested", _("向群里发测试消息")
    RESENT = "notice.resent", _("更正后重新发送")
    CHANNEL_PAUSED = "channel.paused", _("暂停通知渠道")
    CHANNEL_RESUMED = "channel.resumed", _("恢复通知渠道")
    CHANNEL_TESTED = "channel.tested", _("发送测试邮件")
