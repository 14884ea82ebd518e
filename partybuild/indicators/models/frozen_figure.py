"""What a figure counted when its quarter was closed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area, AreaKeys
from partybuild.fields.models import Row
from partybuild.indicators.enums import Part
from partybuild.obligations.models import ClosedPeriod
from partybuild.organizations.models import Organization


class FrozenFigureQuerySet(ScopedQuerySet):
    """Filters on frozen figures."""

    def standing(self, period: str) -> FrozenFigureQuerySet:
        """Keep those of a period whose closing stands; opened again, a quarter is counted live."""
        return self.filter(closed__period=period, closed__reopened_at=None)


class FrozenFigure(Row, AreaKeys):
    """The rows that one part of a figure counted in a place when the street closed the quarter (关账快照).

    Areas and bodies are kept apart: a resolution counts once for its community, and for each body
    that answers for it. One row without community and body stands for every part, though nothing
    was counted: it says that the street's figure is closed.
    """

    # Written once, by the thousand; the closing has its event.
    row_history = "none"

    closed = models.ForeignKey(ClosedPeriod, models.PROTECT, related_name="figures")
    indicator = models.CharField(max_length=80)
    part = models.CharField(max_length=20, choices=Part.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    rows = ArrayField(models.BigIntegerField(), default=list)
    # How many rows, or their sum in tenths.
    count = models.PositiveIntegerField(default=0)
    # How many persons stand behind them; empty: as many as are counted.
    people = models.PositiveIntegerField(null=True)

    objects = FrozenFigureQuerySet.as_manager()

    visibility = Visibility(
        view="figures.view",
        area="closed__area",
        unit="body",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("关账时的数据")
        constraints = (
            models.UniqueConstraint(
                fields=("closed", "indicator", "part", "area", "body"),
                nulls_distinct=False,
                name="figure_is_frozen_once_per_closing_and_place",
            ),
            models.CheckConstraint(
                condition=Q(area=None) | Q(body=None), name="frozen_figure_is_of_area_or_body"
            ),
        )
        indexes = (models.Index(fields=("indicator", "part", "closed"), name="frozen_figure_key"),)

    def __str__(self) -> str:
        return f"{self.indicator} {self.part} {self.count}"
