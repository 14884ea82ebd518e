"""What places decide differently, inherited down the tree."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.areas.models.area import Area
from partybuild.fields.models import Row


class Parameter(Row):
    """A value that an area sets for itself and below (参数); defaults are in areas/parameters.py."""

    row_history_shows = ("value",)

    area = models.ForeignKey(Area, models.PROTECT, related_name="parameters")
    key = models.CharField(_("参数"), max_length=80)
    value = models.JSONField(_("取值"))

    visibility = Visibility(
        view="parameter.view",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("参数")
        constraints = (
            models.UniqueConstraint(fields=("area", "key"), name="parameter_is_set_once_per_area"),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.key}"


class DictionaryEntry(Row):
    """A word that an area adds, renames or hides in a dictionary (字典项)."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="dictionary_entries")
    dictionary = models.CharField(_("字典"), max_length=80)
    code = models.CharField(_("代码"), max_length=50)
    label = models.CharField(_("名称"), max_length=100)
    sort = models.IntegerField(_("排序"), default=0)
    is_hidden = models.BooleanField(_("停用"), default=False)

    visibility = Visibility(
        view="parameter.view",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("字典项")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "dictionary", "code"), name="dictionary_code_stands_once_per_area"
            ),
        )

    def __str__(self) -> str:
        return self.label
