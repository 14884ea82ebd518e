"""Who holds an activity."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.enums import HostRole
from activities.models.activity import Activity
from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class Host(Row):
    """A body that holds an activity with others (主办、协办单位)."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="hosts")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="hosted_activities", verbose_name=_("单位")
    )
    role = models.CharField(
        _("责任"), max_length=10, choices=HostRole.choices, default=HostRole.HELPER
    )

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
        ordering = ("-role", "id")
        verbose_name = _("主办、协办单位")
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "organization"), name="host_stands_once_per_activity"
            ),
        )

    def __str__(self) -> str:
        return f"{self.activity} {self.organization}"
