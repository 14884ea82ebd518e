"""When a process was last heard of."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import ClockTimestamp
from partybuild.ops.enums import Process


class SignOfLife(models.Model):
    """The last sign of life of a process (最近活动), by its host's name."""

    process = models.CharField(_("程序"), max_length=20, choices=Process.choices)
    name = models.CharField(_("名称"), max_length=200)
    at = models.DateTimeField(_("最近活动"), db_default=ClockTimestamp())
    # The clock of the process itself, to be compared with the database's.
    said_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet.as_manager()

    visibility = Visibility(
        view="system.health",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=models.Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("process", "name")
        verbose_name = _("最近活动")
        constraints = (
            models.UniqueConstraint(fields=("process", "name"), name="process_gives_one_sign"),
        )

    def __str__(self) -> str:
        return f"{self.process} {self.name}"
