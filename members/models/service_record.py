"""What members did in a community."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Mod
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import ServiceSource, ServiceState
from members.models.member import PartyMember
from members.models.post import PostClaim
from members.models.summary import ServiceSummary
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class ServiceRecordQuerySet(ScopedQuerySet):
    """Filters on service records."""

    def certified(self) -> Self:
        """Keep what the community has certified: only this counts."""
        return self.filter(state=ServiceState.CERTIFIED)

    def waiting(self) -> Self:
        """Keep what waits for certification."""
        return self.filter(state=ServiceState.ENTERED)


class ServiceRecord(Row, AreaKeys):
    """One member's service on one day (服务记录): entered by the community, not by the member."""

    row_history_dictionaries: ClassVar = {"kind": "service.kind"}

    community = models.ForeignKey(Area, models.PROTECT, related_name="service_records")
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="service_records")
    # Records entered together are certified together, as one list.
    sheet = models.UUIDField(_("名单"), default=uuid.uuid4)
    source = models.CharField(
        _("来源"), max_length=20, choices=ServiceSource.choices, default=ServiceSource.ENTERED
    )
    date = models.DateField(_("服务日期"))
    content = models.CharField(_("服务内容"), max_length=200)
    # A word of the dictionary service.kind.
    kind = models.CharField(_("服务类别"), max_length=50)
    hours = models.DecimalField(_("时长"), max_digits=4, decimal_places=1)
    place = models.CharField(_("地点"), max_length=100, blank=True)
    state = models.CharField(
        _("状态"), max_length=20, choices=ServiceState.choices, default=ServiceState.ENTERED
    )
    # Snapshot: who and of which unit on that day.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    entered_by = models.CharField(_("登记岗位"), max_length=300, blank=True)
    certified_at = models.DateTimeField(_("认证时间"), null=True)
    certified_by = models.CharField(_("认证岗位"), max_length=300, blank=True)
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)
    # The summary that has carried it to the unit: each certified record goes into exactly one.
    summary = models.ForeignKey(ServiceSummary, models.PROTECT, null=True, related_name="records")

    # The claimed post that it was served in.
    claim = models.ForeignKey(
        PostClaim, models.PROTECT, null=True, blank=True, related_name="service_records"
    )

    objects = ServiceRecordQuerySet.as_manager()

    visibility = Visibility(
        view="service.view",
        area="community",
        unit="unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-date", "-id")
        verbose_name = _("服务记录")
        constraints = (
            models.CheckConstraint(
                condition=Q(hours__gt=0) & Q(hours__lte=24), name="service_hours_are_of_one_day"
            ),
            models.CheckConstraint(
                condition=Q(hours=F("hours") - Mod(F("hours") * 2, 1) / 2),
                name="service_hours_are_halves",
            ),
            models.UniqueConstraint(
                fields=("sheet", "member"), name="service_member_stands_once_on_a_list"
            ),
            models.CheckConstraint(
                condition=Q(summary=None) | Q(state=ServiceState.CERTIFIED),
                name="service_in_a_summary_is_certified",
            ),
        )
        indexes = (
            models.Index(fields=("community", "state", "-date", "-id"), name="service_community"),
            models.Index(fields=("member", "-date"), name="service_member"),
            models.Index(fields=("unit", "-date"), name="service_unit"),
            models.Index(
                fields=("frozen_street", "date"),
                condition=Q(state=ServiceState.CERTIFIED),
                name="service_certified_street",
            ),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.content}"

    def get_absolute_url(self) -> str:
        """The page of the list on which it was entered."""
        return reverse("members:service-sheet", args=(self.sheet,))


__all__ = ("ServiceRecord", "ServiceRecordQuerySet")
