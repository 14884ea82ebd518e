"""The chain over events and changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.calendar.clock import DefaultNow


class Log(models.TextChoices):
    """Which append-only table a seal is about."""

    EVENTS = "events", _("操作记录")
    CHANGES = "changes", _("数据变更")


class EventSeal(models.Model):
    """A closed range of one log under an SM3 hash that holds the hash before it (封存).

    A range is (transaction, row) after `from_…` up to `to_…`, of rows whose id is above `floor`: transaction ids begin
    anew in a cluster that a dump was restored into, row ids do not.
    """

    number = models.BigIntegerField(primary_key=True)
    form = models.PositiveSmallIntegerField(default=1)
    log = models.CharField(max_length=10, choices=Log)
    floor = models.BigIntegerField()
    from_xid = models.BigIntegerField()
    from_id = models.BigIntegerField()
    to_xid = models.BigIntegerField()
    to_id = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    # The highest id sealed so far, and the cluster that counts the transactions.
    highest_id = models.BigIntegerField(default=0)
    cluster = models.BigIntegerField(default=0)
    # Per row: its id (8 bytes) and the beginning of its SM3 (8 bytes), in order, to name the bad one.
    leaves = models.BinaryField()
    rows_hash = models.BinaryField()
    previous = models.BinaryField(unique=True)
    hash = models.BinaryField(unique=True)
    oldest_at = models.DateTimeField()
    newest_at = models.DateTimeField()
    sealed_at = models.DateTimeField(_("封存时间"), db_default=DefaultNow())

    class Meta:
        verbose_name = _("封存")
        ordering = ("number",)
        indexes = (models.Index(fields=("log", "-number"), name="seal_log"),)

    def __str__(self) -> str:
        return f"{self.number}"
