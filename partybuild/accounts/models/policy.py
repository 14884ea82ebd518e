"""The security policy."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.accounts.enums import PolicyProfile
from partybuild.fields.models import Row, Versioned


class SecurityPolicy(Versioned, Row):
    """The security policy (安全策略) of this installation: a profile, and the figures that differ from it.

    There is at most one row, and none until somebody changes something; its history is in the events.
    """

    row_history_shows = ("figures",)

    is_only = models.BooleanField(default=True, unique=True, editable=False)
    profile = models.CharField(
        _("策略类型"), max_length=10, choices=PolicyProfile.choices, default=PolicyProfile.MLPS
    )
    # {name of a figure: its value}; what is missing is as the profile says.
    figures = models.JSONField(default=dict, blank=True)

    visibility = Visibility(
        view="policy.view",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("安全策略")
        constraints = (
            models.CheckConstraint(
                condition=Q(is_only=True), name="security_policy_is_the_only_one"
            ),
        )

    def __str__(self) -> str:
        return str(_("安全策略"))
