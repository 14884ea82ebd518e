"""The robot of a chat group."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields import EncryptedTextField
from partybuild.fields.models import ClockTimestamp, Row
from partybuild.organizations.models import Organization


class GroupRobot(Row):
    """A group's robot (群机器人): posts what concerns bodies into their chat group, no personal data."""

    # Its counters of the minute change with every posting; what people do to it are events.
    row_history = "none"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="robots")
    # The council whose group it is; empty: the body's own.
    about_label = models.CharField(max_length=100, blank=True)
    about_uid = models.UUIDField(null=True, blank=True)
    kind = models.CharField(_("类型"), max_length=30)
    name = models.CharField(_("群名称"), max_length=60)
    # Whoever has the address can post: opened only at sending.
    address = EncryptedTextField(_("机器人地址"))
    secret = EncryptedTextField(_("加签密钥"))
    created_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    ended_at = models.DateTimeField(_("停用时间"), null=True, editable=False)
    # What left in the provider's minute.
    window_at = models.DateTimeField(null=True, editable=False)
    window_count = models.PositiveSmallIntegerField(default=0, editable=False)

    visibility = Visibility(
        view="robot.edit",
        area="organization__area",
        unit="organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("id",)
        verbose_name = _("群机器人")
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "about_uid"),
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="group_has_one_robot_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def kind_label(self) -> str:
        """How the provider's robots are called."""
        adapter = settings.ROBOTS.adapters.get(self.kind)
        return adapter.label if adapter is not None else self.kind
