"""What the worker does with a batch: as the post that asked for it, if it still may."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Now as StatementTime

from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.calendar import today
from partybuild.exchange.enums import BatchState
from partybuild.exchange.exceptions import NothingToApply, RightLost, RowsDrifted, SheetRefused
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.reading import sentence
from partybuild.exchange.services.applying import apply_batch, return_to_preview
from partybuild.exchange.services.staging import read_batch, restage_batch
from partybuild.exchange.services.uploads import refuse_batch
from partybuild.exchange.sheets import may_import, sheet_of

MOST_ATTEMPTS = 3


def actor_of_batch(batch: ImportBatch) -> Actor:
    """Return the post that uploaded the batch as it stands today; RightLost if it ended."""
    if batch.appointment_id is None:
        return Actor.system("import")
    appointment = (
        Appointment.objects.filter(pk=batch.appointment_id)
        .exclude(person__user__is_active=False)
        .current(today())
        .select_related("organization__area", "person")
        .first()
    )
    if appointment is None:
        raise RightLost
    by = actor_in(appointment)
    if not may_import(by, sheet_of(batch.resource)):
        raise RightLost
    return by


def run_read(batch_id: int) -> None:
    """Read one uploaded file; a file that kills its reader three times is refused."""
    waiting = ImportBatch.objects.filter(pk=batch_id, state=BatchState.UPLOADED)
    if not waiting.update(attempts=F("attempts") + 1):
        return
    batch = waiting.get()
    system = Actor.system("import")
    if batch.attempts > MOST_ATTEMPTS:
        refuse_batch(batch, message=sentence("too_heavy"), by=system)
        return
    try:
        read_batch(batch, by=actor_of_batch(batch))
    except (SheetRefused, RightLost) as refused:
        refuse_batch(batch, message="".join(refused.messages), by=system)
    except DatabaseError:
        # Away, or its disk is full: not the file's fault. The sweep tries again when it is well.
        with contextlib.suppress(DatabaseError):
            waiting.update(attempts=F("attempts") - 1)
        raise


def run_apply(batch_id: int) -> None:
    """Apply one confirmed batch; whatever forbids it leaves the preview with a sentence."""
    batch = ImportBatch.objects.filter(pk=batch_id, state=BatchState.APPLYING).first()
    if batch is None:
        return
    try:
        by = actor_of_batch(batch)
        apply_batch(batch, by=by)
    except RowsDrifted as refused:
        with transaction.atomic():
            return_to_preview(batch, message="".join(refused.messages), by=by)
            restage_batch(batch, by=by)
    except (RightLost, NothingToApply) as refused:
        return_to_preview(batch, message="".join(refused.messages), by=Actor.system("import"))


def run_waiting() -> None:
    """Take up batches that nobody woke or whose worker died."""
    quiet = ImportBatch.objects.filter(changed_at__lt=StatementTime() - timedelta(seconds=90))
    for key in quiet.filter(state=BatchState.UPLOADED).values_list("pk", flat=True):
        run_read(key)
    for key in quiet.filter(state=BatchState.APPLYING).values_list("pk", flat=True):
        run_apply(key)
