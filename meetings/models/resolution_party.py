"""Who answers for a resolution."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import PartyRole, PartyState, Via
from meetings.models.resolution import Resolution
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class ResolutionPartyQuerySet(ScopedQuerySet):
    """Filters on parties."""

    def standing(self) -> Self:
        """Keep those not released."""
        return self.exclude(state=PartyState.RELEASED)


class ResolutionParty(Row):
    """A leading or helping unit of a resolution (主办、协办单位): it accepts, or returns for negotiation."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="parties")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="resolution_parties"
    )
    role = models.CharField(_("责任"), max_length=10, choices=PartyRole.choices)
    state = models.CharField(
        _("状态"), max_length=20, choices=PartyState.choices, default=PartyState.WAITING
    )
    reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    in_charge_name = models.CharField(_("责任人"), max_length=50, blank=True)
    in_charge_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    accepted_at = models.DateTimeField(_("接件时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    via = models.CharField(_("办理方式"), max_length=10, choices=Via.choices, blank=True)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)

    objects = ResolutionPartyQuerySet.as_manager()

    # The other parties of the same resolution see it too: reach.py.
    visibility = Visibility(
        view="resolution.view",
        area="resolution__council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-role", "id")
        verbose_name = _("责任单位")
        constraints = (
            models.UniqueConstraint(
                fields=("resolution", "organization"),
                condition=~Q(state="released"),
                name="organization_answers_once_for_a_resolution",
            ),
            models.UniqueConstraint(
                fields=("resolution",),
                condition=Q(role="lead") & ~Q(state="released"),
                name="resolution_has_one_lead",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(reason=""),
                name="returned_resolution_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False),
                name="accepted_resolution_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.resolution} {self.organization}"

    @property
    def number(self) -> str:
        """The receipt's number that the thanks page shows."""
        return f"JJ-{self.pk:06d}"
