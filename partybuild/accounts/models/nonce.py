"""The nonce of a form."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.fields.models import ClockTimestamp


class FormNonce(models.Model):
    """A form that has been sent (表单编号): sent again, it answers with the first result."""

    nonce = models.UUIDField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=500)
    # Where the first sending led; empty while it is under way.
    location = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("表单编号")

    def __str__(self) -> str:
        return str(self.nonce)
