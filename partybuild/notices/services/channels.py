"""Holding a channel back and letting it go; putting parked mails back into the queue."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.fields.models import ClockTimestamp
from partybuild.notices.enums import OUTBOUND, Channel, EventKind, NoticeState
from partybuild.notices.models import ChannelPause, Notice
from partybuild.waking import wake


def is_paused(channel: Channel) -> bool:
    """Tell whether a channel is held back now."""
    return ChannelPause.objects.filter(channel=channel, resumed_at=None).exists()


@transaction.atomic
def pause_channel(channel: Channel, *, reason: str, by: Actor) -> ChannelPause | None:
    """Hold a channel back; None where it is held back already."""
    try:
        with transaction.atomic():
            pause = ChannelPause.objects.create(
                channel=channel, reason=reason[:300], paused_post=by.post
            )
    except IntegrityError:
        return None
    record_event(EventKind.CHANNEL_PAUSED, target=pause, by=by, reason=reason)
    return pause


@transaction.atomic
def resume_channel(channel: Channel, *, reason: str, by: Actor) -> bool:
    """Let a channel go again; what waited is sent at once. False where nothing was held back."""
    pause = ChannelPause.objects.filter(channel=channel, resumed_at=None).first()
    if pause is None or not ChannelPause.objects.filter(pk=pause.pk, resumed_at=None).update(
        resumed_at=ClockTimestamp()
    ):
        return False
    record_event(EventKind.CHANNEL_RESUMED, target=pause, by=by, reason=reason)
    wake("partybuild.notices.tasks.send_notices")
    return True


@transaction.atomic
def requeue_failed(notice: Notice, *, reason: str, by: Actor) -> bool:
    """Try a parked message again from the beginning; False where it is no longer parked."""
    failed = Notice.objects.filter(pk=notice.pk, channel__in=OUTBOUND, state=NoticeState.FAILED)
    if not failed.update(
        state=NoticeState.QUEUED, attempts=0, retry_at=None, claim=None, lease_until=None, error=""
    ):
        return False
    record_event(EventKind.REQUEUED, target=notice, by=by, reason=reason)
    wake("partybuild.notices.tasks.send_notices")
    return True
