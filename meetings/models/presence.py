"""Who came."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import PresenceState, SignedVia
from meetings.models.meeting import Meeting
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class PresenceQuerySet(ScopedQuerySet):
    """Filters on presence."""

    def came(self) -> Self:
        """Keep those who were there, in time or late."""
        return self.filter(state__in=(PresenceState.PRESENT, PresenceState.LATE))


class Presence(Row):
    """One line of the attendance sheet (出席情况); guests (列席) have no organization that owes an answer."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="presences")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="presences"
    )
    person_name = models.CharField(_("姓名"), max_length=50, blank=True)
    post = models.CharField(_("单位及职务"), max_length=150, blank=True)
    state = models.CharField(
        _("出席"), max_length=20, choices=PresenceState.choices, default=PresenceState.UNRECORDED
    )
    people = models.PositiveSmallIntegerField(_("人数"), default=1)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    arrived_at = models.DateTimeField(_("到会时间"), null=True, blank=True)
    left_at = models.DateTimeField(_("离会时间"), null=True, blank=True)
    via = models.CharField(
        _("登记方式"), max_length=10, choices=SignedVia.choices, default=SignedVia.LIST
    )
    # Written down when the meeting was over (补登).
    is_late_entry = models.BooleanField(_("补登"), default=False)
    is_guest = models.BooleanField(_("列席"), default=False)

    objects = PresenceQuerySet.as_manager()

    visibility = Visibility(
        view="meeting.view",
        area="meeting__council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    @property
    def came(self) -> bool:
        """Whether they were there, in time or late."""
        return self.state in {PresenceState.PRESENT, PresenceState.LATE}

    class Meta:
        ordering = ("is_guest", "organization__sort", "organization_id", "id")
        verbose_name = _("出席")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "organization"),
                condition=models.Q(organization__isnull=False),
                name="organization_stands_once_on_a_sheet",
            ),
            models.CheckConstraint(
                condition=models.Q(left_at=None)
                | models.Q(arrived_at=None)
                | models.Q(left_at__gt=models.F("arrived_at")),
                name="who_leaves_early_has_arrived_before",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting} {self.organization or self.person_name}"
