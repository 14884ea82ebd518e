"""Choices about figures."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """Which rows of a figure."""

    NUMERATOR = "numerator", _("分子")
    DENOMINATOR = "denominator", _("分母")
    MISSING = "missing", _("差额")


class Section(models.TextChoices):
    """A part of the dashboard: its own table and tiles."""

    WORK = "work", _("会议和填报")
    REPORTING_IN = "reporting_in", _("报到和岗位")
    SERVICE = "service", _("服务、活动和反馈")


class Group(models.TextChoices):
    """A column of the dashboard's tables; the order is the order on the page."""

    MEETING = "meeting", _("联席会议")
    RECEIPT = "receipt", _("会议回执")
    REPORT = "report", _("季度填报")
    RESOLUTION = "resolution", _("议定事项")
    DUTY = "duty", _("应办事项")
    UNIT_REPORT_IN = "unit_report_in", _("单位报到")
    MEMBER = "member", _("党员报到")
    POST = "post", _("岗位认领")
    SERVICE = "service", _("参加服务")
    ACTIVITY = "activity", _("社区活动")
    WISH = "wish", _("微心愿")
    EVALUATION = "evaluation", _("群众评价")
    SUMMARY = "summary", _("服务情况汇总")
    FEEDBACK = "feedback", _("党员反馈")

    @property
    def section(self) -> Section:
        """The part of the page that it stands in."""
        if self in {Group.MEETING, Group.RECEIPT, Group.REPORT, Group.RESOLUTION, Group.DUTY}:
            return Section.WORK
        if self in {Group.UNIT_REPORT_IN, Group.MEMBER, Group.POST}:
            return Section.REPORTING_IN
        return Section.SERVICE
