"""Choices of approvals."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApprovalState(models.TextChoices):
    """Where a request stands; each step is claimed by a conditional update."""

    REQUESTED = "requested", _("待审批")
    # Approved and not yet used: only for what the requester carries out, such as an export.
    APPROVED = "approved", _("已同意，待使用")
    EXECUTED = "executed", _("已同意并生效")
    REFUSED = "refused", _("未同意")
    EXPIRED = "expired", _("已过期")
    WITHDRAWN = "withdrawn", _("已撤回")
    OVERTAKEN = "overtaken", _("已失效")


OPEN = (ApprovalState.REQUESTED, ApprovalState.APPROVED)
DECIDED = (ApprovalState.APPROVED, ApprovalState.EXECUTED, ApprovalState.REFUSED)


class EventKind(models.TextChoices):
    """What is done to requests."""

    REQUESTED = "approval.requested", _("提出审批申请")
    APPROVED = "approval.approved", _("同意申请")
    REFUSED = "approval.refused", _("不同意申请")
    EXECUTED = "approval.executed", _("使用已同意的申请")
    WITHDRAWN = "approval.withdrawn", _("撤回申请")
    EXPIRED = "approval.expired", _("申请过期")
    OVERTAKEN = "approval.overtaken", _("申请失效")
