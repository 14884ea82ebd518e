"""A yellow or red card."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import CardClock, CardColor
from meetings.models.resolution import Resolution
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class CardQuerySet(ScopedQuerySet):
    """Filters on cards."""

    def standing(self) -> Self:
        """Keep those not lifted."""
        return self.filter(lifted_at=None)

    def by_clock(self) -> Self:
        """Keep those that the sweep raised."""
        return self.exclude(clock=CardClock.HAND)

    def by_hand(self) -> Self:
        """Keep those that a post raised."""
        return self.filter(clock=CardClock.HAND)


class Card(Row):
    """A yellow or red card (黄牌、红牌): what was told to whom, and when it ended.

    The sweep's cards are the record of what the clock says; how a resolution stands now is always
    asked of the clock (queries/cards.py).
    """

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="cards")
    # Whose delay it is; None for a card on the whole resolution, raised by hand.
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="cards"
    )
    color = models.CharField(_("牌"), max_length=10, choices=CardColor.choices)
    clock = models.CharField(_("事由"), max_length=10, choices=CardClock.choices)
    # The date that was missed.
    due_on = models.DateField(_("期限"), null=True, blank=True)
    why = models.CharField(_("亮牌原因"), max_length=500)
    raised_at = models.DateTimeField(_("亮牌时间"))
    # Empty: the system, by its clock.
    raised_post = models.CharField(_("亮牌岗位"), max_length=300, blank=True)
    lifted_at = models.DateTimeField(_("撤牌时间"), null=True, blank=True)
    lifted_why = models.CharField(_("撤牌原因"), max_length=500, blank=True)
    lifted_post = models.CharField(_("撤牌岗位"), max_length=300, blank=True)

    objects = CardQuerySet.as_manager()

    # The parties of the resolution see it too: reach.py.
    visibility = Visibility(
        view="resolution.view",
        area="resolution__council__area",
        unit=None,
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-raised_at", "-id")
        verbose_name = _("黄牌、红牌")
        constraints = (
            models.UniqueConstraint(
                fields=("resolution", "organization", "clock"),
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="one_card_stands_per_clock_and_body",
            ),
            models.CheckConstraint(
                condition=~Q(clock="hand") | ~Q(raised_post=""),
                name="card_by_hand_names_the_post",
            ),
            models.CheckConstraint(
                condition=Q(clock="hand") | Q(organization__isnull=False, due_on__isnull=False),
                name="card_by_the_clock_names_body_and_date",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="card_has_a_reason"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lifted_why=""),
                name="lifted_card_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=("resolution",), condition=Q(lifted_at=None), name="card_standing"),
        )

    def __str__(self) -> str:
        return f"{self.get_color_display()} {self.resolution}"

    @property
    def is_by_hand(self) -> bool:
        """Whether a post raised it."""
        return self.clock == CardClock.HAND
