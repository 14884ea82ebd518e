"""One ID number entered twice."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.enums import DoubleState
from members.models.member import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class DoubleCaseQuerySet(ScopedQuerySet):
    """Filters on cases."""

    def open(self) -> Self:
        """Keep those that nobody has settled."""
        return self.filter(state=DoubleState.OPEN)


class DoubleCase(Row):
    """A member entered a second time out of sight of the first (重复登记): the units settle which stands.

    Whoever entered the second is told nothing of the first: the case is seen where the first stands.
    """

    holds_personal_data = True

    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="double_cases")
    double = models.OneToOneField(PartyMember, models.PROTECT, related_name="double_case")
    # Who entered the second; none for a command.
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        _("状态"), max_length=20, choices=DoubleState.choices, default=DoubleState.OPEN
    )
    opened_at = models.DateTimeField(_("登记时间"), db_default=DefaultNow())
    settled_at = models.DateTimeField(_("核对时间"), null=True)

    objects = DoubleCaseQuerySet.as_manager()

    visibility = Visibility(
        view="member.merge",
        # The street of the unit on whose roster the first stands, and that unit itself.
        area="member__places__area",
        unit="member__places__unit",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("重复登记")
        constraints = (
            models.CheckConstraint(condition=~Q(member=F("double")), name="double_is_another_row"),
        )

    def __str__(self) -> str:
        return str(self.uid)
