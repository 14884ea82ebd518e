"""Places of an activity, one row each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.sign_up import SignUp


class Seat(models.Model):
    """One place of an activity with a limit (名额): taken by one sign-up at a time.

    Made beforehand, so that two hundred at once lock two hundred rows and not one. What is seen and
    told is the sign-up.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="seats")
    number = models.PositiveIntegerField()
    sign_up = models.OneToOneField(SignUp, models.PROTECT, null=True, related_name="seat")

    class Meta:
        ordering = ("number",)
        verbose_name = _("名额")
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "number"), name="seat_number_stands_once_per_activity"
            ),
        )
        indexes = (
            models.Index(
                fields=("activity", "number"), condition=Q(sign_up=None), name="seat_free"
            ),
        )

    def __str__(self) -> str:
        return f"{self.activity} {self.number}"
