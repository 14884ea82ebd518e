"""Reporting in at a community."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import ACTIVE_REPORT_IN, ReportInState
from members.models.member import PartyMember
from members.models.team import Team
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.fields import EncryptedTextField
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class ReportInQuerySet(ScopedQuerySet):
    """Filters on report-ins."""

    def active(self) -> Self:
        """Keep those that wait or stand."""
        return self.filter(state__in=ACTIVE_REPORT_IN)

    def standing(self) -> Self:
        """Keep those that the community has confirmed and that have not ended."""
        return self.filter(state=ReportInState.CONFIRMED)

    def waiting(self) -> Self:
        """Keep those that wait for the community."""
        return self.filter(state=ReportInState.SUBMITTED)


class ReportIn(Row, AreaKeys):
    """An in-service member's reporting in at a community (报到); membership stays with the unit."""

    holds_personal_data = True
    # Days, numbers and posts of each step; the person and what is said of them stay out of the history.
    row_history_shows = (
        "submitted_on",
        "decided_on",
        "decided_by",
        "ended_on",
        "end_reason",
        "channel",
    )
    row_history_dictionaries: ClassVar = {
        "end_reason": "report_in.end_reason",
        "channel": "proxy.channel",
    }

    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="report_ins")
    community = models.ForeignKey(
        Area, models.PROTECT, related_name="report_ins", verbose_name=_("报到社区")
    )
    grid = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="report_ins_in_grid",
        verbose_name=_("所在网格"),
    )
    # The team placed in with the report-in; TeamMember holds the dates.
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="report_ins",
        verbose_name=_("志愿服务队"),
    )
    state = models.CharField(
        _("状态"), max_length=20, choices=ReportInState.choices, default=ReportInState.SUBMITTED
    )
    submitted_on = models.DateField(_("报到日期"))
    # Empty: by the member; else how it came to the desk, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    # Snapshot: what was said when reporting in.
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    stated_name = models.CharField(_("姓名"), max_length=50)
    unit_name = models.CharField(_("工作单位"), max_length=200, blank=True)
    post = models.CharField(_("职务"), max_length=100, blank=True)
    branch_name = models.CharField(_("所在党支部"), max_length=200, blank=True)
    building = models.CharField(_("小区、楼栋"), max_length=100, blank=True)
    address = EncryptedTextField(_("居住地址"))
    skills = models.CharField(_("特长"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    decided_on = models.DateField(_("确认日期"), null=True)
    decided_by = models.CharField(_("确认岗位"), max_length=300, blank=True)
    return_reason = models.CharField(_("退回原因"), max_length=200, blank=True)
    # Moved: the one that it replaces stands until this one is confirmed (转出中).
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("原报到")
    )
    # Passed on by a community in whose area the member does not live.
    passed_from = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="passed_to", verbose_name=_("转交自")
    )
    ended_on = models.DateField(_("注销日期"), null=True)
    # A word of the dictionary report_in.end_reason.
    end_reason = models.CharField(_("注销原因"), max_length=50, blank=True)
    end_note = models.CharField(_("注销说明"), max_length=200, blank=True)

    objects = ReportInQuerySet.as_manager()

    visibility = Visibility(
        view="member.view",
        area="community",
        # The unit sees its people everywhere, whoever their unit was when they reported in.
        unit="member__places__unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-submitted_on", "-id")
        verbose_name = _("报到")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "community"),
                condition=Q(state__in=ACTIVE_REPORT_IN),
                name="report_in_is_active_once_per_community",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportInState.ENDED) | Q(ended_on__isnull=False),
                name="report_in_ended_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("submitted_on")),
                name="report_in_ends_after_it_starts",
            ),
            # Only one at a time waits to take another's place.
            models.UniqueConstraint(
                fields=("replaces",),
                condition=Q(state=ReportInState.SUBMITTED),
                name="report_in_moves_to_one_place",
            ),
        )
        indexes = (
            models.Index(
                fields=("community", "state", "-submitted_on"), name="report_in_community"
            ),
            models.Index(
                fields=("frozen_street",),
                condition=Q(state=ReportInState.CONFIRMED),
                name="report_in_standing_street",
            ),
        )

    def __str__(self) -> str:
        return f"{self.community} {self.get_state_display()}"

    @property
    def stands_since(self) -> date:
        """The day of which papers and pages say that somebody reported in."""
        return self.decided_on or self.submitted_on

    def get_absolute_url(self) -> str:
        """The report-in's page."""
        return reverse("members:report-in-detail", args=(self.uid,))
