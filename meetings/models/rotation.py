"""Who takes the chair in turn."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.council import Council
from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class CouncilRotation(Row):
    """One place in a council's order of rotation (轮值次序); who left keeps the place and is skipped."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="rotation")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("轮值单位")
    )
    position = models.PositiveSmallIntegerField(_("次序"))
    ended_on = models.DateField(_("移出日期"), null=True, blank=True)

    # Members see it on the council's page: reach.py.
    visibility = Visibility(
        view="council.view",
        area="council__area",
        unit="organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("position", "id")
        verbose_name = _("轮值次序")
        constraints = (
            models.UniqueConstraint(
                fields=("council", "organization"),
                condition=Q(ended_on=None),
                name="organization_takes_turns_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.organization}"


class CouncilTurn(Row):
    """One turn in the chair (轮值): from when to when, and why it moved."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="turns")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", verbose_name=_("轮值单位")
    )
    began_on = models.DateField(_("开始日期"))
    ended_on = models.DateField(_("结束日期"), null=True, blank=True)
    is_by_hand = models.BooleanField(_("人工调整"), default=False)
    reason = models.CharField(_("调整原因"), max_length=200, blank=True)

    visibility = Visibility(
        view="council.view",
        area="council__area",
        unit="organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-began_on", "-id")
        verbose_name = _("轮值")
        constraints = (
            models.UniqueConstraint(
                fields=("council",), condition=Q(ended_on=None), name="one_takes_the_turn"
            ),
            models.CheckConstraint(
                condition=Q(is_by_hand=False) | ~Q(reason=""),
                name="turn_moved_by_hand_has_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organization} {self.began_on}"
