"""Which Party organization covers which unit, and since when."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Dated, Row
from partybuild.organizations.models import PartyOrganization
from units.models.unit import ResidentUnit


class UnitBranchQuerySet(ScopedQuerySet):
    """Filters on ties."""

    def current(self) -> Self:
        """Keep ties that have not ended."""
        return self.filter(valid_to=None)


class UnitBranch(Row, Dated):
    """A unit's Party organization (单位党组织): several of one unit, or one 联合支部 of several units."""

    unit = models.ForeignKey(ResidentUnit, models.PROTECT, related_name="branches")
    party = models.ForeignKey(
        PartyOrganization, models.PROTECT, related_name="units", verbose_name=_("党组织")
    )

    objects = UnitBranchQuerySet.as_manager()

    visibility = Visibility(
        view="unit.view",
        area="unit__organization__area",
        unit="unit__organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-valid_from", "-id")
        verbose_name = _("单位党组织")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "party"),
                condition=Q(valid_to=None),
                name="unit_branch_is_tied_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="unit_branch_ends_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.party}"
