"""One list on its way out."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.accounts.models import Appointment
from partybuild.exchange.enums import ExportFormat, ExportState
from partybuild.fields.models import ClockTimestamp, Row
from partybuild.organizations.models import Organization


class ExportJob(Row):
    """One list asked for as a file (导出任务): built by the worker, kept for a day, only for who asked."""

    key = models.CharField(_("名单"), max_length=40)
    # The filters of the page, as its address had them.
    query = models.CharField(max_length=2000, blank=True)
    file_format = models.CharField(
        _("格式"), max_length=10, choices=ExportFormat.choices, default=ExportFormat.XLSX
    )
    is_unmasked = models.BooleanField(_("不遮盖"), default=False)
    reason = models.CharField(_("用途"), max_length=300)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="export_jobs")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="export_jobs"
    )
    # From where was looked when it was asked for: looked from elsewhere, it is another list.
    scope_print = models.CharField(max_length=300)
    state = models.CharField(
        _("状态"), max_length=20, choices=ExportState.choices, default=ExportState.WAITING
    )
    row_count = models.PositiveIntegerField(_("行数"), default=0)
    done_count = models.PositiveIntegerField(_("已写行数"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Until then the worker that took it has it; after that another takes it.
    claimed_until = models.DateTimeField(null=True)
    message = models.CharField(_("说明"), max_length=500, blank=True)
    place = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(_("文件名"), max_length=200, blank=True)
    file_size = models.PositiveBigIntegerField(_("大小"), default=0)
    # Whom the rows are about, by primary key: told at each download.
    people = models.JSONField(default=list)
    downloads = models.PositiveIntegerField(_("下载次数"), default=0)
    created_at = models.DateTimeField(_("提出时间"), db_default=ClockTimestamp())
    ready_at = models.DateTimeField(_("生成时间"), null=True)
    expires_at = models.DateTimeField(_("保留至"), null=True)

    visibility = Visibility(
        # One's own, whatever one may export: the right is asked beside it.
        view="session.own",
        area=None,
        unit=None,
        organizations=None,
        # Nobody fetches what somebody else asked for.
        persons=("appointment__person",),
        own="appointment__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("导出任务")
        indexes = (models.Index(fields=("state", "id"), name="export_state"),)

    def __str__(self) -> str:
        return self.file_name or self.key

    def get_absolute_url(self) -> str:
        """The job's page."""
        return reverse("exports:export-detail", args=(self.uid,))
