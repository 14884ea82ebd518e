"""An office held: person, role, body, term."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Role, Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.access.roles import ADMINISTRATORS
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

WITHOUT_ORGANIZATION = (*sorted(ADMINISTRATORS), Role.MEMBER)


class AppointmentQuerySet(ScopedQuerySet):
    """Filters on appointments."""

    def current(self, day: date) -> Self:
        """Keep appointments whose term runs on a day, at a body that stands; a term ends by itself."""
        runs = Q(ends_on=None) | Q(ends_on__gt=day) | Q(ends_on=day, ended_at=None)
        stands = (
            Q(organization=None)
            | Q(organization__valid_to=None)
            | Q(organization__valid_to__gt=day)
        )
        return self.filter(runs, stands, starts_on__lte=day)

    def open(self, day: date) -> Self:
        """Keep those that run or are still to begin: what a person holds or will hold."""
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gt=day) | Q(ends_on=day, ended_at=None)
        ).filter(
            Q(organization=None)
            | Q(organization__valid_to=None)
            | Q(organization__valid_to__gt=day)
        )


class Appointment(Row):
    """An office (岗位任职): a person holds a role at a body for a term, and acts in one at a time."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    role = models.CharField(_("角色"), max_length=30, choices=Role.choices)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    title = models.CharField(_("职务名称"), max_length=100, blank=True)
    starts_on = models.DateField(_("任期开始"))
    ends_on = models.DateField(_("任期结束"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=200, blank=True)
    # Set when somebody ended it with effect at once: the last day is then over before midnight.
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True, editable=False)
    # Who took it over, where it was handed over.
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="predecessors"
    )
    sort = models.IntegerField(_("排序"), default=0)

    objects = AppointmentQuerySet.as_manager()

    visibility = Visibility(
        view="appointment.view",
        area="organization__area",
        unit="organization",
        organizations=None,
        persons=("person",),
        own="person",
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        ordering = ("sort", "id")
        verbose_name = _("岗位任职")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=WITHOUT_ORGANIZATION, organization=None)
                | (~Q(role__in=WITHOUT_ORGANIZATION) & Q(organization__isnull=False)),
                name="appointment_has_an_organization_where_its_role_asks_for_one",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="appointment_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=("person", "role", "organization"),
                condition=Q(ends_on=None),
                nulls_distinct=False,
                name="appointment_is_open_once",
            ),
        )
        indexes = (models.Index(fields=("organization", "role"), name="appointment_body_role"),)

    def __str__(self) -> str:
        return self.post

    @property
    def post(self) -> str:
        """和平社区党委 社区党组织书记: how the post is called everywhere."""
        what = self.title or self.get_role_display()
        return f"{self.organization.called} {what}" if self.organization else what
