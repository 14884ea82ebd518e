"""Signs of life: written by the processes themselves, at most every half minute."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now as StatementTime
from django.utils import timezone

from partybuild.fields.models import ClockTimestamp
from partybuild.ops.enums import Process
from partybuild.ops.models import SignOfLife

KEPT_DAYS = 7


@transaction.atomic
def give_sign(process: Process, *, name: str) -> None:
    """Write down that a process is alive; hosts not heard of for a week are forgotten."""
    here = timezone.now()
    known = SignOfLife.objects.filter(process=process, name=name[:200])
    if not known.update(at=ClockTimestamp(), said_at=here):
        SignOfLife.objects.bulk_create(
            [SignOfLife(process=process, name=name[:200], said_at=here)],
            ignore_conflicts=True,
        )
        SignOfLife.objects.filter(at__lt=StatementTime() - timedelta(days=KEPT_DAYS)).delete()
