"""A unit's own reporting in at a community."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import ACTIVE_UNIT_REPORT_IN, UnitReportInState
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class UnitReportInQuerySet(ScopedQuerySet):
    """Filters on units' report-ins."""

    def active(self) -> Self:
        """Keep those that wait or stand."""
        return self.filter(state__in=ACTIVE_UNIT_REPORT_IN)

    def standing(self) -> Self:
        """Keep those that the community has confirmed and that have not ended."""
        return self.filter(state=UnitReportInState.CONFIRMED)

    def waiting(self) -> Self:
        """Keep those that wait for the community."""
        return self.filter(state=UnitReportInState.SUBMITTED)


class UnitReportIn(Row, AreaKeys):
    """A unit's Party organization reporting in at a community (单位党组织到社区报到, F1), with a receipt."""

    row_history_dictionaries: ClassVar = {
        "kind": "unit.kind",
        "services": "service.kind",
        "end_reason": "unit_report_in.end_reason",
        "channel": "proxy.channel",
    }

    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="unit_report_ins", verbose_name=_("单位")
    )
    community = models.ForeignKey(
        Area, models.PROTECT, related_name="unit_report_ins", verbose_name=_("报到社区")
    )
    grid = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="unit_report_ins_in_grid",
        verbose_name=_("所属网格"),
    )
    state = models.CharField(
        _("状态"),
        max_length=20,
        choices=UnitReportInState.choices,
        default=UnitReportInState.SUBMITTED,
    )
    submitted_on = models.DateField(_("报到日期"))
    submitted_by = models.CharField(_("填报岗位"), max_length=300, blank=True)
    # Empty: by the unit; else how the community heard, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    # Snapshot: what the form said.
    unit_name = models.CharField(_("单位名称"), max_length=200)
    party_name = models.CharField(_("单位党组织名称"), max_length=200, blank=True)
    # A value of PartyOrganizationKind.
    party_kind = models.CharField(_("党组织类别"), max_length=30, blank=True)
    # A word of the dictionary unit.kind.
    kind = models.CharField(_("单位性质"), max_length=50, blank=True)
    superior = models.CharField(_("隶属关系、上级党组织"), max_length=200, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=30, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    head_name = models.CharField(_("负责人"), max_length=50)
    head_phone = models.CharField(_("负责人联系电话"), max_length=30, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=50)
    contact_phone = models.CharField(_("联系人电话"), max_length=30)
    members_total = models.PositiveIntegerField(_("党员总数"), default=0)
    members_in_service = models.PositiveIntegerField(_("在职党员数"), default=0)
    members_reported_in = models.PositiveIntegerField(_("已报到党员数"), default=0)
    # Words of the dictionary service.kind.
    services = ArrayField(
        models.CharField(max_length=50), verbose_name=_("认领服务项目"), default=list, blank=True
    )
    resources = models.TextField(_("可提供的资源"), max_length=1000, blank=True)
    needs = models.TextField(_("希望社区支持的事项"), max_length=1000, blank=True)
    projects = models.TextField(_("拟共建项目"), max_length=1000, blank=True)
    note = models.CharField(_("备注"), max_length=500, blank=True)

    decided_on = models.DateField(_("接收日期"), null=True)
    decided_by = models.CharField(_("接收岗位"), max_length=300, blank=True)
    opinion = models.CharField(_("社区接收意见"), max_length=500, blank=True)
    receipt_number = models.CharField(_("回执编号"), max_length=40, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    ended_on = models.DateField(_("注销日期"), null=True)
    # A word of the dictionary unit_report_in.end_reason.
    end_reason = models.CharField(_("注销原因"), max_length=50, blank=True)
    end_note = models.CharField(_("注销说明"), max_length=200, blank=True)

    objects = UnitReportInQuerySet.as_manager()

    visibility = Visibility(
        view="unit.view",
        area="community",
        unit="unit",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-submitted_on", "-id")
        verbose_name = _("单位报到")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "community"),
                condition=Q(state__in=ACTIVE_UNIT_REPORT_IN),
                name="unit_report_in_is_active_once_per_community",
            ),
            models.CheckConstraint(
                condition=~Q(state=UnitReportInState.CONFIRMED) | ~Q(receipt_number=""),
                name="unit_report_in_confirmed_has_a_receipt",
            ),
            models.CheckConstraint(
                condition=~Q(state=UnitReportInState.ENDED) | Q(ended_on__isnull=False),
                name="unit_report_in_ended_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("submitted_on")),
                name="unit_report_in_ends_after_it_starts",
            ),
        )
        indexes = (
            models.Index(
                fields=("community", "state", "-submitted_on"), name="unit_report_in_community"
            ),
            models.Index(
                fields=("frozen_street",),
                condition=Q(state=UnitReportInState.CONFIRMED),
                name="unit_report_in_standing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_name} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """The page of the unit's report-in."""
        return reverse("members:unit-report-in-detail", args=(self.uid,))


__all__ = ("UnitReportIn", "UnitReportInQuerySet")
