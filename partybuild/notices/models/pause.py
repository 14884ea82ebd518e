"""A channel that is held back for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields.models import ClockTimestamp, Row
from partybuild.notices.enums import Channel


class ChannelPause(Row):
    """A pause of a channel (渠道暂停): notices wait in the outbox until it is resumed."""

    channel = models.CharField(_("渠道"), max_length=20, choices=Channel.choices)
    reason = models.CharField(_("原因"), max_length=300)
    paused_at = models.DateTimeField(_("暂停时间"), db_default=ClockTimestamp())
    paused_post = models.CharField(_("暂停岗位"), max_length=300, blank=True)
    resumed_at = models.DateTimeField(_("恢复时间"), null=True)

    visibility = Visibility(
        view="channel.edit",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("渠道暂停")
        constraints = (
            models.UniqueConstraint(
                fields=("channel",),
                condition=Q(resumed_at=None),
                name="channel_is_paused_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return str(self.get_channel_display())
