"""A person as Party member, and where they work."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.enums import (
    Availability,
    EmploymentState,
    MemberCategory,
    MemberEndReason,
    MemberKind,
    MemberState,
)
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields import EncryptedTextField
from partybuild.fields.models import Dated, Row
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.people.models import Person


class PartyMemberQuerySet(ScopedQuerySet):
    """Filters on members."""

    def on_roster(self) -> Self:
        """Keep members who have not left."""
        return self.exclude(state=MemberState.ENDED)


class PartyMember(Row):
    """A person as Party member (党员); membership itself is kept elsewhere, this is who takes part here."""

    holds_personal_data = True

    person = models.OneToOneField(Person, models.PROTECT, related_name="party_member")
    kind = models.CharField(
        _("党员类别"), max_length=20, choices=MemberKind.choices, default=MemberKind.FULL
    )
    category = models.CharField(
        _("党员信息库"),
        max_length=20,
        choices=MemberCategory.choices,
        default=MemberCategory.IN_SERVICE,
    )
    state = models.CharField(
        _("状态"), max_length=20, choices=MemberState.choices, default=MemberState.ACTIVE
    )
    joined_on = models.DateField(_("入党日期"), null=True, blank=True)
    home_area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="residents",
        verbose_name=_("居住社区"),
    )
    # A community sees the building, the full address stays with unit and member.
    home_building = models.CharField(_("小区、楼栋"), max_length=100, blank=True)
    home_address = EncryptedTextField(_("居住地址"))
    skills = models.CharField(_("特长"), max_length=200, blank=True)
    availability = ArrayField(
        models.CharField(max_length=20, choices=Availability.choices),
        verbose_name=_("可服务时间"),
        default=list,
        blank=True,
    )
    ended_on = models.DateField(_("减少日期"), null=True, blank=True)
    end_reason = models.CharField(
        _("减少原因"), max_length=20, choices=MemberEndReason.choices, blank=True
    )
    end_note = models.CharField(_("减少说明"), max_length=200, blank=True)

    # A double that was settled: the row that stands for the same human.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from"
    )

    objects = PartyMemberQuerySet.as_manager()

    visibility = Visibility(
        view="member.view",
        # Seen from two sides, each through its place: a street those of units registered in it too.
        area="places__area",
        unit="places__unit",
        organizations=None,
        persons=None,
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("党员")
        constraints = (
            models.CheckConstraint(
                condition=(Q(state=MemberState.ENDED) & Q(ended_on__isnull=False))
                | (~Q(state=MemberState.ENDED) & Q(ended_on=None)),
                name="member_ended_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(state=MemberState.ENDED),
                name="member_merged_has_ended",
            ),
        )

    def __str__(self) -> str:
        return self.person.name

    def get_absolute_url(self) -> str:
        """The member's page."""
        return reverse("members:member-detail", args=(self.uid,))


class EmploymentQuerySet(ScopedQuerySet):
    """Filters on employments."""

    def current(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(valid_to=None)

    def confirmed(self) -> Self:
        """Keep those that the unit has said are its people."""
        return self.filter(state=EmploymentState.CONFIRMED)

    def stated(self) -> Self:
        """Keep those that wait for the unit's word."""
        return self.filter(state=EmploymentState.STATED)


class Employment(Row, Dated):
    """Where a member works and to which branch they belong (工作单位), dated."""

    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="employments")
    unit = models.ForeignKey(
        Organization, models.PROTECT, related_name="employments", verbose_name=_("工作单位")
    )
    branch = models.ForeignKey(
        PartyOrganization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="employments",
        verbose_name=_("所在党支部"),
    )
    post = models.CharField(_("职务"), max_length=100, blank=True)
    state = models.CharField(
        max_length=20, choices=EmploymentState.choices, default=EmploymentState.CONFIRMED
    )

    objects = EmploymentQuerySet.as_manager()

    visibility = Visibility(
        view="member.view",
        area="unit__area",
        unit="unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-valid_from", "-id")
        verbose_name = _("工作单位")
        constraints = (
            models.UniqueConstraint(
                fields=("member",), condition=Q(valid_to=None), name="employment_is_open_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="employment_ends_after_it_starts",
            ),
        )
        indexes = (
            models.Index(
                fields=("unit", "state"), condition=Q(valid_to=None), name="employment_current_unit"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.post}".strip()


__all__ = ("Employment", "EmploymentQuerySet", "PartyMember", "PartyMemberQuerySet")
