"""The register of numbers."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class NumberSeries(Row):
    """The last number that a body has given under a prefix in a year (发文字号簿): no gaps, no doubles.

    The row is locked from the taking of a number to the end of the transaction that uses it.
    """

    issuer = models.ForeignKey(Organization, models.PROTECT, related_name="number_series")
    prefix = models.CharField(_("发文代字"), max_length=50)
    year = models.PositiveSmallIntegerField(_("年度"))
    last_number = models.PositiveIntegerField(_("已用到"), default=0)

    visibility = Visibility(
        view="document.make",
        area="issuer__area",
        unit="issuer",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("发文字号簿")
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "prefix", "year"), name="series_stands_once_per_body_and_year"
            ),
        )

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕"

    def get_absolute_url(self) -> str:
        """Its page of the register."""
        return f"{reverse('documents:number-list')}?series={self.uid}"
