"""Who takes a wish on."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import AreaKeys
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from wishes.enums import HOLDING, STANDING, ClaimState
from wishes.models.wish import Wish


class WishClaimQuerySet(ScopedQuerySet):
    """Filters on claims."""

    def standing(self) -> Self:
        """Keep those that wait or are being fulfilled."""
        return self.filter(state__in=STANDING)

    def proposed(self) -> Self:
        """Keep those that wait for the community."""
        return self.filter(state=ClaimState.PROPOSED)

    def accepted(self) -> Self:
        """Keep those to be fulfilled."""
        return self.filter(state=ClaimState.ACCEPTED)

    def holding(self) -> Self:
        """Keep those that have the wish in hand, fulfilled or not."""
        return self.filter(state__in=HOLDING)


class WishClaim(Row, AreaKeys):
    """A claim of a wish (微心愿认领) by a member or a unit, by themselves or written down for them."""

    holds_personal_data = True
    row_history_shows = (
        "proposed_on",
        "promised_on",
        "decided_on",
        "decided_by",
        "fulfilled_on",
        "ended_on",
    )

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="claims")
    # A member, or else the unit itself.
    member = models.ForeignKey(PartyMember, models.PROTECT, null=True, related_name="wish_claims")
    # The unit that claims; of a member the unit of then.
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="wish_claims")
    state = models.CharField(
        _("状态"), max_length=20, choices=ClaimState.choices, default=ClaimState.PROPOSED
    )
    proposed_on = models.DateField(_("认领日期"))
    promised_on = models.DateField(_("计划兑现日期"))
    # Empty: by the claimer; else how the community heard it, a word of proxy.channel.
    channel = models.CharField(_("代录方式"), max_length=50, blank=True)
    note = models.CharField(_("打算怎样帮"), max_length=200, blank=True)
    decided_on = models.DateField(_("确定日期"), null=True, editable=False)
    decided_by = models.CharField(_("确定岗位"), max_length=300, blank=True, editable=False)
    fulfilled_on = models.DateField(_("兑现日期"), null=True, editable=False)
    result = models.CharField(_("兑现情况"), max_length=500, blank=True, editable=False)
    ended_on = models.DateField(_("结束日期"), null=True, editable=False)
    end_reason = models.CharField(_("说明"), max_length=200, blank=True, editable=False)
    # Snapshot: who and of which unit then; a unit's claim has no person.
    member_name = models.CharField(_("姓名"), max_length=50, blank=True)
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)

    objects = WishClaimQuerySet.as_manager()

    # Who claims may be a person: seen as members are, so that the city sees wishes and no names.
    visibility = Visibility(
        view="member.view",
        area="wish__community",
        unit="unit",
        organizations=("unit",),
        persons=("member__person",),
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-proposed_on", "-id")
        verbose_name = _("微心愿认领")
        constraints = (
            models.CheckConstraint(
                condition=Q(member__isnull=False) | Q(unit__isnull=False),
                name="wish_claim_is_somebodys",
            ),
            models.UniqueConstraint(
                fields=("wish", "member"),
                condition=Q(state__in=STANDING, member__isnull=False),
                name="wish_claim_stands_once_per_member",
            ),
            models.UniqueConstraint(
                fields=("wish", "unit"),
                condition=Q(state__in=STANDING, member=None),
                name="wish_claim_stands_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=("wish",),
                condition=Q(state__in=HOLDING),
                name="wish_is_in_one_hand",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HOLDING) | Q(decided_on__isnull=False),
                name="wish_claim_in_hand_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.FULFILLED)
                | (Q(fulfilled_on__isnull=False) & ~Q(result="")),
                name="wish_claim_fulfilled_says_how",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(*STANDING, ClaimState.FULFILLED))
                | Q(ended_on__isnull=False),
                name="wish_claim_ended_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ClaimState.DECLINED, ClaimState.LEFT)) | ~Q(end_reason=""),
                name="wish_claim_dropped_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=("member", "state", "-proposed_on"), name="wish_claim_member"),
            models.Index(fields=("unit", "state", "-proposed_on"), name="wish_claim_unit"),
        )

    def __str__(self) -> str:
        return f"{self.wish} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """The wish's page shows it."""
        return self.wish.get_absolute_url()

    @property
    def is_standing(self) -> bool:
        """Whether it waits or is being fulfilled."""
        return self.state in STANDING

    @property
    def claimer(self) -> str:
        """Who claims, in words: a member with their unit, or the unit."""
        if self.member_id is None:
            return self.unit_name
        return f"{self.member_name}（{self.unit_name}）" if self.unit_name else self.member_name
