"""The meeting."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from meetings.enums import NOT_YET_HELD, TOOK_PLACE, MeetingState
from meetings.models.council import Council
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import AreaKeys
from partybuild.calendar import Period
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization

_HELD = ("held", "minuted", "issued", "archived")


class MeetingQuerySet(ScopedQuerySet):
    """Filters on meetings."""

    def upcoming(self) -> Self:
        """Keep meetings still to be held, the next one first."""
        return self.filter(state__in=NOT_YET_HELD).order_by("starts_at", "id")

    def held(self) -> Self:
        """Keep meetings that took place."""
        return self.filter(state__in=TOOK_PLACE)


class Meeting(Row, Versioned, AreaKeys):
    """A meeting of a council (联席会议): planned, notified, held, minuted, issued, archived."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="meetings")
    period = models.CharField(_("所属期间"), max_length=10)
    # 第几次: given when the meeting is held, so that a cancelled one leaves no gap.
    year = models.PositiveSmallIntegerField(_("年度"), null=True, blank=True, editable=False)
    number = models.PositiveSmallIntegerField(_("次数"), null=True, blank=True, editable=False)
    theme = models.CharField(_("会议主题"), max_length=200)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=200, blank=True)
    # 轮值: whose turn it is to prepare and chair, where the charter rotates.
    turn_unit = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("轮值单位"),
    )
    chair_name = models.CharField(_("主持人"), max_length=50, blank=True)
    convener_name = models.CharField(_("召集人"), max_length=50, blank=True)
    recorder_name = models.CharField(_("记录人"), max_length=50, blank=True)
    note = models.TextField(_("会议要求"), blank=True)

    state = models.CharField(
        _("状态"), max_length=20, choices=MeetingState.choices, default=MeetingState.PLANNED
    )
    state_reason = models.CharField(_("延期或取消原因"), max_length=300, blank=True)
    # A notice taken back or a meeting postponed begins a new round of receipts.
    notice_round = models.PositiveSmallIntegerField(default=0, editable=False)
    notified_at = models.DateTimeField(_("通知发出时间"), null=True, blank=True)
    # What those invited have been told, each from the end of its hold on: [{from, place, note, ends_at}].
    told = models.JSONField(default=list, editable=False)
    receipt_due_on = models.DateField(_("回执截止"), null=True, blank=True)
    late_reason = models.CharField(_("紧急原因"), max_length=300, blank=True)
    held_on = models.DateField(_("召开日期"), null=True, blank=True)
    # 临时会议: at somebody's proposal, beside the meetings that the charter asks for.
    is_extraordinary = models.BooleanField(_("临时会议"), default=False)
    proposer = models.CharField(_("提议人"), max_length=100, blank=True)
    proposal_reason = models.CharField(_("提议事由"), max_length=300, blank=True)
    # Why it stays although the room is taken at the time.
    clash_reason = models.CharField(_("同一时间占用会场的说明"), max_length=300, blank=True)
    is_entered_afterwards = models.BooleanField(_("补录"), default=False)

    objects = MeetingQuerySet.as_manager()

    # Units see the meetings they were invited to.
    visibility = Visibility(
        view="meeting.view",
        area="council__area",
        unit="receipts__organization",
        organizations=("receipts__organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-starts_at", "-id")
        verbose_name = _("联席会议")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "year", "number"),
                condition=Q(number__isnull=False),
                name="meeting_number_stands_once_a_year",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_HELD)
                | Q(number__isnull=False, year__isnull=False, held_on__isnull=False),
                name="held_meeting_has_number_and_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("cancelled", "postponed")) | ~Q(state_reason=""),
                name="cancelled_meeting_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                name="meeting_ends_after_it_starts",
            ),
        )
        indexes = (
            models.Index(fields=("council", "state"), name="meeting_council_state"),
            models.Index(fields=("starts_at",), name="meeting_starts_at"),
        )

    def __str__(self) -> str:
        return self.theme

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("meetings:meeting-detail", args=(self.uid,))

    @property
    def period_label(self) -> str:
        """2026年第一季度."""
        return Period.parse(self.period).label

    @property
    def number_label(self) -> str:
        """2026年第1次, once held."""
        if self.number is None:
            return ""
        return _now("%(year)d年第%(number)d次") % {"year": self.year, "number": self.number}

    @property
    def is_open(self) -> bool:
        """Whether the meeting is still to be held."""
        return self.state in NOT_YET_HELD

    @property
    def took_place(self) -> bool:
        """Whether the meeting was held."""
        return self.state in TOOK_PLACE
