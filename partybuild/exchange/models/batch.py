"""One upload from the file to the rows that it wrote."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Scope, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.exchange.enums import BatchState, RowState
from partybuild.fields import EncryptedTextField
from partybuild.fields.models import ClockTimestamp, Row
from partybuild.organizations.models import Organization

# Registers that the system administrator imports (import.areas); all others go by import.rows.
PLACES = ("areas", "working_days")


class ImportQuerySet(ScopedQuerySet):
    """Reads of imports, their rows and changes."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep those of one's own body and below; administrators see those of places only."""
        if not scope.is_system and scope.cell("import.areas").allows:
            return self.reached(scope, "import.areas")
        return super().visible_to(scope)


class ImportBatch(Row):
    """One file on its way in (导入批次): read, previewed, applied, perhaps undone as a whole."""

    resource = models.CharField(_("导入内容"), max_length=40)
    file_name = models.CharField(_("文件名"), max_length=255)
    file_size = models.PositiveIntegerField(_("大小"))
    digest = models.CharField(max_length=64, db_index=True)
    # None for a file that a command or an administrator without a body brought.
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, related_name="import_batches"
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="import_batches"
    )
    # Set where an area's committee imports: a unit's roster is not the community's to read.
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="import_batches")
    state = models.CharField(
        _("状态"), max_length=20, choices=BatchState.choices, default=BatchState.UPLOADED
    )
    # Why it was refused, in the words that people read.
    message = models.CharField(_("说明"), max_length=1000, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True)
    # Choices of the upload page: {"community": uid, …}.
    options = models.JSONField(default=dict)
    # Sheet, header row, columns as recognised, columns missing, what the register lacks.
    layout = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    row_count = models.PositiveIntegerField(_("行数"), default=0)
    new_count = models.PositiveIntegerField(_("新增"), default=0)
    changed_count = models.PositiveIntegerField(_("修改"), default=0)
    same_count = models.PositiveIntegerField(_("无变化"), default=0)
    ambiguous_count = models.PositiveIntegerField(_("需确认"), default=0)
    wrong_count = models.PositiveIntegerField(_("有误"), default=0)
    created_at = models.DateTimeField(_("上传时间"), db_default=ClockTimestamp())
    applied_at = models.DateTimeField(_("导入时间"), null=True)
    # The transaction that wrote its rows: whatever carries another one was changed since.
    applied_xid = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    # When staged rows were wiped; None while they are kept.
    wiped_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    visibility = Visibility(
        view="import.rows",
        area="area",
        unit="organization",
        organizations=None,
        persons=None,
        own="appointment__person",
        open=None,
        administrators=Q(resource__in=PLACES),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("导入批次")
        indexes = (models.Index(fields=("state", "id"), name="batch_state"),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def good_count(self) -> int:
        """Rows that applying would write."""
        return self.new_count + self.changed_count


class ImportFile(Row):
    """The uploaded file (上传文件) until it has been read, then gone."""

    # Kept for days only, sealed; upload and discarding are events.
    row_history = "none"

    batch = models.OneToOneField(ImportBatch, models.CASCADE, related_name="file")
    # Base64, under the field key: the file may hold a whole roster.
    content = EncryptedTextField()

    visibility = Visibility(
        view="import.rows",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("上传文件")

    def __str__(self) -> str:
        return str(self.batch_id)


class StagedRow(models.Model):
    """One row of a sheet (暂存行), kept for 14 days: its cells sealed, its state in clear."""

    # Beside the row's place in its batch only for the seal: nothing is looked up by it.
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("行号"))
    state = models.CharField(_("状态"), max_length=10, choices=RowState.choices)
    # JSON: {"raw": [as in the sheet], "cells": [[text, state, old, sentence]], "print": …}.
    sealed = EncryptedTextField()

    objects = ImportQuerySet.as_manager()

    visibility = Visibility(
        view="import.rows",
        area="batch__area",
        unit="batch__organization",
        organizations=None,
        persons=None,
        own="batch__appointment__person",
        open=None,
        administrators=Q(batch__resource__in=PLACES),
    )

    class Meta:
        ordering = ("line",)
        verbose_name = _("暂存行")
        constraints = (
            models.UniqueConstraint(fields=("batch", "line"), name="line_stands_once_in_batch"),
        )
        indexes = (models.Index(fields=("batch", "state", "line"), name="staged_row_state"),)

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"


class BatchChange(models.Model):
    """A row of the product that a batch made or changed (批次变更), with what stood there before."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="changes")
    line = models.PositiveIntegerField(_("行号"))
    label = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    is_created = models.BooleanField()
    # JSON of the columns as the database held them; personal ones still under their own seal.
    before = models.JSONField(default=dict)

    objects = ImportQuerySet.as_manager()

    visibility = Visibility(
        view="import.rows",
        area="batch__area",
        unit="batch__organization",
        organizations=None,
        persons=None,
        own="batch__appointment__person",
        open=None,
        administrators=Q(batch__resource__in=PLACES),
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("批次变更")
        indexes = (models.Index(fields=("label", "object_id"), name="change_object"),)

    def __str__(self) -> str:
        return f"{self.label} {self.object_id}"
