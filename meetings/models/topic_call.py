"""A call for topics."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.council import Council
from partybuild.access import Visibility
from partybuild.fields.models import Row


class TopicCall(Row):
    """A call for topics (议题征集) for the council's meeting in a period, until a day."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="topic_calls")
    period = models.CharField(_("期间"), max_length=10)
    due_on = models.DateField(_("截止日期"))
    note = models.CharField(_("征集重点"), max_length=300, blank=True)

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

    def __str__(self) -> str:
        return f"{self.council} {self.period}"
