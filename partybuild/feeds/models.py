"""The log of sight."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import CurrentTransaction


class SightChange(models.Model):
    """A row that may have come into somebody's sight or left it (可见范围变动), written by triggers.

    Keys are those from before: where the row was seen from, or by which body. Values only, so that
    the entry outlives the row.
    """

    # Of the model that the feed sends, as "units.ResidentUnit".
    label = models.CharField(max_length=80)
    object_id = models.BigIntegerField()
    object_uid = models.UUIDField()
    area_path = models.TextField(_("原区域"), blank=True, db_default="", db_collation="C")
    organization_id = models.BigIntegerField(null=True)
    changed_xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    objects = ScopedQuerySet.as_manager()

    visibility = Visibility(
        view="area.view",
        area="=area_path",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("可见范围变动")
        indexes = (models.Index(fields=("label", "changed_xid", "id"), name="sight_feed"),)

    def __str__(self) -> str:
        return f"{self.label} {self.object_uid}"
