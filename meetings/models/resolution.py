"""A resolution."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import OPEN_RESOLUTION, Closing, ResolutionState
from meetings.models.agenda_item import AgendaItem
from meetings.models.council import Council
from meetings.models.meeting import Meeting
from meetings.models.topic import Topic
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import AreaKeys
from partybuild.fields.models import Row, Versioned


def carried_into(year: int) -> Q:
    """Nothing is moved at year's end: a register says on which day a resolution was finished."""
    first = date(year, 1, 1)
    return Q(meeting__held_on__lt=first) & (Q(closed_on=None) | Q(closed_on__gte=first))


class ResolutionQuerySet(ScopedQuerySet):
    """Filters on resolutions."""

    def unfinished(self) -> Self:
        """Keep those neither closed nor stopped."""
        return self.filter(state__in=OPEN_RESOLUTION)

    def overdue(self, day: date) -> Self:
        """Keep those whose deadline has passed while nobody has reported them done."""
        return self.unfinished().filter(due_on__lt=day).exclude(state=ResolutionState.REPORTED)

    def of_year(self, year: int) -> Self:
        """Keep a year's register: decided in it, or carried over unfinished into it (上年接转)."""
        return self.filter(Q(meeting__held_on__year=year) | carried_into(year))

    def carried_into(self, year: int) -> Self:
        """Keep what was decided before a year and not finished when it began (上年接转)."""
        return self.filter(carried_into(year))


class Resolution(Row, Versioned, AreaKeys):
    """What a meeting decided (议定事项): leading unit, helpers, deadline; closed in one of three ways or stopped."""

    row_history_dictionaries: ClassVar = {"category": "topic.category"}

    council = models.ForeignKey(Council, models.PROTECT, related_name="resolutions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions")
    # The item of the agenda under which it was decided.
    agenda_item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="resolutions"
    )
    number = models.PositiveSmallIntegerField(_("序号"))
    text = models.CharField(_("议定内容"), max_length=500)
    # A code of the dictionary topic.category.
    category = models.CharField(_("类别"), max_length=50, blank=True)
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=20, choices=ResolutionState.choices, default=ResolutionState.PENDING
    )
    assigned_on = models.DateField(_("下达日期"), null=True, blank=True)
    reported_on = models.DateField(_("申报办结日期"), null=True, blank=True)
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)
    closing = models.CharField(_("办结类型"), max_length=20, choices=Closing.choices, blank=True)
    result = models.CharField(_("办理结果"), max_length=500, blank=True)
    # What is closed for this stage only comes back: on this day, until somebody has looked again.
    review_on = models.DateField(_("下次复查日期"), null=True, blank=True)
    reviewed_on = models.DateField(_("复查日期"), null=True, blank=True)
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    # The topic under which a returned one is discussed again.
    discussed_as = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="resolutions_again"
    )

    objects = ResolutionQuerySet.as_manager()

    # Responsible units, and the meeting's units once the minutes are issued: reach.py.
    visibility = Visibility(
        view="resolution.view",
        area="council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-meeting_id", "number")
        verbose_name = _("议定事项")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "number"), name="resolution_number_stands_once_per_meeting"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("assigned", "working", "reported"))
                | Q(due_on__isnull=False),
                name="assigned_resolution_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_on__isnull=False) & ~Q(closing="")),
                name="closed_resolution_has_day_and_kind",
            ),
            # From the day when places began to write it down, a stage has its next day.
            models.CheckConstraint(
                condition=Q(review_on=None) | Q(closing="stage"),
                name="only_a_stage_is_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | (Q(closed_on__isnull=False) & ~Q(result="")),
                name="stopped_resolution_has_day_and_reason",
            ),
        )
        indexes = (
            models.Index(fields=("council", "state"), name="resolution_council_state"),
            models.Index(fields=("due_on",), name="resolution_due_on"),
            models.Index(
                fields=("review_on",),
                condition=Q(review_on__isnull=False, reviewed_on=None),
                name="resolution_waits_for_review",
            ),
        )

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The resolution's page."""
        return reverse("meetings:resolution-detail", args=(self.uid,))

    @property
    def is_open(self) -> bool:
        """Whether it is neither closed nor stopped."""
        return self.state in OPEN_RESOLUTION

    def is_carried_into(self, year: int) -> bool:
        """Whether it was decided before a year and not finished when that began (上年接转)."""
        held_on = self.meeting.held_on
        return (
            held_on is not None
            and held_on.year < year
            and (self.closed_on is None or self.closed_on.year >= year)
        )

    def is_overdue(self, day: date) -> bool:
        """Whether its deadline has passed while nobody has reported it done."""
        return (
            self.due_on is not None
            and self.due_on < day
            and self.is_open
            and self.state != ResolutionState.REPORTED
        )
