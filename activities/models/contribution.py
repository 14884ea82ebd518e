"""What was given for an activity."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class ContributionQuerySet(ScopedQuerySet):
    """Filters on contributions."""

    def current(self) -> Self:
        """Keep what was not taken back."""
        return self.filter(is_withdrawn=False)


class Contribution(Row):
    """What one body gave for an activity (投入): an amount always with its unit of measure."""

    row_history_dictionaries: ClassVar = {"measure": "contribution.unit"}

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="contributions")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="contributions", verbose_name=_("单位")
    )
    item = models.CharField(_("投入内容"), max_length=100)
    amount = models.DecimalField(_("数量"), max_digits=12, decimal_places=2)
    # A word of the dictionary contribution.unit: amounts of different units are never added.
    measure = models.CharField(_("计量单位"), max_length=50)
    is_withdrawn = models.BooleanField(_("已撤销"), default=False)

    objects = ContributionQuerySet.as_manager()

    visibility = Visibility(
        view="activity.view",
        area="activity__community",
        unit="organization",
        organizations=("organization", "activity__hosts__organization"),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("投入")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_is_something"),
        )

    def __str__(self) -> str:
        return f"{self.activity} {self.item}"
