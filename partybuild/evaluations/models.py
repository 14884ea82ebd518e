"""One answer, whatever it is about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.evaluations.enums import EvaluatedBy, EvaluatedVia, Satisfaction
from partybuild.fields.models import Row


class Answer(Row):
    """What one resident or person served said (服务情况评价), without a name."""

    side = models.CharField(_("身份"), max_length=10, choices=EvaluatedBy.choices)
    grade = models.CharField(_("评价"), max_length=20, choices=Satisfaction.choices)
    comment = models.CharField(_("意见建议"), max_length=500, blank=True)
    via = models.CharField(_("方式"), max_length=10, choices=EvaluatedVia.choices)
    given_at = models.DateTimeField(_("评价时间"))
    # One form sent twice is one answer; tells nothing about who sent it.
    ballot = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("-given_at", "-id")
