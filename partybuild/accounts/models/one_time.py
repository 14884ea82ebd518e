"""A link that signs in once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.accounts.enums import LinkPurpose
from partybuild.accounts.models.user import User
from partybuild.fields.models import ClockTimestamp, Row


class OneTimeLink(Row):
    """A way in that works once (一次性链接): an invitation, a sign-in without password, a reset.

    The row holds the hash of the token and not the token: who reads the table signs in with nothing.
    """

    # Its making, use and end are events.
    row_history = "none"

    user = models.ForeignKey(User, models.PROTECT, related_name="one_time_links")
    purpose = models.CharField(_("用途"), max_length=10, choices=LinkPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    # What the account's password was like: another one ends the link.
    password_mark = models.CharField(max_length=64, editable=False)
    # Where its owner was going when they were asked to sign in: a path of ours.
    next_path = models.CharField(max_length=500, blank=True, editable=False)
    created_at = models.DateTimeField(_("生成时间"), db_default=ClockTimestamp(), editable=False)
    expires_at = models.DateTimeField(_("有效期至"))
    used_at = models.DateTimeField(_("使用时间"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("收回时间"), null=True, editable=False)
    # Who made it; none for a link that its owner asked for.
    issuer_post = models.CharField(_("发出岗位"), max_length=300, blank=True)

    visibility = Visibility(
        view="account.create",
        area="user__person__appointments__organization__area",
        unit="user__person__appointments__organization",
        organizations=None,
        persons=None,
        own=None,
        open=None,
        administrators=models.Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("一次性链接")
        indexes = (models.Index(fields=("user", "purpose"), name="one_time_user_purpose"),)

    def __str__(self) -> str:
        return str(self.get_purpose_display())
