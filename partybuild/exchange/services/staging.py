"""Reading a file into staged rows, each cell with its state."""

from __future__ import annotations

import base64
import hashlib
import io
import uuid
from dataclasses import asdict
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.exchange.enums import BatchState, RowState
from partybuild.exchange.exceptions import SheetRefused
from partybuild.exchange.models import ImportBatch, ImportFile, StagedRow
from partybuild.exchange.reading import tables_in
from partybuild.exchange.recognition import rows_of, table_of
from partybuild.exchange.sheets import (
    Context,
    Layout,
    Sheet,
    SheetRow,
    Table,
    all_sheets,
    settle,
    sheet_of,
)


def read_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Have an uploaded file read in a process of its own and stage its rows; SheetRefused if it cannot be."""
    file = ImportFile.objects.filter(batch=batch).first()
    if file is None:
        return batch
    tables = tables_in(base64.b64decode(file.content))
    sheet = sheet_of(batch.resource)
    layout = sheet.recognise(tables)
    if layout is None:
        raise SheetRefused(_unrecognised(sheet, tables))
    rows, passed = rows_of(layout, table_of(layout, tables))
    if not rows:
        raise SheetRefused(
            _("认出了表头（第%(line)d行），但下面没有数据。请填写后重新上传。")
            % {"line": layout.header_row + 1}
        )
    context = context_of(batch, layout, by=by)
    examine(sheet, rows, context)
    with transaction.atomic():
        # Of two workers reading the same file, one stages its rows.
        claimed = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.UPLOADED)
        if claimed.update(state=BatchState.STAGED):
            _stage(batch, sheet, rows, context, passed=passed)
            ImportFile.objects.filter(batch=batch).delete()
    batch.refresh_from_db()
    return batch


def _unrecognised(sheet: Sheet, tables: list[Table]) -> str:
    other = next(
        (each for each in all_sheets() if each.key != sheet.key and each.recognise(tables)), None
    )
    if other is not None:
        return _("这份表格看起来是“%(other)s”，不是“%(label)s”。请在上传页改选后再传。") % {
            "other": other.label,
            "label": sheet.label,
        }
    needed = "、".join(str(sheet.fields[name].label) for name in sheet.key_columns)
    if not needed:
        return _("没有认出“%(label)s”的表头，请核对文件。") % {"label": sheet.label}
    return _(
        "没有找到“%(label)s”的表头。表头一行至少要有：%(needed)s。可以下载模板，把内容贴进去再传。"
    ) % {"label": sheet.label, "needed": needed}


def context_of(batch: ImportBatch, layout: Layout, *, by: Actor) -> Context:
    """Return who imports what, for reading and for applying alike."""
    return Context(
        by=by, options=batch.options, layout=layout, batch_uid=batch.uid, reason=batch.reason
    )


def examine(sheet: Sheet, rows: list[SheetRow], context: Context) -> None:
    """Read and compare rows: afterwards each has its state."""
    sheet.read_rows(rows, context)
    sheet.check(rows, context)
    settle(rows)


def layout_of(batch: ImportBatch) -> Layout:
    """Return the layout as it was recognised."""
    kept: dict[str, Any] = dict(batch.layout["layout"])
    kept["columns"] = {int(position): name for position, name in kept["columns"].items()}
    return Layout(**kept)


def staged_rows(batch: ImportBatch) -> list[tuple[StagedRow, SheetRow]]:
    """Return every staged row beside a fresh one out of its raw cells."""
    staged = StagedRow.objects.filter(batch=batch).order_by("line")
    return [
        (row, SheetRow(line=row.line, raw=orjson.loads(row.sealed)["raw"]))
        for row in staged.iterator(chunk_size=5000)
    ]


def print_of(row: SheetRow) -> str:
    """Return a digest of what a row would do: equal as long as the data has not moved under it."""
    said = orjson.dumps(
        [str(row.state), sorted((name, str(old)) for name, old in row.before.items())]
    )
    return hashlib.sha256(said).hexdigest()[:32]


@transaction.atomic
def restage_batch(batch: ImportBatch, *, by: Actor) -> ImportBatch:
    """Compare the staged rows with the data anew: it has moved since the preview."""
    layout = layout_of(batch)
    sheet = sheet_of(batch.resource)
    rows = [row for _staged, row in staged_rows(batch)]
    context = context_of(batch, layout, by=by)
    examine(sheet, rows, context)
    StagedRow.objects.filter(batch=batch).delete()
    _stage(batch, sheet, rows, context, passed=batch.layout.get("passed", 0))
    batch.refresh_from_db()
    return batch


def _stage(
    batch: ImportBatch, sheet: Sheet, rows: list[SheetRow], context: Context, *, passed: int
) -> None:
    assert context.layout is not None
    field: Any = StagedRow._meta.get_field("sealed")
    lines = io.StringIO()
    for row in rows:
        uid = uuid.uuid4()
        payload = {
            "raw": row.raw,
            "cells": _cells(sheet, row, context.layout),
            "print": print_of(row),
        }
        if row.note:
            payload["note"] = row.note
        sealed = field.seal(orjson.dumps(payload).decode(), uid)
        lines.write(f"{uid}\t{batch.pk}\t{row.line}\t{row.state}\t\\\\x{sealed.hex()}\n")
    lines.seek(0)
    # The driver's own cursor raises the driver's own errors: Django's are what everybody asks for.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.copy_expert(
            "COPY exchange_stagedrow (uid, batch_id, line, state, sealed) FROM STDIN", lines
        )
    counts = dict.fromkeys(RowState.values, 0)
    for row in rows:
        counts[str(row.state)] += 1
    ImportBatch.objects.filter(pk=batch.pk).update(
        row_count=len(rows),
        layout={"layout": asdict(context.layout), "passed": passed, "report": context.report},
        **{f"{state}_count": count for state, count in counts.items()},
    )


def _cells(sheet: Sheet, row: SheetRow, layout: Layout) -> list[list[str | None]]:
    """Return [text, state, old, sentence] for each recognised column, then for what the sheet lacks."""
    shown: list[list[str | None]] = []
    named = [*layout.columns.values()]
    for position, name in layout.columns.items():
        raw = row.raw[position] if position < len(row.raw) else ""
        shown.append(_cell(sheet, row, name, raw))
    # A required value that has no column in this file still needs its sentence.
    shown.extend(
        _cell(sheet, row, name, "")
        for name in sheet.fields
        if name not in named and (name in row.faults or name in row.before)
    )
    return shown


def shown_raw(raw: Any) -> str:
    """Return a cell as it stood in the sheet; for a formula only that it was one."""
    if isinstance(raw, dict):
        words = {"formula": _("（公式）"), "merged": _("（合并单元格）"), "long": _("（文字过长）")}
        return words.get(str(raw["fault"])) or str(raw["fault"])
    return "" if raw is None else str(raw)


def _cell(sheet: Sheet, row: SheetRow, name: str, raw: Any) -> list[str | None]:
    column = sheet.fields[name]
    fault = row.faults.get(name)
    if fault:
        text = shown_raw(raw)
        if raw in ("", None) and row.values.get(name) not in (None, ""):
            text = column.shown(row.values[name])
        return [text[:200], "wrong", None, fault, name]
    text = column.shown(row.values.get(name))
    if name in row.before:
        return [text, "changed", column.shown(row.before[name]), None, name]
    if row.state == RowState.NEW:
        return [text, "new" if text else "", None, None, name]
    if row.state == RowState.AMBIGUOUS and name in sheet.key_columns:
        return [text, "ambiguous", None, row.note, name]
    return [text, "same" if text else "", None, None, name]
