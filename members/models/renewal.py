"""Saying again, each year or half-year, that one still takes part here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.report_in import ReportIn
from partybuild.access import Visibility
from partybuild.calendar import Period
from partybuild.fields.models import Row


class Renewal(Row):
    """A standing report-in confirmed once more for a year or half-year (续报)."""

    report_in = models.ForeignKey(ReportIn, models.PROTECT, related_name="renewals")
    # A year or half-year: 2026, 2026H1.
    period = models.CharField(_("期次"), max_length=10)
    renewed_on = models.DateField(_("续报日期"))
    # Empty: by the member; else how the community heard, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    post = models.CharField(_("办理岗位"), max_length=300, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    visibility = Visibility(
        view="member.view",
        area="report_in__community",
        unit="report_in__member__places__unit",
        organizations=None,
        persons=None,
        own="report_in__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-renewed_on", "-id")
        verbose_name = _("续报")
        constraints = (
            models.UniqueConstraint(
                fields=("report_in", "period"), name="renewal_stands_once_per_period"
            ),
        )

    def __str__(self) -> str:
        return f"{self.period_label} {self.renewed_on}"

    @property
    def period_label(self) -> str:
        """2026年上半年."""
        return Period.parse(self.period).label
