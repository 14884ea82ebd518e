"""The working-day table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access.visibility import Visibility
from partybuild.fields.models import Row


class WorkingDay(Row):
    """A day that differs from its weekday: a holiday, or a weekend day worked instead (调休)."""

    day = models.DateField(_("日期"), unique=True)
    is_working = models.BooleanField(_("是否上班"))
    name = models.CharField(_("说明"), max_length=50, blank=True)

    visibility = Visibility(
        view="parameter.view",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=Q(pk__isnull=False),
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("day",)
        verbose_name = _("工作日调整")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
