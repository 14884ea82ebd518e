"""Any body that acts."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.fields.models import Row
from partybuild.organizations.enums import OrganizationKind


class OrganizationQuerySet(ScopedQuerySet):
    """Filters on organizations."""

    def current(self) -> Self:
        """Keep bodies that have not ended."""
        return self.filter(valid_to=None)


class Organization(Row):
    """Any body (组织) that holds appointments, owes duties and is written to."""

    kind = models.CharField(_("性质"), max_length=20, choices=OrganizationKind.choices)
    name = models.CharField(_("全称"), max_length=200)
    short_name = models.CharField(_("简称"), max_length=100, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="organizations"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # Along 条, as Area.path along 块.
    path = models.TextField(db_collation="C", editable=False, default="")
    # The office's own contact: full for everybody who sees the body.
    contact_name = models.CharField(_("联络员"), max_length=50, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    contact_mail = models.EmailField(_("联系邮箱"), blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    sort = models.IntegerField(_("排序"), default=0)
    valid_from = models.DateField(_("成立日期"), null=True, blank=True)
    valid_to = models.DateField(_("终止日期"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)

    objects = OrganizationQuerySet.as_manager()

    visibility = Visibility(
        view="organization.view",
        area="area",
        unit="pk",
        organizations=None,
        persons=("appointments__person",),
        own=None,
        open=None,
        # Not for looking at (organization.view gives them none): offices are granted at bodies.
        administrators=models.Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("sort", "id")
        verbose_name = _("组织")
        indexes = (
            models.Index(fields=("path",), name="organization_path"),
            models.Index(fields=("area", "kind"), name="organization_area_kind"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    @property
    def is_current(self) -> bool:
        """Whether the body has not ended."""
        return self.valid_to is None


__all__ = ("Organization", "OrganizationQuerySet")
