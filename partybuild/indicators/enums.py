"""Choices about figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """Which rows of a figure."""

    NUMERATOR = "numerator", _("分子")
    DENOMINATOR = "denominator", _("分母")
    MISSING = "missing", _("差额")


class Group(models.TextChoices):
    """A column of the dashboard's table; the order is the order on the page."""

    MEETING = "meeting", _("联席会议")
    RECEIPT = "receipt", _("会议回执")
    REPORT = "report", _("季度填报")
    RESOLUTION = "resolution", _("议定事项")
    MEMBER = "member", _("党员报到")
    SUMMARY = "summary", _("服务情况汇总")
    DUTY = "duty", _("应办事项")
