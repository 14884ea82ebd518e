"""What communities and units owe each other about members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from members.models import ServiceSummary
from members.queries.summaries import ACKNOWLEDGE_DUTY, SEND_DUTY, summary_debts
from partybuild.access import Role
from partybuild.calendar import Period
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt, Duty, register


@register
class SendSummary(Duty):
    """A community's committee owes each unit the quarter's service of its members: one signature."""

    key = SEND_DUTY
    name = lazy("季度服务情况汇总")
    action = lazy("签发")
    bearer_roles = frozenset({Role.COMMUNITY_SECRETARY})
    # All of a quarter's summaries are signed on one page: one reminder names them.
    paid_together = True

    def title(self, obligation: Obligation) -> str:
        """Name the quarter and the unit."""
        return _("向%(unit)s签发%(period)s服务情况汇总") % {
            "unit": obligation.unit.called if obligation.unit else "",
            "period": Period.parse(obligation.period).label,
        }

    def url(self, obligation: Obligation) -> str:
        """All of the quarter's summaries are signed on one page."""
        return reverse("members:summary-sign", args=(obligation.period,))

    def periods(self, on: date) -> Iterable[Period]:
        """Return the quarter before: a summary is owed once its quarter is over."""
        return (Period.of(on).previous(),)

    def debts(self, period: Period) -> Iterable[Debt]:
        """Every community and unit between which there is something to tell."""
        return summary_debts(period)


@register
class AcknowledgeSummary(Duty):
    """A unit owes the community its receipt."""

    key = ACKNOWLEDGE_DUTY
    name = lazy("签收服务情况汇总")
    action = lazy("签收")
    bearer_roles = frozenset({Role.UNIT_LIAISON, Role.UNIT_SECRETARY})
    link_action = "summary.acknowledge"

    def title(self, obligation: Obligation) -> str:
        """Name the community and the quarter."""
        summary = obligation.subject
        community = summary.community_name if isinstance(summary, ServiceSummary) else ""
        return _("签收%(community)s%(period)s服务情况汇总") % {
            "community": community,
            "period": Period.parse(obligation.period).label,
        }

    def link_target(self, obligation: Obligation) -> models.Model | None:
        """The summary."""
        return obligation.subject
