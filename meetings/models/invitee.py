"""Who is invited to one meeting besides the members."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.enums import InvitedAs
from meetings.models.meeting import Meeting
from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class Invitee(Row):
    """A body or a person invited to a meeting besides the council's members (列席, 上级参加)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="invitees")
    invited_as = models.CharField(
        _("邀请身份"), max_length=10, choices=InvitedAs.choices, default=InvitedAs.GUEST
    )
    # A body gets the notice and answers; somebody without one is written down by name.
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    person_name = models.CharField(_("姓名"), max_length=50, blank=True)
    post = models.CharField(_("单位及职务"), max_length=150, blank=True)
    is_current = models.BooleanField(default=True, editable=False)

    visibility = Visibility(
        view="meeting.view",
        area="meeting__council__area",
        unit="organization",
        organizations=("organization",),
        persons=None,
        own=None,
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("invited_as", "id")
        verbose_name = _("邀请对象")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "organization"),
                condition=Q(is_current=True, organization__isnull=False),
                name="organization_is_invited_besides_once",
            ),
            models.CheckConstraint(
                condition=Q(organization__isnull=False) | ~Q(person_name=""),
                name="invitee_is_a_body_or_has_a_name",
            ),
        )

    def __str__(self) -> str:
        return self.organization.called if self.organization else self.person_name
