"""Taking a file in, giving it up, wiping what is no longer needed."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now as StatementTime

from partybuild.access import Actor
from partybuild.access.roles import AREA_ROLES
from partybuild.audit.services import record_event
from partybuild.exchange.enums import BatchState, EventKind
from partybuild.exchange.exceptions import BatchMoved
from partybuild.exchange.models import ImportBatch, ImportFile, StagedRow
from partybuild.exchange.reading import check_before_storing
from partybuild.exchange.sheets import Sheet
from partybuild.exchange.wake import wake
from partybuild.fields.models import ClockTimestamp

KEPT_DAYS = 14


@transaction.atomic
def upload_file(
    *,
    sheet: Sheet,
    file_name: str,
    content: bytes,
    by: Actor,
    options: dict[str, Any] | None = None,
    reason: str = "",
) -> ImportBatch:
    """Keep a file that passed the pre-check until the reader has seen it; SheetRefused otherwise."""
    check_before_storing(content)
    batch = ImportBatch.objects.create(
        resource=sheet.key,
        file_name=file_name[-255:],
        file_size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        appointment_id=by.appointment_id,
        organization_id=by.organization_id,
        area_id=by.scope.area_id if by.scope.role in AREA_ROLES else None,
        options=options or {},
        reason=reason,
    )
    ImportFile.objects.create(batch=batch, content=base64.b64encode(content).decode())
    record_event(EventKind.UPLOADED, target=batch, by=by, reason=reason, batch_uid=batch.uid)
    wake("read", batch)
    return batch


@transaction.atomic
def refuse_batch(batch: ImportBatch, *, message: str, by: Actor) -> None:
    """Note why a file could not be read, and drop it."""
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED).update(
        state=BatchState.REFUSED, message=message[:1000]
    )
    ImportFile.objects.filter(batch=batch).delete()
    batch.refresh_from_db()


@transaction.atomic
def discard_batch(batch: ImportBatch, *, by: Actor) -> None:
    """Give a preview up; nothing was written."""
    given_up = ImportBatch.objects.filter(
        pk=batch.pk, state__in=(BatchState.STAGED, BatchState.UPLOADED)
    )
    if not given_up.update(state=BatchState.DISCARDED, wiped_at=ClockTimestamp()):
        raise BatchMoved
    ImportFile.objects.filter(batch=batch).delete()
    StagedRow.objects.filter(batch=batch).delete()
    batch.refresh_from_db()
    record_event(EventKind.DISCARDED, target=batch, by=by, batch_uid=batch.uid)


@transaction.atomic
def note_rows_returned(batch: ImportBatch, *, by: Actor) -> None:
    """Write down that somebody took the rows to be corrected."""
    record_event(EventKind.ROWS_RETURNED, target=batch, by=by, batch_uid=batch.uid)


@transaction.atomic
def wipe_staged_rows(*, by: Actor, days: int = KEPT_DAYS) -> int:
    """Delete staged rows some days after their upload; batches and what they changed stay."""
    old = ImportBatch.objects.filter(
        wiped_at=None, created_at__lt=StatementTime() - timedelta(days=days)
    )
    keys = list(old.values_list("pk", flat=True))
    StagedRow.objects.filter(batch__in=keys).delete()
    ImportFile.objects.filter(batch__in=keys).delete()
    ImportBatch.objects.filter(
        pk__in=keys, state__in=(BatchState.STAGED, BatchState.UPLOADED)
    ).update(state=BatchState.DISCARDED)
    return ImportBatch.objects.filter(pk__in=keys).update(wiped_at=ClockTimestamp())
