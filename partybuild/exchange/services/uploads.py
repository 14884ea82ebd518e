"""Taking a file in, giving it up, wiping what is no longer needed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import Now as StatementTime
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.access.roles import AREA_ROLES
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.exchange.enums import BatchState, EventKind
from partybuild.exchange.exceptions import BatchMoved, QuotaReached
from partybuild.exchange.models import ImportBatch, ImportFile, StagedRow
from partybuild.exchange.reading import check_before_storing
from partybuild.exchange.sheets import Sheet
from partybuild.fields.models import ClockTimestamp
from partybuild.waking import wake

KEPT_DAYS = 14
# Other places that take files and count into the same quota: person's key -> (files, bytes) within 24 hours.
_counters: list[Callable[[int], tuple[int, int]]] = []


def counts_uploads(counter: Callable[[int], tuple[int, int]]) -> Callable[[int], tuple[int, int]]:
    """Register another place whose files count into a person's quota."""
    _counters.append(counter)
    return counter


def refuse_above_quota(size: int, *, by: Actor) -> None:
    """Refuse more files, or more of them, than a person may upload within 24 hours, in whichever post."""
    if by.person_id is None:
        return
    # Two uploads at once wait for each other, so that neither is counted out.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"uploads:{by.person_id}"])
    area = Area.objects.filter(pk=by.scope.area_id or 0).first()
    recent = ImportBatch.objects.filter(
        appointment__person=by.person_id, created_at__gt=StatementTime() - timedelta(hours=24)
    ).aggregate(files=Count("pk"), size=Sum("file_size"))
    elsewhere = [counter(by.person_id) for counter in _counters]
    count = recent["files"] + sum(files for files, _size in elsewhere)
    held = (recent["size"] or 0) + sum(size for _files, size in elsewhere)
    files = parameter(area, "upload.files_per_day")
    megabytes = parameter(area, "upload.megabytes_per_day")
    if count >= files:
        raise QuotaReached(_("24小时内最多上传%(count)d个文件") % {"count": files})
    if held + size > megabytes * 1024 * 1024:
        raise QuotaReached(_("24小时内最多上传%(count)dMB") % {"count": megabytes})


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
    refuse_above_quota(len(content), by=by)
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
    wake("partybuild.exchange.tasks.read_import", batch.pk)
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
