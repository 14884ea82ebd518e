"""The certificate of volunteer service."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import OPEN_CERTIFICATE, CertificateState
from members.models.member import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class ServiceCertificateQuerySet(ScopedQuerySet):
    """Filters on certificates."""

    def open(self) -> Self:
        """Keep those that somebody still has to decide on."""
        return self.filter(state__in=OPEN_CERTIFICATE)

    def waiting(self) -> Self:
        """Keep those that wait for the community's check of the records."""
        return self.filter(state=CertificateState.ASKED)

    def prepared(self) -> Self:
        """Keep those that wait for the second look."""
        return self.filter(state=CertificateState.PREPARED)


class ServiceCertificate(Row, AreaKeys):
    """A certificate of one member's volunteer service in one community (志愿服务记录证明).

    The member asks, a worker of the community checks the certified records and freezes them, the one
    responsible takes a second look and issues it under the register's number. It is free, and says
    nothing but the record. `lines` is the snapshot: [{record, date, content, kind, hours}].
    """

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "since",
        "until",
        "asked_at",
        "times",
        "hours",
        "prepared_at",
        "prepared_by",
        "issued_at",
        "issued_by",
        "number",
    )

    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="certificates")
    community = models.ForeignKey(Area, models.PROTECT, related_name="service_certificates")
    issuer = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("出具单位")
    )
    state = models.CharField(
        _("状态"), max_length=20, choices=CertificateState.choices, default=CertificateState.ASKED
    )
    since = models.DateField(_("服务开始日期"))
    until = models.DateField(_("服务截止日期"))
    purpose = models.CharField(_("用途"), max_length=100, blank=True)
    # Empty: by the member; else how the wish came to the desk, a word of proxy.channel.
    channel = models.CharField(_("代办方式"), max_length=50, blank=True)
    asked_at = models.DateTimeField(_("申请时间"), db_default=DefaultNow(), editable=False)
    # Of the national volunteer platform, where the member has one.
    volunteer_number = models.CharField(_("志愿者编号"), max_length=40, blank=True)

    # Snapshot of the check.
    member_name = models.CharField(_("姓名"), max_length=50)
    # First 3 and last 1 characters: the whole number stands only on the member's own copy.
    masked_number = models.CharField(_("身份号码"), max_length=20, blank=True)
    lines = models.JSONField(default=list)
    times = models.PositiveIntegerField(_("服务次数"), default=0)
    hours = models.DecimalField(_("服务时长"), max_digits=8, decimal_places=1, default=Decimal(0))
    handler_name = models.CharField(_("经办人"), max_length=50, blank=True)
    handler_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    handler = models.ForeignKey(
        Person, models.PROTECT, null=True, editable=False, related_name="handled_certificates"
    )
    prepared_at = models.DateTimeField(_("核对时间"), null=True)
    prepared_by = models.CharField(_("核对岗位"), max_length=300, blank=True)
    responsible_name = models.CharField(_("负责人"), max_length=50, blank=True)
    issued_at = models.DateTimeField(_("出具时间"), null=True)
    issued_by = models.CharField(_("签发岗位"), max_length=300, blank=True)
    number = models.CharField(_("证明编号"), max_length=100, blank=True)
    # Why it was not issued, or taken out of force, or goes back to the check.
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = ServiceCertificateQuerySet.as_manager()

    visibility = Visibility(
        view="certificate.view",
        area="community",
        # It is the member's own paper; whether a unit sees it is theirs to say.
        unit=None,
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("志愿服务记录证明")
        constraints = (
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="certificate_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=("member", "community"),
                condition=Q(state__in=OPEN_CERTIFICATE),
                name="certificate_is_asked_for_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=CertificateState.ISSUED)
                | Q(issued_at__isnull=False, prepared_at__isnull=False, hours__gt=0),
                name="certificate_issued_was_checked_and_says_hours",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(CertificateState.DECLINED, CertificateState.WITHDRAWN))
                | ~Q(reason=""),
                name="certificate_refused_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=("community", "state", "-id"), name="certificate_community"),
        )

    def __str__(self) -> str:
        return f"{self.member_name} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """The certificate's page."""
        return reverse("members:certificate-detail", args=(self.uid,))

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide on it."""
        return self.state in OPEN_CERTIFICATE


__all__ = ("ServiceCertificate", "ServiceCertificateQuerySet")
