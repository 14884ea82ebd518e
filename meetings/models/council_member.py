"""Membership of a council."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import MemberState, Via
from meetings.models.council import Council
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class CouncilMemberQuerySet(ScopedQuerySet):
    """Filters on membership."""

    def standing(self) -> Self:
        """Keep those who are members or still to answer."""
        return self.filter(state__in=(MemberState.INVITED, MemberState.MEMBER))

    def members(self) -> Self:
        """Keep members."""
        return self.filter(state=MemberState.MEMBER)


class CouncilMember(Row):
    """An organization in a council (成员单位) with its representative and liaison, dated; a change begins a new row."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="members")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="council_memberships",
        verbose_name=_("成员单位"),
    )
    state = models.CharField(
        _("状态"), max_length=20, choices=MemberState.choices, default=MemberState.INVITED
    )
    representative_name = models.CharField(_("代表姓名"), max_length=50, blank=True)
    representative_post = models.CharField(_("代表职务"), max_length=100, blank=True)
    # The order of protocol within the council (trap: never by id or alphabet).
    sort = models.PositiveSmallIntegerField(_("排序"), default=0)
    # Contacts of an office: full for everybody who sees the unit.
    liaison_name = models.CharField(_("联络员"), max_length=50, blank=True)
    liaison_phone = models.CharField(_("联络员电话"), max_length=30, blank=True)
    invited_on = models.DateField(_("邀请日期"))
    answered_at = models.DateTimeField(_("回执时间"), null=True, blank=True)
    via = models.CharField(_("回执方式"), max_length=10, choices=Via.choices, blank=True)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    valid_from = models.DateField(_("加入日期"), null=True, blank=True)
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    end_reason = models.CharField(_("原因"), max_length=200, blank=True)

    objects = CouncilMemberQuerySet.as_manager()

    # Fellow members see each other: reach.py.
    visibility = Visibility(
        view="council.view",
        area="council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("sort", "organization__sort", "organization_id", "-id")
        verbose_name = _("成员单位")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "organization"),
                condition=Q(state__in=("invited", "member")),
                name="organization_stands_once_in_a_council",
            ),
            models.CheckConstraint(
                condition=~Q(state="member") | Q(valid_from__isnull=False),
                name="council_member_has_a_first_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.council} {self.organization}"

    def get_absolute_url(self) -> str:
        """The unit's page in the council."""
        return reverse("meetings:member-detail", args=(self.uid,))

    @property
    def is_standing(self) -> bool:
        """Whether the unit is a member or still to answer."""
        return self.state in {MemberState.INVITED, MemberState.MEMBER}
