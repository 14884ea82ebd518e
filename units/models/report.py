"""The quarterly report."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.areas.models import Area, AreaKeys
from partybuild.calendar import Period
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization
from units.enums import ReportState


class ReportForm(Row):
    """What a report asks (填报表), one row per version; without one the product's own form holds.

    `fields` is a list of {key, label, kind (integer, decimal, text), unit, help, required, prefill}.
    """

    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="report_forms")
    key = models.CharField(max_length=50)
    form_version = models.PositiveIntegerField(_("版次"))
    title = models.CharField(_("名称"), max_length=100)
    fields = models.JSONField(_("项目"))
    valid_from = models.DateField(_("启用日期"), null=True, blank=True)

    visibility = Visibility(
        view="report.view",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        # A form is what everybody who reports is asked.
        open=Q(pk__isnull=False),
        administrators=None,
    )

    class Meta:
        ordering = ("key", "-form_version")
        verbose_name = _("填报表")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "key", "form_version"),
                nulls_distinct=False,
                name="report_form_version_stands_once",
            ),
        )

    def __str__(self) -> str:
        return self.title


class UnitReport(Row, Versioned, AreaKeys):
    """A unit's report of a quarter (季度填报): filled in, or nil (无事项); decided by the community."""

    row_history_dictionaries: ClassVar = {"channel": "proxy.channel"}

    # Saved as it is typed.
    row_history_skips = ("draft",)

    unit = models.ForeignKey(Organization, models.PROTECT, related_name="unit_reports")
    owed_to = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="reports_received"
    )
    form = models.ForeignKey(ReportForm, models.PROTECT, related_name="reports")
    period = models.CharField(_("填报期"), max_length=10)
    state = models.CharField(
        _("状态"), max_length=20, choices=ReportState.choices, default=ReportState.DRAFT
    )
    is_nil = models.BooleanField(_("无事项"), default=False)
    values = models.JSONField(_("填报内容"), default=dict)
    # What is being typed and not filed yet: the unit's own, whatever the state.
    draft = models.JSONField(default=dict)
    # What the platform counted when it was filed, beside what the unit said.
    counted = models.JSONField(default=dict)
    correction = models.CharField(_("更正说明"), max_length=500, blank=True)
    # Empty, or how the community heard of it: a word of the dictionary proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    # Snapshot of who filed and under which name.
    unit_name = models.CharField(_("单位名称"), max_length=200, blank=True)
    community_name = models.CharField(_("社区"), max_length=100, blank=True)
    contact_name = models.CharField(_("填报人"), max_length=100, blank=True)
    filed_by = models.CharField(_("报送岗位"), max_length=300, blank=True)
    filed_by_person_id = models.BigIntegerField(null=True, editable=False)
    filed_at = models.DateTimeField(_("报送时间"), null=True)
    receipt_number = models.CharField(_("回执编号"), max_length=40, blank=True)
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    decided_by = models.CharField(_("处理岗位"), max_length=300, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=500, blank=True)

    visibility = Visibility(
        view="report.view",
        area="unit__area",
        unit="unit",
        organizations=("owed_to",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-period", "-id")
        verbose_name = _("季度填报")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "period"), name="report_stands_once_per_period"
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.DRAFT) | ~Q(receipt_number=""),
                name="report_filed_has_a_receipt",
            ),
        )
        indexes = (
            models.Index(fields=("period", "state"), name="report_period_state"),
            models.Index(fields=("frozen_street", "period"), name="report_street_period"),
            models.Index(fields=("frozen_community", "period"), name="report_community_period"),
        )

    def __str__(self) -> str:
        return f"{self.unit_name or self.unit} {self.period_label}"

    def get_absolute_url(self) -> str:
        """The report's page."""
        return reverse("units:report-detail", args=(self.uid,))

    @property
    def period_label(self) -> str:
        """2026年第一季度."""
        return Period.parse(self.period).label

    @property
    def is_open(self) -> bool:
        """Whether the unit may still write on it."""
        return self.state in {ReportState.DRAFT, ReportState.RETURNED}

    @property
    def answers(self) -> list[dict[str, Any]]:
        """The form's fields with what was said and what the platform had counted."""
        return [
            {
                **field,
                "value": self.values.get(field["key"]),
                "counted": self.counted.get(field["key"]),
                "is_corrected": field["key"] in self.counted
                and self.values.get(field["key"]) != self.counted[field["key"]],
            }
            for field in self.form.fields
        ]
