"""A complaint or suggestion."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.areas.models import Area
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.portal.enums import SuggestionState


class SuggestionQuerySet(ScopedQuerySet):
    """Filters on suggestions."""

    def open(self) -> Self:
        """Keep those that wait for an answer."""
        return self.filter(state=SuggestionState.OPEN)


class Suggestion(Row):
    """A complaint or suggestion (意见建议) about the platform or the work; may be anonymous."""

    holds_personal_data = True

    text = models.TextField(_("内容"))
    contact = models.CharField(_("联系方式"), max_length=100, blank=True)
    page = models.CharField(_("所在页面"), max_length=300, blank=True)
    # Empty where nobody was signed in, or where the sender wished so.
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Empty: by the sender; else how it came to the desk, a word of proxy.channel, and from whom.
    channel = models.CharField(_("代录来源"), max_length=50, blank=True)
    said_by = models.CharField(_("提出人"), max_length=50, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="suggestions")
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        related_name="suggestions",
        verbose_name=_("答复单位"),
    )
    state = models.CharField(
        _("办理情况"),
        max_length=20,
        choices=SuggestionState.choices,
        default=SuggestionState.OPEN,
    )
    due_on = models.DateField(_("答复期限"), null=True)
    created_at = models.DateTimeField(_("时间"), db_default=DefaultNow(), editable=False)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_post = models.CharField(_("答复岗位"), max_length=300, blank=True)
    # Until when one that was taken up is to be done; its sender reads it.
    finish_on = models.DateField(_("预计办结日期"), null=True)
    # What came of one that was taken up.
    result = models.TextField(_("办理结果"), blank=True)
    concluded_at = models.DateTimeField(_("办结时间"), null=True)
    concluded_post = models.CharField(_("办结岗位"), max_length=300, blank=True)
    # By which somebody who gave no name finds the answer again.
    code_hash = models.CharField(max_length=64, blank=True, editable=False)

    # The code itself, known only to who has just sent it.
    code = ""

    objects = SuggestionQuerySet.as_manager()

    visibility = Visibility(
        view="suggestion.answer",
        area="area",
        unit=None,
        organizations=None,
        persons=None,
        # On the line suggestion.own.
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("意见建议")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=SuggestionState.OPEN) | ~Q(answer=""),
                name="suggestion_not_open_has_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.DONE) | ~Q(result=""),
                name="suggestion_done_has_a_result",
            ),
            models.UniqueConstraint(
                fields=("code_hash",), condition=~Q(code_hash=""), name="suggestion_code_is_unique"
            ),
        )
        indexes = (
            models.Index(fields=("area", "state", "-id"), name="suggestion_area"),
            models.Index(fields=("person", "-id"), name="suggestion_person"),
        )

    def __str__(self) -> str:
        return self.text[:30]

    def get_absolute_url(self) -> str:
        """The page on which it is answered."""
        return reverse("portal:suggestion-detail", args=(self.uid,))


__all__ = ("Suggestion", "SuggestionQuerySet")
