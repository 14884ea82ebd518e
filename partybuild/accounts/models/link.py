"""A signed link."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization
from partybuild.people.models import Person


class SignedLink(Row):
    """One object, one action, one end (办理链接): opened as a page whose button posts."""

    # Thousands per wave; issuing and revoking are events.
    row_history = "none"

    # A line of access.csv whose column "link" allows.
    action = models.CharField(max_length=80)
    target_label = models.CharField(max_length=100)
    target_uid = models.UUIDField()
    # Who is spoken for; none in a chat group's link, whose page asks which unit answers.
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("收回时间"), null=True)

    visibility = Visibility(
        view="notice.log",
        area="organization__area",
        unit="organization",
        organizations=None,
        persons=None,
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("办理链接")
        constraints = (
            models.UniqueConstraint(
                fields=("action", "target_uid", "organization", "person"),
                condition=models.Q(revoked_at=None),
                nulls_distinct=False,
                name="link_stands_once_per_action_object_and_bearer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} {self.target_uid}"
