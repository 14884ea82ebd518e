"""The API token, on knox."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.accounts.models.appointment import Appointment
from partybuild.fields.models import ClockTimestamp, CurrentTransaction


class ApiTokenManager(AuthTokenManager.from_queryset(ScopedQuerySet)):
    """Creates tokens whose plain text is shown once."""


class ApiToken(AbstractAuthToken):
    """A token (接口令牌) bound to one appointment, for listed operations, for 180 days at most."""

    COLUMNS = (("api_read", _("只读")), ("api_write", _("读写")))

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    changed_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    changed_xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="tokens")
    name = models.CharField(_("用途"), max_length=100)
    column = models.CharField(_("权限"), max_length=20, choices=COLUMNS)
    # Keys of access.csv; empty means every line that its column allows.
    operations = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    revoked_at = models.DateTimeField(_("收回时间"), null=True)

    objects: Any = ApiTokenManager()

    visibility: ClassVar[Visibility] = Visibility(
        view="token.revoke",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own="appointment__person",
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("接口令牌")

    def __str__(self) -> str:
        return self.name
