"""Where somebody is signed in, and the devices that are known."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.accounts.models.user import User
from partybuild.fields.models import Row

_OWN = Visibility(
    view="session.own",
    area=None,
    unit=None,
    organizations=None,
    persons=None,
    own="user__person",
    open=None,
    administrators=None,
)


class KnownDevice(Row):
    """A browser (常用设备) on which its user signed in before; only a digest of its cookie is stored."""

    # Its making, use and end are events.
    row_history = "none"

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64)
    # "Windows 电脑，Edge": what its own user calls it by.
    label = models.CharField(_("设备"), max_length=100)
    source = models.CharField(_("地址"), max_length=64, blank=True)
    last_used_at = models.DateTimeField(_("最近登录"))
    # Until then the second factor is not asked again; null where it always is.
    trusted_until = models.DateTimeField(_("免动态验证码至"), null=True)

    visibility = _OWN

    class Meta:
        verbose_name = _("常用设备")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "token_hash"), name="device_is_known_once_per_user"
            ),
        )

    def __str__(self) -> str:
        return self.label


class SignInSession(Row):
    """A sign-in that lasts (登录会话): it is over when its row or the session of its key is gone."""

    # Its making, use and end are events.
    row_history = "none"

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.ForeignKey(KnownDevice, models.SET_NULL, null=True, related_name="+")
    label = models.CharField(_("设备"), max_length=100)
    source = models.CharField(_("地址"), max_length=64, blank=True)
    method = models.CharField(max_length=20)
    signed_in_at = models.DateTimeField(_("登录时间"))

    visibility = _OWN

    class Meta:
        verbose_name = _("登录会话")
        ordering = ("-signed_in_at",)

    def __str__(self) -> str:
        return self.label


class PastPassword(models.Model):
    """The digest of a password that was in use (历史密码), so that it is not taken again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("历史密码")

    def __str__(self) -> str:
        return str(self.replaced_at)


class SignInTry(models.Model):
    """A try to sign in (登录尝试) that failed or is under way; counted by account, device and address."""

    # A keyed hash: an unknown name leaves nothing readable behind.
    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("登录尝试")
        indexes = (models.Index(fields=("key", "at"), name="sign_in_try_key"),)

    def __str__(self) -> str:
        return str(self.at)
