"""The answer to a notice."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import Answer, InvitedAs, Via
from meetings.models.meeting import Meeting
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class ReceiptQuerySet(ScopedQuerySet):
    """Filters on receipts."""

    def of_this_round(self) -> Self:
        """Keep the receipts of the notice that stands."""
        return self.filter(round=F("meeting__notice_round"))

    def answered(self) -> Self:
        """Keep those answered."""
        return self.exclude(answer=Answer.WAITING)


class Receipt(Row):
    """What an invited organization answered (回执): one row per organization and round of the notice."""

    row_history_dictionaries: ClassVar = {"channel": "proxy.channel"}

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="receipts")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="receipts")
    round = models.PositiveSmallIntegerField()
    invited_as = models.CharField(
        _("邀请身份"), max_length=10, choices=InvitedAs.choices, default=InvitedAs.MEMBER
    )
    answer = models.CharField(
        _("回执"), max_length=20, choices=Answer.choices, default=Answer.WAITING
    )
    attendee_name = models.CharField(_("参会人"), max_length=50, blank=True)
    attendee_post = models.CharField(_("职务"), max_length=100, blank=True)
    attendee_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    people = models.PositiveSmallIntegerField(_("参会人数"), default=1)
    reason = models.CharField(_("请假原因"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("回执时间"), null=True, blank=True)
    via = models.CharField(_("回执方式"), max_length=10, choices=Via.choices, blank=True)
    # A code of the dictionary proxy.channel.
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    answered_by = models.CharField(_("办理人岗位"), max_length=300, blank=True)
    # Given with the first answer to each round: 回执〔2026〕12号.
    number = models.CharField(_("回执编号"), max_length=40, blank=True)

    objects = ReceiptQuerySet.as_manager()

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

    class Meta:
        ordering = ("organization__sort", "organization_id")
        verbose_name = _("回执")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "organization", "round"),
                name="receipt_stands_once_per_organization_and_round",
            ),
            models.CheckConstraint(
                condition=~Q(answer="leave") | ~Q(reason=""), name="leave_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(answer="waiting") | Q(answered_at__isnull=False),
                name="answered_receipt_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting} {self.organization}"
