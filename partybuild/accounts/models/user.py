"""A way to sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.access.querysets import ScopedQuerySet
from partybuild.fields.models import Row
from partybuild.people.models import Person


class UserManager(BaseUserManager.from_queryset(ScopedQuerySet)):
    """Finds a user by user name, in lower case."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the user of a user name."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser, Row):
    """A way to sign in (账号): a user name, or the phone of its person by keyed hash."""

    # What every sign-in and every switch of posts touches.
    row_history_skips = ("last_login", "last_post", "elder_mode", "session_epoch")

    holds_personal_data = True

    person = models.OneToOneField(Person, models.PROTECT, related_name="user")
    # Empty for somebody who signs in by phone only.
    username = models.CharField(_("用户名"), max_length=50, unique=True, null=True, blank=True)
    # Null where there is none: unique among those that have one.
    phone_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001
    # Where sign-in links go; its own, so that whoever edits a roster cannot have them.
    mail = models.EmailField(_("登录邮箱"), blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    disable_reason = models.CharField(_("停用原因"), max_length=200, blank=True)
    # Idle days are counted from here where nobody has signed in since.
    enabled_at = models.DateTimeField(_("启用时间"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, editable=False)
    # Counted up to end every session of the account, also one that nobody has a row of.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    last_post = models.ForeignKey(
        "accounts.Appointment", models.SET_NULL, null=True, editable=False, related_name="+"
    )
    elder_mode = models.BooleanField(_("关怀版（大字）"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    visibility = Visibility(
        view="appointment.view",
        area="person__appointments__organization__area",
        unit="person__appointments__organization",
        organizations=None,
        persons=None,
        own="person",
        open=None,
        administrators=Q(pk__isnull=False),
    )

    class Meta:
        verbose_name = _("账号")
        indexes = (models.Index(fields=("mail",), name="user_mail", condition=~Q(mail="")),)

    def __str__(self) -> str:
        return self.person.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind sessions to the password and to the epoch: a change of either ends them."""
        salt = "partybuild.accounts.models.User.get_session_auth_hash"
        value = f"{self.password}|{self.session_epoch}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()
