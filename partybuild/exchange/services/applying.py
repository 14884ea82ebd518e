"""Writing the good rows of a previewed batch: once, together, and only if nothing has moved."""

from __future__ import annotations

import csv
import io
import uuid

import orjson
from django.db import connection, transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar.clock import Now
from partybuild.exchange.enums import GOOD, BatchState, EventKind
from partybuild.exchange.exceptions import BatchMoved, NothingToApply, RowsDrifted
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.services.staging import (
    context_of,
    examine,
    layout_of,
    print_of,
    staged_rows,
)
from partybuild.exchange.sheets import Context, Sheet, SheetRow, Written, sheet_of
from partybuild.waking import wake


@transaction.atomic
def confirm_batch(batch: ImportBatch, *, by: Actor) -> None:
    """Ask for the good rows to be written; of two who press at once, one is heard."""
    if not batch.good_count:
        raise NothingToApply
    confirmed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.STAGED)
    if not confirmed.update(
        state=BatchState.APPLYING, message="", appointment=by.appointment_id or batch.appointment_id
    ):
        raise BatchMoved
    batch.refresh_from_db()
    wake("partybuild.exchange.tasks.apply_import", batch.pk)


@transaction.atomic
def return_to_preview(batch: ImportBatch, *, message: str, by: Actor) -> None:
    """Put a confirmed batch back before its confirmation, with the reason."""
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING).update(
        state=BatchState.STAGED, message=message[:1000]
    )
    batch.refresh_from_db()


@transaction.atomic
def apply_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Write the good rows of a confirmed batch; RowsDrifted if the data moved since the preview."""
    _wait_for_turn(batch.resource)
    # The state changes in the transaction of the rows: killed halfway, neither has happened.
    claimed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.APPLYING)
    if not claimed.update(
        state=BatchState.APPLIED, applied_at=Now(), applied_xid=_this_transaction()
    ):
        raise BatchMoved
    sheet = sheet_of(batch.resource)
    context = context_of(batch, layout_of(batch), by=by)
    good = _good_rows(batch, sheet, context)
    if not good:
        raise NothingToApply
    written = list(sheet.apply(good, context))
    _keep_changes(batch, written)
    batch.refresh_from_db()
    record_event(
        EventKind.APPLIED,
        target=batch,
        by=by,
        reason=batch.reason,
        changes={"resource": [None, batch.resource], "rows": [None, len(good)]},
        batch_uid=batch.uid,
    )
    return batch


def _wait_for_turn(resource: str) -> None:
    """Two imports of the same kind run one after the other: they match against each other's rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import:{resource}"])


def _this_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        return int(cursor.fetchone()[0])


def _good_rows(batch: ImportBatch, sheet: Sheet, context: Context) -> list[SheetRow]:
    pairs = staged_rows(batch)
    examine(sheet, [row for _staged, row in pairs], context)
    drifted: list[int] = []
    good: list[SheetRow] = []
    for staged, row in pairs:
        if staged.state not in GOOD:
            continue
        if row.state != staged.state or print_of(row) != orjson.loads(staged.sealed)["print"]:
            drifted.append(row.line)
        else:
            good.append(row)
    if drifted:
        raise RowsDrifted(drifted)
    return good


def _keep_changes(batch: ImportBatch, written: list[Written]) -> None:
    lines = io.StringIO()
    rows = csv.writer(lines)
    for row in written:
        before = orjson.dumps(row.before).decode()
        rows.writerow((uuid.uuid4(), batch.pk, row.line, row.label, row.pk, row.is_created, before))
    lines.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(
            "COPY exchange_batchchange (uid, batch_id, line, label, object_id, is_created, before) "
            "FROM STDIN WITH (FORMAT csv)",
            lines,
        )
