"""One press of 催办."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class Chase(Row):
    """A chase (催办) of one or many debts by hand: its number at the body that asked; its uid is its notices' wave."""

    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="chases")
    number = models.PositiveIntegerField(_("次序"))
    debts = models.PositiveIntegerField(_("事项数"))
    post = models.CharField(_("催办岗位"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"), db_default=DefaultNow(), editable=False)

    objects = ScopedQuerySet.as_manager()

    visibility = Visibility(
        view="notice.log",
        area="organization__area",
        unit="organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("催办")
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "number"),
                nulls_distinct=False,
                name="chase_has_a_number_of_its_own",
            ),
        )

    def __str__(self) -> str:
        return str(_("第%(number)d次催办") % {"number": self.number})

    def get_absolute_url(self) -> str:
        """What became of it."""
        return reverse("obligations:chase-detail", args=(self.uid,))
