"""What a transaction changed in one row."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import CurrentTransaction


class Operation(models.TextChoices):
    """What became of the row."""

    INSERT = "i", _("建立")
    UPDATE = "u", _("修改")
    DELETE = "d", _("删除")


class RowChange(models.Model):
    """One row changed by one statement (数据变更): written by triggers only, told by the Event of the same transaction."""

    at = models.DateTimeField(_("时间"), db_default=DefaultNow())
    xid = models.BigIntegerField(db_default=CurrentTransaction())
    label = models.CharField(max_length=60)
    object_uid = models.UUIDField()
    operation = models.CharField(_("变更方式"), max_length=1, choices=Operation)
    # {field: [before, after]}; personal and long values as {field: "changed"}.
    changes = models.JSONField(_("变更"), default=dict)

    class Meta:
        verbose_name = _("数据变更")
        indexes = (
            models.Index(fields=("object_uid", "id"), name="row_change_object"),
            # Transactions are nearly in the order of the rows: a few kilobytes instead of a tree.
            BrinIndex(fields=("xid",), name="row_change_transaction", pages_per_range=32),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.label} {self.object_uid}"
