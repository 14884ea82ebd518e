"""Choices about events."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What every app may write down; what belongs to one app alone stands in its own enums."""

    ACCESS_REFUSED = "access.refused", _("访问被拒绝")
    REVEALED = "data.revealed", _("查看个人信息")
    EXPORTED = "data.exported", _("导出数据")
    DOWNLOADED = "data.downloaded", _("下载文件")
    SEALED = "audit.sealed", _("操作记录封存")
    VERIFIED = "audit.verified", _("核对操作记录")
    PURGED = "audit.purged", _("清理到期操作记录")
    AUDIT_EXPORTED = "audit.exported", _("导出操作记录")


class Result(models.TextChoices):
    """How it came out (结果)."""

    DONE = "done", _("成功")
    REFUSED = "refused", _("被拒绝")
    FAILED = "failed", _("未通过")
