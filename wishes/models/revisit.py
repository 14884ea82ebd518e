"""The visit after a wish was fulfilled."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.evaluations.enums import Satisfaction
from partybuild.fields.models import Row
from wishes.enums import VisitMeans
from wishes.models.claim import WishClaim
from wishes.models.wish import Wish


class WishRevisit(Row):
    """What a wisher said when the community asked again (回访); one that was not content is followed by another."""

    wish = models.ForeignKey(Wish, models.PROTECT, related_name="revisits")
    claim = models.ForeignKey(WishClaim, models.PROTECT, related_name="revisits")
    visited_on = models.DateField(_("回访日期"))
    means = models.CharField(_("回访方式"), max_length=10, choices=VisitMeans.choices)
    grade = models.CharField(_("满意度"), max_length=20, choices=Satisfaction.choices)
    words = models.CharField(_("许愿人意见"), max_length=200, blank=True)
    entered_by = models.CharField(_("回访岗位"), max_length=300, editable=False)

    row_history_shows: ClassVar = ("visited_on", "means", "grade")
    holds_personal_data = True

    # As the wish, but not in the city's sight: it stands beside who claimed.
    visibility = Visibility(
        view="member.view",
        area="wish__community",
        unit="claim__unit",
        organizations=("claim__unit",),
        persons=("claim__member__person",),
        own="claim__member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-visited_on", "-id")
        verbose_name = _("微心愿回访")
        constraints = (
            models.CheckConstraint(
                condition=~Q(grade=Satisfaction.DISSATISFIED) | ~Q(words=""),
                name="revisit_dissatisfied_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.wish} {self.get_grade_display()}"

    def get_absolute_url(self) -> str:
        """The wish's page shows it."""
        return self.wish.get_absolute_url()
