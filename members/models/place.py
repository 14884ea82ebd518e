"""The one table that lists and searches of members walk."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.enums import Side
from members.models.member import PartyMember
from members.models.report_in import ReportIn
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields import keyed_hash
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


def phone_tail_hash(phone: str) -> str:
    """Return the keyed hash by which the last four digits of a phone are found."""
    return keyed_hash(phone[-4:], "phone_tail") if len(phone) >= 4 else ""


class MemberPlaceQuerySet(ScopedQuerySet):
    """Filters on places."""

    def on_rosters(self) -> Self:
        """Keep the side of the units."""
        return self.filter(side=Side.UNIT)

    def reported_in(self) -> Self:
        """Keep the side of the communities."""
        return self.filter(side=Side.COMMUNITY)


class MemberPlace(Row):
    """A member as seen from one side (党员在哪里): from their unit, or from a community they reported in at.

    Kept by services, never typed. From the unit's side `area` is the street where the unit is
    registered: the street's rates need the roster, the community does not see it.
    """

    # A copy for lists and searches, kept by services.
    row_history = "none"

    holds_personal_data = True

    member = models.ForeignKey(PartyMember, models.CASCADE, related_name="places")
    side = models.CharField(max_length=20, choices=Side.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="member_places")
    # Area keys: filter and order from one index. Registers follow the tree.
    community = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    street = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    district = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    # From both sides: the unit sees its people everywhere.
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="member_places")
    report_in = models.OneToOneField(ReportIn, models.CASCADE, null=True, related_name="place")
    grid = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    sort = models.IntegerField(default=0)
    name = models.CharField(_("姓名"), max_length=50, db_collation="C")
    initials = models.CharField(max_length=50, blank=True)
    phone_tail_hash = models.CharField(max_length=64, blank=True)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)
    post = models.CharField(_("职务"), max_length=100, blank=True)
    since = models.DateField(_("日期"), null=True)

    objects = MemberPlaceQuerySet.as_manager()

    visibility = Visibility(
        view="member.list",
        area="area",
        unit="unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("sort", "name", "id")
        verbose_name = _("党员所在")
        constraints = (
            models.UniqueConstraint(
                fields=("member",),
                condition=Q(side=Side.UNIT),
                name="place_of_a_member_at_a_unit_stands_once",
            ),
            models.UniqueConstraint(
                fields=("member", "community"),
                condition=Q(side=Side.COMMUNITY),
                name="place_of_a_member_in_a_community_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(side=Side.UNIT, unit__isnull=False)
                | Q(side=Side.COMMUNITY, community__isnull=False),
                name="place_has_its_side",
            ),
        )
        indexes = (
            models.Index(fields=("community", "sort", "name", "id"), name="place_community"),
            models.Index(fields=("street", "side", "sort", "name", "id"), name="place_street"),
            models.Index(fields=("unit", "side", "sort", "name", "id"), name="place_unit"),
            models.Index(fields=("street", "initials"), name="place_street_initials"),
            models.Index(fields=("phone_tail_hash", "street"), name="place_phone_tail"),
        )

    def __str__(self) -> str:
        return self.name


__all__ = ("MemberPlace", "MemberPlaceQuerySet")
