"""An item of the agenda."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.topic import Topic
from partybuild.access import Visibility
from partybuild.fields.models import Row


class AgendaItem(Row):
    """One item of a meeting's agenda (议程): a topic or a text; the first is last time's resolutions."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda_items")
    position = models.PositiveSmallIntegerField(_("顺序"))
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="agenda_items"
    )
    text = models.CharField(_("内容"), max_length=300)
    is_follow_up = models.BooleanField(_("上次议定事项落实情况"), default=False)
    minutes_planned = models.PositiveSmallIntegerField(_("时长（分钟）"), null=True, blank=True)
    presenter = models.CharField(_("汇报单位或汇报人"), max_length=100, blank=True)
    # False once taken off the agenda or the meeting was cancelled: its topic is free again.
    is_current = models.BooleanField(default=True, editable=False)

    visibility = Visibility(
        view="meeting.view",
        area="meeting__council__area",
        unit="meeting__receipts__organization",
        organizations=("meeting__receipts__organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("议程")
        constraints = (
            models.UniqueConstraint(
                fields=("topic",),
                condition=Q(is_current=True, topic__isnull=False),
                name="topic_stands_on_one_agenda",
            ),
            models.UniqueConstraint(
                fields=("meeting",),
                condition=Q(is_current=True, is_follow_up=True),
                name="agenda_follows_up_once",
            ),
            models.CheckConstraint(
                condition=Q(is_follow_up=True, position=0) | Q(is_follow_up=False, position__gt=0),
                name="agenda_begins_with_the_follow_up",
            ),
        )

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Its place on the meeting's page."""
        return f"{self.meeting.get_absolute_url()}#agenda"
