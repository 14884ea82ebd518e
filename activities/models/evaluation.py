"""What residents and those served say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from partybuild.access import Visibility
from partybuild.evaluations.models import Answer


class Evaluation(Answer):
    """One answer about an activity (服务情况评价), without a name."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="evaluations")

    visibility = Visibility(
        view="activity.participants",
        area="activity__community",
        unit="activity__hosts__organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta(Answer.Meta):
        verbose_name = _("活动评价")
        indexes = (models.Index(fields=("activity", "grade"), name="evaluation_grades"),)

    def __str__(self) -> str:
        return f"{self.activity} {self.get_grade_display()}"
