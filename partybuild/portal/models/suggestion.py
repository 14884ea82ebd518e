"""A complaint or suggestion."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.areas.models import Area
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.people.models import Person


class Suggestion(Row):
    """A complaint or suggestion (意见建议) about the platform or the work; may be anonymous."""

    holds_personal_data = True

    text = models.TextField(_("内容"))
    contact = models.CharField(_("联系方式"), max_length=100, blank=True)
    page = models.CharField(_("所在页面"), max_length=300, blank=True)
    # Empty where nobody was signed in, or where the sender wished so.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="suggestions")
    created_at = models.DateTimeField(_("时间"), db_default=DefaultNow(), editable=False)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_post = models.CharField(_("答复岗位"), max_length=300, blank=True)

    visibility = Visibility(
        view="suggestion.answer",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("意见建议")

    def __str__(self) -> str:
        return self.text[:30]
