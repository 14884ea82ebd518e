"""The council."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields.models import Row, Versioned
from partybuild.organizations.models import Organization


class CouncilQuerySet(ScopedQuerySet):
    """Filters on councils."""

    def current(self) -> Self:
        """Keep councils that have not ended."""
        return self.filter(ended_on=None)


class Council(Row, Versioned):
    """A joint meeting council (联席会) of a street or community; members are organizations."""

    row_history_dictionaries: ClassVar = {"kind": "council.kind"}

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="councils", verbose_name=_("所属区域")
    )
    # A code of the dictionary council.kind: places call it by different names.
    kind = models.CharField(_("类别"), max_length=50)
    name = models.CharField(_("名称"), max_length=100)
    convener = models.ForeignKey(
        Organization, models.PROTECT, related_name="convened_councils", verbose_name=_("召集单位")
    )
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    charter = models.TextField(_("章程要点"), blank=True)
    # {parameter: value} where this council agreed on something else than its place: queries/charter.py.
    rules = models.JSONField(_("章程规定"), default=dict, blank=True)
    ended_on = models.DateField(_("终止日期"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)

    objects = CouncilQuerySet.as_manager()

    # Units see the councils they are in or invited to: reach.py.
    visibility = Visibility(
        view="council.view",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("area__path", "id")
        verbose_name = _("联席会")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "name"),
                condition=models.Q(ended_on=None),
                name="council_name_stands_once_per_area",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def meeting_name(self) -> str:
        """和平社区党建联席会 meets as 和平社区党建联席会议, 和平社区大党委 as 和平社区大党委会议."""
        if self.name.endswith("会议"):
            return self.name
        return self.name + ("议" if self.name.endswith("会") else "会议")

    def get_absolute_url(self) -> str:
        """The council's page."""
        return reverse("meetings:council-detail", args=(self.uid,))
