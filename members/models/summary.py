"""What a community tells a unit each quarter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import SummaryState
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.calendar import Period
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


def times_before(lines: Iterable[dict[str, Any]], period: Period) -> int:
    """Return how many records of a summary's lines lie before its quarter."""
    first = period.start.isoformat()
    return sum(each["date"] < first for line in lines for each in line["records"])


class ServiceSummaryQuerySet(ScopedQuerySet):
    """Filters on summaries."""

    def unacknowledged(self) -> Self:
        """Keep those that the unit has not acknowledged."""
        return self.filter(state=SummaryState.SENT)

    def unanswered(self) -> Self:
        """Keep those that the unit has acknowledged without an answer."""
        return self.filter(state=SummaryState.ACKNOWLEDGED, answer="")


class ServiceSummary(Row, AreaKeys):
    """A quarter's service of a unit's members in a community (服务情况汇总), signed and sent; no grades.

    `lines` is the snapshot: [{member, name, times, hours, records: [{date, content, kind, hours}]}].
    """

    community = models.ForeignKey(Area, models.PROTECT, related_name="service_summaries")
    committee = models.ForeignKey(
        Organization, models.PROTECT, related_name="summaries_sent", verbose_name=_("社区党组织")
    )
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="service_summaries", verbose_name=_("单位")
    )
    period = models.CharField(_("季度"), max_length=10)
    state = models.CharField(
        _("状态"), max_length=20, choices=SummaryState.choices, default=SummaryState.SENT
    )
    community_name = models.CharField(max_length=100)
    committee_name = models.CharField(max_length=200)
    unit_name = models.CharField(max_length=200)
    reported_in_count = models.PositiveIntegerField(_("报到党员"), default=0)
    served_count = models.PositiveIntegerField(_("参加服务党员"), default=0)
    times = models.PositiveIntegerField(_("服务人次"), default=0)
    hours = models.DecimalField(_("服务时长"), max_digits=8, decimal_places=1, default=0)
    lines = models.JSONField(default=list)
    signed_at = models.DateTimeField(_("签发时间"), null=True)
    signed_by = models.CharField(_("签发岗位"), max_length=300, blank=True)
    acknowledged_at = models.DateTimeField(_("签收时间"), null=True)
    acknowledged_by = models.CharField(_("签收岗位"), max_length=300, blank=True)
    acknowledge_channel = models.CharField(_("代签方式"), max_length=50, blank=True)
    receipt_number = models.CharField(_("回执编号"), max_length=40, blank=True)
    # 双向反馈: what the unit answers, once, when it acknowledges or afterwards.
    answer = models.CharField(_("单位答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.CharField(_("答复岗位"), max_length=300, blank=True)
    answer_channel = models.CharField(_("代录答复方式"), max_length=50, blank=True)

    objects = ServiceSummaryQuerySet.as_manager()

    visibility = Visibility(
        view="summary.view",
        area="community",
        unit="unit",
        organizations=("committee",),
        persons=None,
        own="records__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-period", "-id")
        verbose_name = _("服务情况汇总")
        constraints = (
            models.UniqueConstraint(
                fields=("community", "unit", "period"),
                name="summary_stands_once_per_unit_and_period",
            ),
            models.CheckConstraint(
                condition=~Q(state=SummaryState.ACKNOWLEDGED) | ~Q(receipt_number=""),
                name="summary_acknowledged_has_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, state=SummaryState.ACKNOWLEDGED)),
                name="summary_answered_has_been_acknowledged",
            ),
        )
        indexes = (
            models.Index(fields=("unit", "state"), name="summary_unit_state"),
            models.Index(fields=("frozen_street", "period"), name="summary_street_period"),
        )

    def __str__(self) -> str:
        return f"{self.community_name} {self.unit_name} {self.period_label}"

    def get_absolute_url(self) -> str:
        """The summary's page."""
        return reverse("members:summary-detail", args=(self.uid,))

    @property
    def may_be_answered(self) -> bool:
        """Whether the unit has received it and not said anything yet."""
        return self.state == SummaryState.ACKNOWLEDGED and not self.answer

    @property
    def times_before(self) -> int:
        """Person-times of earlier quarters that were certified too late for their own summary."""
        return times_before(self.lines, Period.parse(self.period))

    @property
    def period_label(self) -> str:
        """2026年第一季度."""
        return Period.parse(self.period).label


__all__ = ("ServiceSummary", "ServiceSummaryQuerySet")
