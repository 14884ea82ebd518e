"""One notice to one recipient by one channel."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Scope, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.access.visibility import NOTHING
from partybuild.calendar.clock import DefaultNow, Now
from partybuild.fields.codes import mask_name
from partybuild.fields.models import Row
from partybuild.notices.enums import OUTBOUND, WAY_IN, Channel, NoticeState
from partybuild.notices.models.robot import GroupRobot
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class NoticeQuerySet(ScopedQuerySet):
    """Filters on notices."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep what was written to this person or body, and the log of what one's own body wrote."""
        if scope.is_system:
            return self.all()
        rows = _received(scope) | self._rows(scope, "notice.log", reading=False)
        return self._kept(rows)

    def received_by(self, scope: Scope) -> Self:
        """Keep the inbox: in-app notices to this person, or to the body where no person is named."""
        return self.filter(
            _received(scope),
            channel=Channel.IN_APP,
            state=NoticeState.SENT,
            not_before__lte=Now(),
        )

    def unread(self) -> Self:
        """Keep what nobody has opened."""
        return self.filter(read_at=None)

    def logged_for(self, scope: Scope) -> Self:
        """Keep the delivery log of one's own body, or of one's area."""
        return self._kept(self._rows(scope, "notice.log", reading=False))

    def mail(self) -> Self:
        """Keep the mails of the outbox."""
        return self.filter(channel=Channel.MAIL)

    def outbound(self) -> Self:
        """Keep the outbox: mails, short messages, postings."""
        return self.filter(channel__in=OUTBOUND)


def _received(scope: Scope) -> Q:
    rows = NOTHING
    if scope.cell("notice.inbox").allows:
        if scope.person_id is not None:
            rows |= Q(person=scope.person_id)
        if scope.organization_id is not None and scope.link_target is None:
            rows |= Q(organization=scope.organization_id, person=None)
    return rows


class Notice(Row):
    """A notice (通知): the in-app one is delivered by being written, mail goes through the outbox."""

    # Every state of a notice is a step of the outbox, kept in the row; what sends them is an event.
    row_history = "none"

    kind = models.CharField(_("类别"), max_length=80)
    subject_label = models.CharField(max_length=100)
    subject_uid = models.UUIDField()
    # Taken back and sent anew, postponed, chased a second time by hand: each begins a round.
    round = models.PositiveIntegerField(default=1)
    step = models.CharField(max_length=120, blank=True)
    period = models.CharField(max_length=10, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="notices"
    )
    # Written to a holder of one of the body's posts: no longer for them when they leave it.
    is_for_post = models.BooleanField(default=False)
    channel = models.CharField(_("方式"), max_length=10, choices=Channel.choices)
    state = models.CharField(
        _("状态"), max_length=10, choices=NoticeState.choices, default=NoticeState.QUEUED
    )

    title = models.CharField(_("标题"), max_length=300)
    body = models.TextField(_("正文"), blank=True)
    # Where the reader acts: a signed link made at sending, or a page of ours.
    path = models.CharField(max_length=500, blank=True)
    link_action = models.CharField(max_length=80, blank=True)
    link_label = models.CharField(max_length=100, blank=True)
    link_uid = models.UUIDField(null=True, blank=True)
    # The debt it asks for, by uid: the ledger stands above this floor.
    debt_uid = models.UUIDField(null=True, blank=True)
    # One reminder for many debts that are paid on one page.
    debt_uids = ArrayField(models.UUIDField(), default=list, blank=True)
    is_reminder = models.BooleanField(default=False)
    # What goes in one letter: rows to one recipient by one way under one word. Empty: by itself.
    digest = models.CharField(max_length=60, blank=True)
    # The letter in which it went, fixed when that was claimed.
    carrier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried"
    )
    # One press of 催办 over many debts.
    wave = models.UUIDField(null=True, blank=True)
    # Who is on leave, where it goes to somebody who takes notices for them.
    on_behalf_of = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    robot = models.ForeignKey(
        GroupRobot, models.PROTECT, null=True, blank=True, related_name="notices"
    )

    sender = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="sent_notices"
    )
    sender_post = models.CharField(_("发出岗位"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("时间"), db_default=DefaultNow(), editable=False)
    # Business time: held for 撤回, or until quiet hours end.
    not_before = models.DateTimeField(_("最早发送时间"), db_default=DefaultNow())
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    # The rest is the outbox's own; leases and retries by clock_timestamp().
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    unknown_at = models.DateTimeField(null=True, blank=True)
    was_unknown = models.BooleanField(default=False)
    is_resent = models.BooleanField(default=False)
    sent_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    # Of a short message the masked number: the number itself is opened at sending alone.
    address = models.EmailField(_("收件地址"), blank=True)
    # What the one who took it calls it.
    provider_id = models.CharField(max_length=100, blank=True)
    error = models.CharField(_("原因"), max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    # The delivery log; the inbox is added by the queryset.
    visibility = Visibility(
        view="notice.log",
        area="sender__area",
        unit="sender",
        organizations=None,
        persons=None,
        own="person",
        open=None,
        administrators=Q(channel__in=OUTBOUND),
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("通知")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "kind",
                    "subject_uid",
                    "round",
                    "step",
                    "period",
                    "organization",
                    "person",
                    "channel",
                ),
                nulls_distinct=False,
                name="notice_is_written_once_per_recipient_and_channel",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | Q(person__isnull=False),
                name="notice_has_a_recipient",
            ),
            models.CheckConstraint(
                condition=Q(state__in=NoticeState.values), name="notice_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.IN_APP)
                | Q(state__in=(NoticeState.SENT, NoticeState.CANCELLED)),
                name="notice_in_app_is_delivered_by_being_written",
            ),
        )
        indexes = (
            models.Index(fields=("person", "-id"), name="notice_person"),
            models.Index(
                fields=("person",),
                condition=Q(channel=Channel.IN_APP, state=NoticeState.SENT, read_at=None),
                name="notice_unread",
            ),
            models.Index(fields=("organization", "-id"), name="notice_organization"),
            models.Index(
                fields=("id",),
                condition=Q(
                    channel=Channel.MAIL,
                    state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER),
                ),
                name="notice_outbox",
            ),
            models.Index(
                fields=("id",),
                condition=Q(
                    channel=Channel.SMS,
                    state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER),
                ),
                name="notice_outbox_sms",
            ),
            # A handful among a wave of thousands: each batch asks for these first.
            models.Index(
                fields=("id",),
                condition=Q(
                    kind=WAY_IN,
                    state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER),
                ),
                name="notice_outbox_ways_in",
            ),
            models.Index(
                fields=("robot", "id"),
                condition=Q(
                    channel=Channel.ROBOT,
                    state__in=(NoticeState.QUEUED, NoticeState.CLAIMED, NoticeState.HANDOVER),
                ),
                name="notice_outbox_robot",
            ),
            models.Index(
                fields=("digest", "id"),
                condition=~Q(digest="") & Q(state=NoticeState.QUEUED),
                name="notice_to_gather",
            ),
            models.Index(fields=("wave",), condition=Q(wave__isnull=False), name="notice_wave"),
            models.Index(
                fields=("unknown_at",),
                condition=Q(state=NoticeState.UNKNOWN),
                name="notice_unknown",
            ),
            models.Index(fields=("subject_uid", "kind"), name="notice_subject"),
            models.Index(fields=("debt_uid", "-id"), name="notice_debt"),
            GinIndex(fields=("debt_uids",), name="notice_debts"),
            models.Index(fields=("sender", "-id"), name="notice_sender"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that whoever carries it can be asked for it."""
        if self.channel == Channel.SMS:
            return self.uid.hex
        host = settings.BASE_URL.split("//")[-1].split("/")[0].split(":")[0] or "localhost"
        return f"<notice.{self.uid.hex}@{host}>"

    @property
    def fate(self) -> Notice:
        """Whose state tells what became of it: its own, or that of the letter it went in."""
        if self.state == NoticeState.GATHERED and self.carrier is not None:
            return self.carrier
        return self

    @property
    def recipient_name(self) -> str:
        """Who it is for: a body and the holder of its post; a person without a post masked."""
        body = self.organization.called if self.organization is not None else ""
        if self.person is None:
            return body
        name = self.person.name if self.is_for_post else mask_name(self.person.name)
        return f"{body} {name}".strip()


__all__ = ("Notice", "NoticeQuerySet")
