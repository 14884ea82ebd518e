"""Sending again what failed, after somebody has put the address right."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.notices.enums import OUTBOUND, EventKind, NoticeState
from partybuild.notices.models import Notice
from partybuild.waking import wake


@transaction.atomic
def resend_failed(notices: Iterable[Notice], *, target: models.Model, by: Actor) -> int:
    """Queue the failed ones of a sending again, each from the beginning; returns how many."""
    keys = {notice.fate.pk for notice in notices}
    # The filter is the lock: of two presses one queues each row.
    number = Notice.objects.filter(
        pk__in=keys, channel__in=OUTBOUND, state=NoticeState.FAILED
    ).update(
        state=NoticeState.QUEUED, attempts=0, retry_at=None, claim=None, lease_until=None, error=""
    )
    if number:
        record_event(EventKind.RESENT, target=target, by=by, changes={"notices": [0, number]})
        wake("partybuild.notices.tasks.send_notices")
    return number
