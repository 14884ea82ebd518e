"""Settling messages whose fate is unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar.clock import Now
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import OUTBOUND, Channel, EventKind, NoticeState
from partybuild.notices.models import Notice
from partybuild.notices.sms import ask_gateway

# Given Message-IDs, returns {id: whether the server took it} for those it knows about.
Ask = Callable[[Sequence[str]], dict[str, bool]]
_GIVE_UP_ASKING = timedelta(hours=24)


def reconcile_unknown(*, by: Actor, ask: Ask | None = None) -> int:
    """Ask about messages whose fate is unknown and settle those that are answered; returns how many.

    A reminder that nobody could answer for in 24 hours goes out once more with the same
    Message-ID; anything else waits for a person.
    """
    waited = ClockTimestamp() - timedelta(seconds=settings.MAIL_ASK_AFTER_SECONDS)
    unknown = list(
        Notice.objects.filter(state=NoticeState.UNKNOWN, unknown_at__lt=waited).order_by("pk")
    )
    if not unknown:
        return 0
    answers: dict[str, bool] = {}
    for channel in OUTBOUND:
        asked = ask or _configured(channel)
        keys = [each.message_id for each in unknown if each.channel == channel]
        if keys and asked is not None:
            answers.update(asked(keys))
    settled = 0
    for notice in unknown:
        answer = answers.get(notice.message_id)
        if answer is not None:
            settled += settle(notice, accepted=answer, by=by)
        else:
            settled += _resend_once(notice, by=by)
    return settled


@transaction.atomic
def settle(notice: Notice, *, accepted: bool, by: Actor) -> bool:
    """Write down what the carrier's log says; what it never took is queued again."""
    rows = Notice.objects.filter(pk=notice.pk, state=NoticeState.UNKNOWN)
    if accepted:
        changed = rows.update(state=NoticeState.SENT, sent_at=Now(), error="", unknown_at=None)
    else:
        changed = rows.update(
            state=NoticeState.QUEUED,
            retry_at=None,
            unknown_at=None,
            claim=None,
            # A try all the same: what is never taken is not sent for ever.
            attempts=F("attempts") + 1,
        )
    if changed:
        record_event(
            EventKind.RECONCILED, target=notice, by=by, changes={"accepted": [None, accepted]}
        )
    return bool(changed)


@transaction.atomic
def _resend_once(notice: Notice, *, by: Actor) -> bool:
    changed = Notice.objects.filter(
        pk=notice.pk,
        state=NoticeState.UNKNOWN,
        is_reminder=True,
        is_resent=False,
        unknown_at__lt=ClockTimestamp() - _GIVE_UP_ASKING,
    ).update(
        state=NoticeState.QUEUED,
        is_resent=True,
        retry_at=None,
        unknown_at=None,
        claim=None,
        attempts=F("attempts") + 1,
    )
    if changed:
        record_event(EventKind.RECONCILED, target=notice, by=by, changes={"resent": [False, True]})
    return bool(changed)


def _configured(channel: Channel) -> Ask | None:
    if channel == Channel.SMS:
        return ask_gateway
    if channel == Channel.ROBOT:
        # No provider tells what its robots have posted: somebody looks into the group.
        return None
    name = settings.MAIL_ASK
    return import_string(name) if name else None
