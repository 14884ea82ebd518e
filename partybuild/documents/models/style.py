"""What an office sets for a kind of document."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.areas.models import Area
from partybuild.fields.models import Row


class DocumentStyle(Row):
    """How a place writes a kind of document (文书格式): inherited down the areas, the nearest wins."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="document_styles")
    kind = models.CharField(_("文种"), max_length=50)
    mark = models.CharField(_("发文机关标志"), max_length=100, blank=True)
    prefix = models.CharField(_("发文代字"), max_length=50, blank=True)
    opening = models.TextField(_("正文开头"), blank=True)
    closing = models.TextField(_("正文结尾"), blank=True)
    copies_to = models.CharField(_("抄送"), max_length=300, blank=True)
    note = models.CharField(_("附注"), max_length=200, blank=True)
    # None: as the areas above.
    is_sealed = models.BooleanField(_("加盖印章"), null=True, blank=True)
    has_head = models.BooleanField(_("红头"), null=True, blank=True)
    # Keys of the kind's parts in their order; [] as the areas above.
    parts = models.JSONField(_("栏目"), default=list, blank=True)

    visibility = Visibility(
        view="document.template",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=models.Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("文书格式")
        constraints = (
            models.UniqueConstraint(fields=("area", "kind"), name="style_stands_once_per_area"),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.kind}"
