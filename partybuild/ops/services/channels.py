"""Trying a channel out."""

from __future__ import annotations

import smtplib
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.accounts.models import Appointment
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.fields.codes import is_mobile
from partybuild.notices.enums import Channel, EventKind, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify
from partybuild.notices.services.notify import write_notices

_SECONDS = 5


class NoMailAddress(ValidationError):
    """Nobody can be written to who has no address."""

    def __init__(self) -> None:
        super().__init__(_("您的账号没有登记邮箱，请先在“账号”里登记，再发测试邮件。"))


def mail_server_answers() -> str:
    """Say hello to the mail server as the worker does; return "" or what went wrong in a word."""
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    try:
        with kind(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=_SECONDS) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            server.noop()
    except (OSError, smtplib.SMTPException) as fault:
        return type(fault).__name__
    return ""


@transaction.atomic
def send_test_mail(appointment: Appointment, *, by: Actor) -> None:
    """Write a mail to oneself, on the same way as every notice."""
    if not appointment.person.mail:
        raise NoMailAddress
    at = now()
    notify(
        kind="channel.test",
        subject=appointment,
        recipients=[Recipient(person=appointment.person)],
        title=_("测试邮件"),
        body=_("这是一封测试邮件，%(at)s由系统管理员发给自己。收到即说明邮件渠道正常。")
        % {"at": f"{at:%H:%M:%S}"},
        by=by,
        # Each test is a notice of its own.
        step=f"{at:%Y%m%d%H%M%S}",
    )
    record_event(EventKind.CHANNEL_TESTED, target=appointment, by=by)


class NoPhoneNumber(ValidationError):
    """A short message needs a number, and a gateway."""

    def __init__(self) -> None:
        super().__init__(_("没有发出：您的账号没有登记手机号码，或者没有配置短信网关。"))


@transaction.atomic
def send_test_sms(appointment: Appointment, *, by: Actor) -> None:
    """Write a short message to oneself, on the same way as every notice."""
    if settings.SMS_GATEWAY is None or not is_mobile(appointment.person.phone):
        raise NoPhoneNumber
    at = now()
    write_notices(
        [
            Notice(
                uid=uuid.uuid4(),
                kind="channel.test",
                subject_label=appointment._meta.label,
                subject_uid=appointment.uid,
                step=f"{at:%Y%m%d%H%M%S}",
                person_id=appointment.person_id,
                channel=Channel.SMS,
                state=NoticeState.QUEUED,
                title=_("测试短信"),
                path="/",
                sender_id=by.organization_id,
                sender_post=by.post,
                not_before=at,
            )
        ]
    )
    record_event(EventKind.CHANNEL_TESTED, target=appointment, by=by)
