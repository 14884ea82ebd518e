"""Who signed in at the door."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.enums import SignedVia
from meetings.models.meeting import Meeting
from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class SignIn(Row):
    """One person who signed in for a unit (签到): several may come, the unit counts once."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="sign_ins")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="sign_ins")
    # Who signed in with an account of their own.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="meeting_sign_ins"
    )
    person_name = models.CharField(_("姓名"), max_length=50)
    post = models.CharField(_("职务"), max_length=150, blank=True)
    via = models.CharField(_("登记方式"), max_length=10, choices=SignedVia.choices)
    reason = models.CharField(_("代签原因"), max_length=300, blank=True)
    signed_at = models.DateTimeField(_("签到时间"))

    visibility = Visibility(
        view="meeting.view",
        area="meeting__council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("-signed_at", "-id")
        verbose_name = _("签到")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "organization", "person_name"),
                name="person_signs_in_once_for_a_unit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting} {self.person_name}"
