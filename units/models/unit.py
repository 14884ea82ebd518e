"""The resident unit."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields.codes import validate_credit_code
from partybuild.organizations.models import Organization


class ResidentUnitQuerySet(ScopedQuerySet):
    """Filters on units."""

    def current(self) -> Self:
        """Keep units that have not been closed."""
        return self.filter(is_current=True)

    def twins_of(self, unit: ResidentUnit) -> Self:
        """Keep other current units that carry a unit's credit code."""
        if not unit.credit_code:
            return self.none()
        return self.current().filter(credit_code=unit.credit_code).exclude(pk=unit.pk)


class ResidentUnit(models.Model):
    """A unit located in the area (驻区单位): one-to-one on its Organization, whose uid it uses.

    Columns follow the registration forms in use: the report-in form of units (F1) and the provincial
    register of non-public enterprises.
    """

    row_history_dictionaries: ClassVar = {"kind": "unit.kind"}

    organization = models.OneToOneField(
        Organization, models.PROTECT, primary_key=True, related_name="resident_unit"
    )
    # A word of the dictionary unit.kind.
    kind = models.CharField(lazy("单位性质"), max_length=50)
    credit_code = models.CharField(lazy("统一社会信用代码"), max_length=30, blank=True)
    license_number = models.CharField(lazy("营业执照号码"), max_length=50, blank=True)
    residence = models.CharField(lazy("住所"), max_length=200, blank=True)
    grid = models.ForeignKey(
        Area,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units_in_grid",
        verbose_name=lazy("所属网格"),
    )
    licensed_from = models.DateField(lazy("有效期开始日期"), null=True, blank=True)
    licensed_to = models.DateField(lazy("有效期结束日期"), null=True, blank=True)
    # 类别 as the registration form says it: each province has its own list.
    category = models.CharField(lazy("类别"), max_length=100, blank=True)
    affiliation = models.CharField(lazy("隶属关系"), max_length=100, blank=True)
    industry = models.CharField(lazy("行业"), max_length=100, blank=True)
    head_name = models.CharField(lazy("负责人"), max_length=50, blank=True)
    head_phone = models.CharField(lazy("负责人联系手机"), max_length=30, blank=True)
    telephone = models.CharField(lazy("固定电话"), max_length=30, blank=True)
    fax = models.CharField(lazy("传真"), max_length=30, blank=True)
    floor_area = models.DecimalField(
        lazy("面积"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    employee_count = models.PositiveIntegerField(lazy("从业人数"), null=True, blank=True)
    # What the unit itself declared; the roster has its own count.
    member_count = models.PositiveIntegerField(lazy("党员人数"), null=True, blank=True)
    introduction = models.TextField(lazy("简介"), blank=True)
    honor = models.TextField(lazy("荣誉"), blank=True)
    remark = models.TextField(lazy("备注"), blank=True)
    # Ends with its organization; kept here so that constraints and lists can see it.
    is_current = models.BooleanField(default=True, editable=False)
    # Its code stands already at a place that its registrar does not see: who sees both settles it.
    is_double = models.BooleanField(default=False, editable=False)

    objects = ResidentUnitQuerySet.as_manager()

    visibility = Visibility(
        view="unit.view",
        area="organization__area",
        unit="organization",
        # Councils and employment are known on higher floors: see their reach.py.
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("organization__sort", "organization_id")
        verbose_name = lazy("驻区单位")
        constraints = (
            models.UniqueConstraint(
                fields=("credit_code",),
                condition=Q(is_current=True, is_double=False) & ~Q(credit_code=""),
                name="unit_credit_code_is_unique_while_current",
            ),
            models.CheckConstraint(
                condition=Q(licensed_from=None)
                | Q(licensed_to=None)
                | Q(licensed_to__gte=models.F("licensed_from")),
                name="unit_licence_ends_after_it_starts",
            ),
        )
        indexes = (models.Index(fields=("kind",), name="unit_kind"),)

    def __str__(self) -> str:
        return self.organization.name

    def get_absolute_url(self) -> str:
        """The unit's page."""
        return reverse("units:unit-detail", args=(self.uid,))

    @property
    def uid(self) -> uuid.UUID:
        """The organization's uid."""
        return self.organization.uid

    @property
    def name(self) -> str:
        """The full name."""
        return self.organization.name

    @property
    def warnings(self) -> list[str]:
        """What looks wrong but is let through: old codes, foreign and military bodies."""
        found = []
        if self.credit_code:
            try:
                validate_credit_code(self.credit_code)
            except ValidationError as refused:
                found += [str(message) for message in refused.messages]
        elif not self.license_number:
            found.append(_("还没有统一社会信用代码或营业执照号码，查到后请补上。"))
        return found


__all__ = ("ResidentUnit", "ResidentUnitQuerySet")
