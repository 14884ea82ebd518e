"""Choices about resident units and their reports."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """Where a quarterly report stands."""

    DRAFT = "draft", _("草稿")
    FILED = "filed", _("已报送")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已接收")


class EventKind(models.TextChoices):
    """What is done to units and their reports."""

    UNIT_REGISTERED = "unit.registered", _("登记单位")
    UNIT_CHANGED = "unit.changed", _("修改单位信息")
    UNIT_CONTACTS_CHANGED = "unit.contacts_changed", _("修改单位联系方式")
    UNIT_ENDED = "unit.ended", _("注销单位")
    BRANCH_TIED = "unit.branch_tied", _("关联党组织")
    BRANCH_UNTIED = "unit.branch_untied", _("解除关联党组织")
    REPORT_DRAFTED = "report.drafted", _("保存填报草稿")
    REPORT_FILED = "report.filed", _("报送季度填报")
    REPORT_FILED_NIL = "report.filed_nil", _("报送季度填报（无事项）")
    REPORT_ACCEPTED = "report.accepted", _("接收季度填报")
    REPORT_RETURNED = "report.returned", _("退回季度填报")
