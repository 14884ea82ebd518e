"""A period whose figures stand."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.calendar import Period
from partybuild.fields.models import Row


class ClosedPeriodQuerySet(ScopedQuerySet):
    """Filters on closed periods."""

    def standing(self) -> Self:
        """Keep those that were not reopened."""
        return self.filter(reopened_at=None)


class ClosedPeriod(Row):
    """A street's quarter whose figures stand (关账): one row per street and period; reopened, it stays as history."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="closed_periods")
    period = models.CharField(_("周期"), max_length=10)
    closed_at = models.DateTimeField(_("关账时间"))
    closed_post = models.CharField(_("关账岗位"), max_length=300)
    reason = models.CharField(_("关账说明"), max_length=500)
    # How many debts it froze, and how many of them were unpaid then.
    debts = models.PositiveIntegerField(default=0)
    unpaid = models.PositiveIntegerField(default=0)
    reopened_at = models.DateTimeField(_("重开时间"), null=True, blank=True)
    reopened_post = models.CharField(_("重开岗位"), max_length=300, blank=True)
    reopen_reason = models.CharField(_("重开理由"), max_length=500, blank=True)

    objects = ClosedPeriodQuerySet.as_manager()

    visibility = Visibility(
        view="obligation.view",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-period", "-id")
        verbose_name = _("关账")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "period"),
                condition=Q(reopened_at=None),
                name="period_of_a_street_is_closed_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="closed_period_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.area.name} {self.period_label}"

    def get_absolute_url(self) -> str:
        """The page of this street's period."""
        return reverse("obligations:period-detail", args=(self.area.uid, self.period))

    @property
    def period_label(self) -> str:
        """2026年第一季度."""
        return Period.parse(self.period).label


__all__ = ("ClosedPeriod", "ClosedPeriodQuerySet")
