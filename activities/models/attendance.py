"""Who was there."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.utils.translation import gettext_lazy as _

from activities.enums import CAME, AttendanceState, AttendedVia
from activities.models.activity import Activity
from members.enums import ServiceState
from members.models import PartyMember, ServiceRecord
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import AreaKeys
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization

HALF = Decimal("0.5")
MOST = Decimal(24)


class AttendanceQuerySet(ScopedQuerySet):
    """Filters on attendance."""

    def came(self) -> Self:
        """Keep those who were there, on time or late."""
        return self.filter(state__in=CAME)


class Attendance(Row, AreaKeys):
    """A member's attendance at an activity (签到): one row per person, whoever wrote it down.

    Nobody is absent by silence: without a row, or with one taken back, it is "not recorded".
    """

    holds_personal_data = True

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="attendances")
    state = models.CharField(_("到场情况"), max_length=20, choices=AttendanceState.choices)
    # The moment that the code on the screen proves; empty where a sheet says no time.
    arrived_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    left_at = models.DateTimeField(_("签退时间"), null=True, blank=True)
    via = models.CharField(_("登记方式"), max_length=10, choices=AttendedVia.choices)
    # When a code that a phone had kept without a network came in; empty: it came at once.
    delivered_at = models.DateTimeField(_("补传时间"), null=True, blank=True)
    reason = models.CharField(_("登记依据"), max_length=300, blank=True)
    recorded_by = models.CharField(_("登记岗位"), max_length=300, blank=True)
    # What the organizer says it was, where that differs from the times.
    hours = models.DecimalField(_("时长"), max_digits=4, decimal_places=1, null=True, blank=True)
    # Snapshot: who and of which unit then.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    # The record of service that it made.
    service_record = models.OneToOneField(
        ServiceRecord, models.PROTECT, null=True, blank=True, related_name="attendance"
    )

    objects = AttendanceQuerySet.as_manager()

    visibility = Visibility(
        view="activity.participants",
        area="activity__community",
        unit="member__places__unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("arrived_at", "id")
        verbose_name = _("到场情况")
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "member"), name="member_attends_an_activity_once"
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(left_at=None) | Q(left_at__gt=F("arrived_at")),
                name="attendance_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("present", "late"))
                | Q(arrived_at=None, left_at=None, hours=None),
                name="only_who_came_has_times",
            ),
            models.CheckConstraint(
                condition=Q(hours=None)
                | Q(hours__gt=0, hours__lte=24, hours=F("hours") - Mod(F("hours") * 2, 1) / 2),
                name="attendance_hours_are_halves_of_a_day",
            ),
        )
        indexes = (models.Index(fields=("activity", "state"), name="attendance_sheet"),)

    def __str__(self) -> str:
        return f"{self.activity} {self.get_state_display()}"

    @property
    def came(self) -> bool:
        """Whether the member was there."""
        return self.state in CAME

    @property
    def is_on_record(self) -> bool:
        """Whether a record of service stands for it, which says from then on how long it was."""
        record = self.service_record
        return record is not None and record.state != ServiceState.WITHDRAWN

    @property
    def served_hours(self) -> Decimal:
        """Hours to the half: what the organizer says, else from arriving (not before the start) to leaving."""
        if self.hours is not None:
            return self.hours
        if not self.came:
            return Decimal(0)
        start = max(self.arrived_at or self.activity.starts_at, self.activity.starts_at)
        end = min(self.left_at or self.activity.ends_at, self.activity.ends_at)
        return half_hours(start, end)


def half_hours(start: datetime, end: datetime) -> Decimal:
    """Return a stretch of time in hours to the nearest half, at least one half."""
    halves = Decimal((end - start).total_seconds()) / 1800
    return min(MOST, max(HALF, halves.quantize(Decimal(1), ROUND_HALF_UP) * HALF))
