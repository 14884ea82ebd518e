"""Who is told instead of somebody on leave."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Scope, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class DelegationQuerySet(ScopedQuerySet):
    """Filters on delegations."""

    def visible_to(self, scope: Scope) -> Self:
        """Keep one's own leaves, and those during which one is told instead."""
        if scope.is_system:
            return self.all()
        if scope.person_id is None or not scope.cell("notice.delegate").allows:
            return self.none()
        return self.filter(Q(person=scope.person_id) | Q(delegate=scope.person_id))

    def current(self, day: date) -> Self:
        """Keep those that last on a day; each ends by itself."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, ended_at=None)

    def open(self, day: date) -> Self:
        """Keep those that last or are still to begin."""
        return self.filter(ends_on__gte=day, ended_at=None)


class Delegation(Row):
    """Notices during leave (请假代收): another holder at the same body is told; rights do not travel."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="delegations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(
        Person, models.PROTECT, related_name="delegations_taken", verbose_name=_("由谁代收")
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    # Mail and short messages to both; otherwise to the delegate alone. In the app both see them.
    is_both = models.BooleanField(_("本人也照常收邮件和短信"), default=True)
    reason = models.CharField(_("原因"), max_length=200)
    # Ended before its last day.
    ended_at = models.DateTimeField(_("提前结束时间"), null=True, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    visibility = Visibility(
        view="notice.delegate",
        area=None,
        unit=None,
        organizations=None,
        persons=("delegate",),
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-starts_on", "-id")
        verbose_name = _("请假代收")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(person=F("delegate")), name="delegation_is_to_somebody_else"
            ),
            models.UniqueConstraint(
                fields=("organization", "person", "starts_on"),
                condition=Q(ended_at=None),
                name="delegation_begins_once_a_day",
            ),
        )
        indexes = (models.Index(fields=("organization", "ends_on"), name="delegation_body"),)

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d}—{self.ends_on:%Y-%m-%d}"
