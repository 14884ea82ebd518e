"""Choices of what stands above all apps."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What the commands above all apps write down."""

    DEMO_BEGUN = "demo.begun", _("开始装入演示数据")
    DEMO_LOADED = "demo.loaded", _("装入演示数据")
