"""A wish to have one's own data corrected."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.calendar.clock import DefaultNow
from partybuild.fields import EncryptedTextField
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person
from partybuild.portal.enums import CorrectionState


class CorrectionQuerySet(ScopedQuerySet):
    """Filters on requests."""

    def open(self) -> Self:
        """Keep those that wait for an answer."""
        return self.filter(state=CorrectionState.OPEN)


class CorrectionRequest(Row):
    """Somebody says what is wrong about them (更正申请); the body that keeps it answers by a day."""

    holds_personal_data = True

    person = models.ForeignKey(Person, models.PROTECT, related_name="correction_requests")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="correction_requests", verbose_name=_("答复单位")
    )
    matter = models.CharField(_("更正事项"), max_length=100)
    # What is right, in the person's own words: it may be a number.
    wanted = EncryptedTextField(_("正确的内容"))
    state = models.CharField(
        _("状态"), max_length=20, choices=CorrectionState.choices, default=CorrectionState.OPEN
    )
    asked_at = models.DateTimeField(_("提出时间"), db_default=DefaultNow())
    due_on = models.DateField(_("答复期限"))
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_post = models.CharField(_("答复岗位"), max_length=300, blank=True)

    objects = CorrectionQuerySet.as_manager()

    visibility = Visibility(
        view="privacy.correct",
        area=None,
        unit="organization",
        organizations=("organization",),
        persons=("person",),
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-id",)
        verbose_name = _("更正申请")
        constraints = (
            models.CheckConstraint(
                condition=Q(state=CorrectionState.OPEN) | ~Q(answer=""),
                name="correction_closed_has_an_answer",
            ),
        )
        indexes = (models.Index(fields=("organization", "state"), name="correction_open"),)

    def __str__(self) -> str:
        return self.matter

    def get_absolute_url(self) -> str:
        """The page on which it is answered."""
        return reverse("portal:correction-answer", args=(self.uid,))


__all__ = ("CorrectionQuerySet", "CorrectionRequest")
