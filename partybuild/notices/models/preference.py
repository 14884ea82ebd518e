"""By which ways a person wants to be told, and when not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partybuild.access import Visibility
from partybuild.fields.models import Row
from partybuild.notices.enums import MailWish
from partybuild.people.models import Person


class ChannelPreference(Row):
    """A person's own choice of ways (通知设置); without a row everything goes as the place has it."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="channel_preference")
    mail = models.CharField(
        _("邮件"), max_length=10, choices=MailWish.choices, default=MailWish.DIGEST
    )
    sms = models.BooleanField(_("提醒也发短信（本地已开通时）"), default=True)
    # Both empty: the place's own quiet hours.
    quiet_from = models.PositiveSmallIntegerField(_("免打扰开始"), null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(_("免打扰结束"), null=True, blank=True)

    visibility = Visibility(
        view="session.own",
        area=None,
        unit=None,
        organizations=None,
        persons=None,
        own="person",
        open=None,
        administrators=None,
    )

    class Meta:
        verbose_name = _("通知设置")
        constraints = (
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__range=(0, 23), quiet_to__range=(0, 23)),
                name="preference_has_both_ends_of_quiet_hours_or_none",
            ),
            models.CheckConstraint(
                condition=Q(mail__in=MailWish.values), name="preference_mail_wish_is_known"
            ),
        )

    def __str__(self) -> str:
        return str(self.get_mail_display())
