"""Who signed up."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.enums import STANDING, SignUpState, Via
from activities.models.activity import Activity
from members.models import PartyMember
from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.calendar.clock import DefaultNow
from partybuild.fields.models import Row
from partybuild.organizations.models import Organization


class SignUpQuerySet(ScopedQuerySet):
    """Filters on sign-ups."""

    def signed(self) -> Self:
        """Keep those who have a place."""
        return self.filter(state=SignUpState.SIGNED)

    def waiting(self) -> Self:
        """Keep those who wait, the first first."""
        return self.filter(state=SignUpState.WAITING).order_by("asked_at", "id")


class SignUp(Row):
    """A member's sign-up for an activity (报名): with a place, waiting for one, or withdrawn."""

    holds_personal_data = True

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="sign_ups")
    member = models.ForeignKey(PartyMember, models.PROTECT, related_name="sign_ups")
    state = models.CharField(
        _("状态"), max_length=20, choices=SignUpState.choices, default=SignUpState.SIGNED
    )
    # The order of the waiting list: when the row's own statement came, not when its transaction began.
    asked_at = models.DateTimeField(_("报名时间"), db_default=DefaultNow(), editable=False)
    via = models.CharField(_("报名方式"), max_length=10, choices=Via.choices, default=Via.SELF)
    channel = models.CharField(_("代录来源"), max_length=20, blank=True)
    reason = models.CharField(_("退出原因"), max_length=200, blank=True)
    # Snapshot: who and of which unit then.
    member_name = models.CharField(_("姓名"), max_length=50)
    unit = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    unit_name = models.CharField(_("单位"), max_length=200, blank=True)

    objects = SignUpQuerySet.as_manager()

    visibility = Visibility(
        view="activity.participants",
        area="activity__community",
        unit="member__places__unit",
        organizations=None,
        persons=None,
        own="member__person",
        open=None,
        administrators=None,
    )

    class Meta:
        ordering = ("asked_at", "id")
        verbose_name = _("报名")
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "member"),
                condition=Q(state__in=STANDING),
                name="member_signs_up_once",
            ),
        )
        indexes = (
            models.Index(fields=("activity", "state", "asked_at", "id"), name="sign_up_queue"),
        )

    def __str__(self) -> str:
        return f"{self.activity} {self.get_state_display()}"
