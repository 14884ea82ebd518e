"""Choices of the ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ObligationState(models.TextChoices):
    """What is stored; not due, due, overdue and late follow from the clock."""

    OPEN = "open", _("未办")
    DRAFT = "draft", _("已起草")
    RETURNED = "returned", _("已退回")
    FILED = "filed", _("已办")
    NIL = "nil", _("已报无事项")
    EXEMPT = "exempt", _("已免除")
    NOT_APPLICABLE = "not_applicable", _("不适用")


UNPAID = (ObligationState.OPEN, ObligationState.DRAFT, ObligationState.RETURNED)
COMPLETE = (ObligationState.FILED, ObligationState.NIL)


class Standing(models.TextChoices):
    """How a debt stands on a day."""

    NOT_DUE = "not_due", _("未到期")
    DUE = "due", _("临近到期")
    OVERDUE = "overdue", _("逾期未办")
    DONE = "done", _("按期办结")
    LATE = "late", _("逾期办结")
    EXEMPT = "exempt", _("已免除")
    NOT_APPLICABLE = "not_applicable", _("不适用")


class EventKind(models.TextChoices):
    """What is done to debts."""

    OPENED = "obligation.opened", _("产生应办事项")
    DRAFTED = "obligation.drafted", _("开始填写")
    PAID = "obligation.paid", _("办结")
    REOPENED = "obligation.reopened", _("重新打开")
    RETURNED = "obligation.returned", _("退回重办")
    EXEMPTED = "obligation.exempted", _("免除")
    VOIDED = "obligation.voided", _("作废（不再需要办理）")
    DUE_CHANGED = "obligation.due_changed", _("调整期限")
    TURNED = "obligation.turned", _("改由新单位接收")
    CHASED = "obligation.chased", _("催办")
    CHASE_SENT = "chase.sent", _("发出一次催办")
    PERIOD_CLOSED = "period.closed", _("关账")
    PERIOD_REOPENED = "period.reopened", _("重新打开已关账的季度")
