"""The area tree."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Level, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.enums import AreaKind
from partybuild.fields.models import Row


class AreaQuerySet(ScopedQuerySet):
    """Walks of the tree by path."""

    def current(self) -> Self:
        """Keep areas that have not been closed."""
        return self.filter(valid_to=None)

    def below(self, area: Area) -> Self:
        """Keep an area and everything under it."""
        return self.filter(path__gte=area.path, path__lt=area.path + "~")

    def above(self, area: Area) -> Self:
        """Keep an area and everything over it, from the top."""
        return self.filter(pk__in=area.line()).order_by("level")


class Area(Row):
    """One node of 块: province, city, district, street (街道、镇、乡), community (社区、村), grid."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    level = models.PositiveSmallIntegerField(_("层级"), choices=Level.choices)
    kind = models.CharField(_("类别"), max_length=20, choices=AreaKind.choices)
    name = models.CharField(_("名称"), max_length=100)
    # Official codes change and are reused: a handle for people and files, never a key.
    code = models.CharField(_("区划代码"), max_length=20, blank=True)
    # "00000001.0000002f.": primary keys in hex from the top, in byte order.
    path = models.TextField(db_collation="C", editable=False, default="")
    sort = models.IntegerField(_("排序"), default=0)
    valid_from = models.DateField(_("设立日期"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)
    end_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = AreaQuerySet.as_manager()

    visibility = Visibility(
        view="area.view",
        area="",
        unit=None,
        organizations=("organizations",),
        persons=None,
        own=None,
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("level", "sort", "code", "id")
        verbose_name = _("区域")
        constraints = (
            models.UniqueConstraint(
                fields=("code",),
                condition=Q(valid_to=None) & ~Q(code=""),
                name="area_code_is_unique_while_valid",
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 6)), name="area_level_is_known"),
        )
        indexes = (
            models.Index(fields=("path",), name="area_path"),
            models.Index(fields=("level", "path"), name="area_level_path"),
        )

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def step(pk: int) -> str:
        """Return one step of a path."""
        return f"{pk:08x}."

    def line(self) -> list[int]:
        """Return the primary keys from the top down to this area."""
        return [int(step, 16) for step in self.path.split(".") if step]

    def is_below(self, other: Area) -> bool:
        """Whether this area is another one or lies under it."""
        return self.path.startswith(other.path)


class AreaKeys(models.Model):
    """Area keys frozen on a fact when it becomes final: scope follows the tree, figures follow these."""

    frozen_community = models.ForeignKey(
        Area, models.PROTECT, null=True, editable=False, related_name="+"
    )
    frozen_street = models.ForeignKey(
        Area, models.PROTECT, null=True, editable=False, related_name="+"
    )
    frozen_district = models.ForeignKey(
        Area, models.PROTECT, null=True, editable=False, related_name="+"
    )
    frozen_city = models.ForeignKey(
        Area, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        abstract = True

    def freeze_areas(self, area: Area | None) -> None:
        """Copy the keys of an area and those above it onto the fact; the caller saves."""
        for name, value in area_keys(area).items():
            setattr(self, name, value)


def area_keys(area: Area | None) -> dict[str, int | None]:
    """Return {"frozen_community_id": …, …} of an area, for bulk writes."""
    keys: dict[str, Any] = {
        "frozen_community_id": None,
        "frozen_street_id": None,
        "frozen_district_id": None,
        "frozen_city_id": None,
    }
    if area is None:
        return keys
    # A path need not start at a province: count the levels from the area upwards.
    line = area.line()
    names = {
        Level.COMMUNITY: "frozen_community_id",
        Level.STREET: "frozen_street_id",
        Level.DISTRICT: "frozen_district_id",
        Level.CITY: "frozen_city_id",
    }
    for distance, pk in enumerate(reversed(line)):
        level = area.level - distance
        if level in names:
            keys[names[Level(level)]] = pk
    return keys


__all__ = ("Area", "AreaKeys", "AreaQuerySet", "area_keys")
