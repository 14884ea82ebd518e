"""The abstract row under every table that leaves the database."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Func
from django.utils.translation import gettext_lazy as _

from partybuild.access.querysets import ScopedQuerySet
from partybuild.access.visibility import Visibility
from partybuild.fields.text import mask_row


class ClockTimestamp(Func):
    """clock_timestamp(): the database's own clock, for what is technical and not business."""

    function = "clock_timestamp"
    output_field: Any = models.DateTimeField()


class CurrentTransaction(Func):
    """txid_current(): the writing transaction, so that a feed can stop below the oldest running one."""

    function = "txid_current"
    output_field: Any = models.BigIntegerField()


class Row(models.Model):
    """A random uid for the world outside, and when and by which transaction the row last changed.

    A trigger (partybuild.audit.furniture) keeps both current for bulk writes too.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    changed_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    changed_xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = ScopedQuerySet.as_manager()

    visibility: ClassVar[Visibility]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an ID number typed into a free text is masked first."""
        mask_row(self)
        super().save(*args, **kwargs)


class Versioned(models.Model):
    """A text that two people may edit at once: a save names the version that it began from."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True


class Dated(models.Model):
    """A link that changes in time: it ends, with a reason, and is never overwritten."""

    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)

    class Meta:
        abstract = True
