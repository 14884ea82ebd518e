"""Figures over the whole ledger."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from partybuild.calendar import Period, today
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.ledger import LedgerCount, LedgerIndicator
from partybuild.indicators.registry import register


@register
class DutiesDone(LedgerIndicator):
    """Everything owed for the period."""

    key = "duty.done"
    name = lazy("应办事项办结")
    unit = lazy("项")
    definition = lazy(
        "本期台账上的全部应办事项（会议、回执、纪要、填报、议定事项、汇总、签收）中已办结的；"
        "免除的和不适用的不计入应办。"
    )
    group = Group.DUTY


@register
class DutiesOverdue(LedgerCount):
    """What is unpaid after its date."""

    key = "duty.overdue"
    name = lazy("应办事项逾期未办")
    unit = lazy("项")
    definition = lazy("本期台账上截止日期已过而尚未办结的应办事项。")
    group = Group.DUTY
    is_bad = True
    # What is overdue depends on the day it is asked.
    freezes = True
    words = {Part.NUMERATOR: lazy("逾期未办")}
    attention = lazy("%(count)d项应办事项已逾期未办")

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return what is late and open."""
        return self.debts(period).overdue(today())
