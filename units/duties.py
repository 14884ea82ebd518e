"""What units owe: the quarterly report."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Role
from partybuild.calendar import Period
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, Duty, register
from units.queries import REPORT_DUTY, report_debts


@register
class FileReport(Duty):
    """Each unit owes the community where it is registered its quarter, once, filled in or nil."""

    key = REPORT_DUTY
    name = lazy("季度填报")
    action = lazy("填报")
    bearer_roles = frozenset({Role.UNIT_LIAISON, Role.UNIT_SECRETARY})
    link_action = "report.file"

    def title(self, obligation: Obligation) -> str:
        """Name the quarter and the community."""
        return _("%(period)s工作填报") % {"period": Period.parse(obligation.period).label}

    def url(self, obligation: Obligation) -> str:
        """The form of that quarter."""
        return reverse("units:report-form", args=(obligation.period,))

    def link_target(self, obligation: Obligation) -> models.Model:
        """The link is for this quarter's debt: the report begins only when it is written."""
        return obligation

    def debts(self, period: Period) -> Iterable[Debt]:
        """Every current unit, to the committee of the community where it is registered."""
        return report_debts(period)
