"""The Party organization tree (条)."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models.organization import Organization


class PartyOrganization(models.Model):
    """A Party organization (党组织): one-to-one on its Organization, whose uid it uses."""

    organization = models.OneToOneField(
        Organization, models.PROTECT, primary_key=True, related_name="party_organization"
    )
    kind = models.CharField(_("类型"), max_length=30, choices=PartyOrganizationKind.choices)
    leads_area = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leading_committees",
        verbose_name=_("领导区域"),
    )
    # Ends with its organization; kept here so that the constraint can see it.
    is_current = models.BooleanField(default=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    visibility = Visibility(
        view="organization.view",
        area="organization__area",
        unit="organization",
        organizations=None,
        persons=("organization__appointments__person",),
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("党组织")
        constraints = (
            models.UniqueConstraint(
                fields=("leads_area",),
                condition=Q(is_current=True, leads_area__isnull=False),
                name="area_is_led_by_one_committee",
            ),
        )

    def __str__(self) -> str:
        return self.organization.name

    @property
    def uid(self) -> uuid.UUID:
        """The organization's uid."""
        return self.organization.uid
