"""What is counted of the reports of units."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as lazy

from partybuild.calendar import Period
from partybuild.indicators.enums import Group, Part
from partybuild.indicators.ledger import LedgerCount, LedgerIndicator
from partybuild.indicators.registry import register
from partybuild.obligations.enums import ObligationState
from units.queries import REPORT_DUTY


@register
class ReportsFiled(LedgerIndicator):
    """Units that have reported, nil included."""

    key = "report.filed"
    name = lazy("季度填报")
    unit = lazy("家")
    definition = lazy("本季度应填报的单位中，已报送的，含报送无事项的；免报的不计入应报。")
    group = Group.REPORT
    duties = (REPORT_DUTY,)
    words = {
        Part.NUMERATOR: lazy("已报"),
        Part.DENOMINATOR: lazy("应报"),
        Part.MISSING: lazy("未报"),
    }
    attention = lazy("%(count)d家单位未报送季度填报")


class _Count(LedgerCount):
    unit = lazy("家")
    group = Group.REPORT
    duties = (REPORT_DUTY,)


@register
class ReportsLate(_Count):
    """Units that reported after the date."""

    key = "report.late"
    name = lazy("季度填报逾期报送")
    definition = lazy("已报送，但报送日期晚于截止日期的单位。")
    words = {Part.NUMERATOR: lazy("逾期报送")}

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return what came late."""
        return self.debts(period).late()


@register
class ReportsNil(_Count):
    """Units that reported that there was nothing to report."""

    key = "report.nil"
    name = lazy("季度填报无事项")
    definition = lazy("报送了无事项的单位，已计入已报。")
    words = {Part.NUMERATOR: lazy("无事项")}

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the nil ones."""
        return self.debts(period).in_state(ObligationState.NIL)


@register
class ReportsExempt(_Count):
    """Units that were let off."""

    key = "report.exempt"
    name = lazy("季度填报免报")
    definition = lazy("经说明理由免报的单位，不计入应报。")
    words = {Part.NUMERATOR: lazy("免报")}

    def numerator(self, period: Period) -> QuerySet[Any]:
        """Return the exempt ones."""
        return self.debts(period).in_state(ObligationState.EXEMPT)
