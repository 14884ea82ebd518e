"""Accounts that nobody uses: their owners are told a fortnight before, then they are disabled."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.accounts.services.idle import (
    NOTICE_DAYS,
    Idle,
    disable_idle_account,
    idle_accounts,
)
from partybuild.calendar import now
from partybuild.notices.enums import Channel, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.services.notify import write_notices

KIND = "account.idle"


def sweep_idle_accounts(*, by: Actor) -> tuple[int, int]:
    """Tell and disable; returns (told, disabled). A second run finds both done.

    Nobody is disabled who has not been told so many days before, however late this began to run.
    """
    with transaction.atomic():
        told = write_notices(
            [
                row
                for idle in idle_accounts(ahead=timedelta(days=NOTICE_DAYS))
                for row in _rows(idle)
            ]
        )
    disabled = 0
    for idle in list(idle_accounts()):
        if _was_told(idle):
            with transaction.atomic():
                disabled += disable_idle_account(idle, by=by)
    return told, disabled


def _since(idle: Idle) -> str:
    return timezone.localtime(idle.since).date().isoformat()


def _was_told(idle: Idle) -> bool:
    return Notice.objects.filter(
        kind=KIND,
        subject_uid=idle.user.uid,
        period=_since(idle),
        created_at__lte=now() - timedelta(days=NOTICE_DAYS),
    ).exists()


def _rows(idle: Idle) -> list[Notice]:
    ends_at = max(idle.ends_at, timezone.now() + timedelta(days=NOTICE_DAYS))
    day = timezone.localtime(ends_at).date()
    channels = [(Channel.IN_APP, NoticeState.SENT)]
    if idle.user.person.mail:
        channels.append((Channel.MAIL, NoticeState.QUEUED))
    return [
        Notice(
            uid=uuid.uuid4(),
            kind=KIND,
            subject_label=idle.user._meta.label,
            subject_uid=idle.user.uid,
            # Since when it is idle: told once for each time.
            period=_since(idle),
            person_id=idle.user.person_id,
            channel=channel,
            state=state,
            title=_("账号较长时间没有登录"),
            body=_(
                "您的账号已较长时间没有登录。请在%(year)d年%(month)d月%(day)d日前登录一次，否则将自动停用；停用后可请本单位、社区或安全管理员恢复。"
            )
            % {"year": day.year, "month": day.month, "day": day.day},
            path="/",
            is_reminder=True,
            not_before=now(),
        )
        for channel, state in channels
    ]
