"""A call for topics."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.models.council import Council
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.calendar import Period
from partybuild.fields.models import Row


class TopicCallQuerySet(ScopedQuerySet):
    """Filters on calls."""

    def standing(self) -> Self:
        """Keep calls that the convener has not closed."""
        return self.filter(closed_on=None)


class TopicCall(Row):
    """A call for topics (议题征集) for the council's meeting in a period, until a day."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="topic_calls")
    period = models.CharField(_("期间"), max_length=10)
    due_on = models.DateField(_("截止日期"))
    called_on = models.DateField(_("发出日期"), null=True, blank=True)
    # When the meeting is thought to be; the notice says it for certain.
    meeting_on = models.DateField(_("拟开会日期"), null=True, blank=True)
    note = models.CharField(_("征集重点"), max_length=300, blank=True)
    # After the due date topics are still taken, marked as late; after closing no more.
    closed_on = models.DateField(_("结束征集日期"), null=True, blank=True)

    objects = TopicCallQuerySet.as_manager()

    # Members see their councils' calls: reach.py.
    visibility = Visibility(
        view="topic.view",
        area="council__area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-due_on", "-id")
        verbose_name = _("议题征集")
        constraints = (
            models.CheckConstraint(
                condition=Q(meeting_on=None) | Q(meeting_on__gte=models.F("due_on")),
                name="call_is_due_before_its_meeting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.council} {self.period}"

    def get_absolute_url(self) -> str:
        """The call's page: who answered what."""
        return reverse("meetings:call-detail", args=(self.uid,))

    @property
    def is_open(self) -> bool:
        """Whether topics may still come in on it."""
        return self.closed_on is None

    @property
    def period_label(self) -> str:
        """2026年第一季度."""
        return Period.parse(self.period).label

    def is_past(self, day: date) -> bool:
        """Whether its date has passed."""
        return self.due_on < day
