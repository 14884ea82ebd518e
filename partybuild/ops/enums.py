"""Choices of operations."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Process(models.TextChoices):
    """A process that gives signs of life."""

    WORKER = "worker", _("后台处理程序")
    BEAT = "beat", _("定时程序")


class Health(models.TextChoices):
    """How something stands, as tones of the pages."""

    GOOD = "good", _("正常")
    WARN = "warn", _("请留意")
    BAD = "bad", _("有问题")
    PLAIN = "plain", _("未设置")
