"""What a preview shows, page by page, and who may do what with a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now as StatementTime

from partybuild.access import Actor, Role, may
from partybuild.exchange.enums import BatchState, RowState
from partybuild.exchange.models import BatchChange, ImportBatch, StagedRow
from partybuild.exchange.models.batch import ImportQuerySet
from partybuild.exchange.sheets import sheet_of
from partybuild.fields.codes import mask_id_number, mask_phone

PAGE = 50


@dataclass(frozen=True)
class Cell:
    """One cell of the preview."""

    label: str
    text: str
    state: str
    old: str
    sentence: str


@dataclass(frozen=True)
class PreviewRow:
    """One row of the preview."""

    line: int
    state: str
    label: str
    note: str
    # The columns that the page shows, and what is wrong with those that the sheet does not have.
    shown: list[Cell]
    beyond: list[Cell]


@dataclass(frozen=True)
class PreviewPage:
    """Some rows of the preview and where the neighbors are, as {% pagination %} wants them."""

    headers: list[str]
    rows: list[PreviewRow]
    newer: str
    older: str


def sees_as_sent(batch: ImportBatch, by: Actor) -> bool:
    """One's own upload comes back as sent; for others personal cells are masked."""
    if by.scope.is_system:
        return True
    return batch.appointment is not None and batch.appointment.person_id == by.person_id


def may_apply(batch: ImportBatch, by: Actor) -> bool:
    """Tell whether a post may confirm or give up a batch: its own, or a worker's by the secretary."""
    sheet = sheet_of(batch.resource)
    return all(may(by, right) for right in sheet.rights) and _own_or_below(batch, by)


def may_undo(batch: ImportBatch, by: Actor) -> bool:
    """Tell whether a post may undo a batch: its own, or a worker's by the secretary."""
    return batch.state == BatchState.APPLIED and may_apply(batch, by)


def _own_or_below(batch: ImportBatch, by: Actor) -> bool:
    if by.scope.is_system or sees_as_sent(batch, by):
        return True
    if by.scope.role == Role.SYSTEM_ADMIN:
        return batch.organization_id is None
    above = {Role.COMMUNITY_SECRETARY, Role.UNIT_SECRETARY, Role.COMMITTEE}
    return by.scope.role in above and batch.organization_id == by.organization_id


def preview_page(
    batch: ImportBatch,
    *,
    by: Actor,
    state: str = "",
    newer: str = "",
    older: str = "",
) -> PreviewPage:
    """Return one page of rows, wrong ones first in their own filter; line numbers are the cursor."""
    found = StagedRow.objects.visible_to(by.scope).filter(batch=batch)
    if state in RowState.values:
        found = found.filter(state=state)
    newer, older = (text if text.isascii() and text.isdigit() else "" for text in (newer, older))
    backwards = bool(newer)
    if backwards:
        found = found.filter(line__lt=int(newer)).order_by("-line")
    elif older:
        found = found.filter(line__gt=int(older)).order_by("line")
    else:
        found = found.order_by("line")
    rows = list(found[: PAGE + 1])
    has_more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    as_sent = sees_as_sent(batch, by)
    first, last = (rows[0].line, rows[-1].line) if rows else (0, 0)
    before = has_more if backwards else bool(older)
    after = True if backwards else has_more
    drawn = [_row(batch, row, as_sent=as_sent) for row in rows]
    return PreviewPage(
        headers=_arranged(batch, drawn),
        rows=drawn,
        newer=str(first) if rows and before else "",
        older=str(last) if rows and after else "",
    )


def _headers(batch: ImportBatch) -> list[str]:
    layout = batch.layout.get("layout")
    if not layout:
        return []
    fields = sheet_of(batch.resource).fields
    return [str(fields[name].label) for name in layout["columns"].values()]


def _row(batch: ImportBatch, staged: StagedRow, *, as_sent: bool) -> PreviewRow:
    kept = orjson.loads(staged.sealed)
    fields = sheet_of(batch.resource).fields
    width = len(batch.layout["layout"]["columns"])
    cells = []
    for text, state, old, sentence, name in kept["cells"]:
        column = fields[name]
        cells.append(
            Cell(
                label=str(column.label),
                text=_masked(name, text) if column.personal and not as_sent else text,
                state=state,
                # What stands in the data is masked for everybody: an import is no way to read it.
                old=_masked(name, old or "") if column.personal else old or "",
                sentence=sentence or "",
            )
        )
    return PreviewRow(
        line=staged.line,
        state=staged.state,
        label=str(RowState(staged.state).label),
        note=kept.get("note", ""),
        shown=cells[:width],
        beyond=[cell for cell in cells[width:] if cell.sentence],
    )


def _arranged(batch: ImportBatch, rows: list[PreviewRow]) -> list[str]:
    """Drop the columns that are blank on this page, and put what has to be changed beside the name."""
    headers = _headers(batch)
    used = [
        position
        for position in range(len(headers))
        if any(
            row.shown[position].text or row.shown[position].sentence or row.shown[position].old
            for row in rows
        )
    ]
    keys = sheet_of(batch.resource).key_columns
    if keys:
        names = list(batch.layout["layout"]["columns"].values())
        wrong = {position for position in used if any(row.shown[position].sentence for row in rows)}
        used.sort(key=lambda position: (names[position] not in keys, position not in wrong))
    for row in rows:
        row.shown[:] = [row.shown[position] for position in used]
    return [headers[position] for position in used]


def _masked(name: str, text: str) -> str:
    if "id_number" in name:
        return mask_id_number(text)
    if "phone" in name:
        return mask_phone(text)
    return "***" if text else ""


def wrong_cells(batch: ImportBatch, *, most: int) -> Iterator[tuple[int, str, str, str]]:
    """Yield (line, column, text, what to change) of the first wrong or ambiguous cells, for the command line."""
    fields = sheet_of(batch.resource).fields
    told = 0
    rows = StagedRow.objects.filter(
        batch=batch, state__in=(RowState.WRONG, RowState.AMBIGUOUS)
    ).order_by("line")
    for row in rows[:most]:
        for text, _state, _old, sentence, name in orjson.loads(row.sealed)["cells"]:
            if sentence and told < most:
                told += 1
                shown = "***" if fields[name].personal else text
                yield row.line, str(fields[name].label), shown, sentence


def waits_too_long(batch: ImportBatch) -> bool:
    """Tell whether a batch has waited for the worker longer than any file takes."""
    patience = timedelta(minutes=3)
    # A reader that tries again and again touches the row each time: what counts is when the file came.
    unread = Q(state=BatchState.UPLOADED, created_at__lt=StatementTime() - patience)
    unwritten = Q(state=BatchState.APPLYING, changed_at__lt=StatementTime() - patience)
    return ImportBatch.objects.filter(unread | unwritten, pk=batch.pk).exists()


def earlier_batches(batch: ImportBatch) -> ImportQuerySet:
    """Return the batches of the same body that came from the very same file and were applied."""
    found: ImportQuerySet = ImportBatch.objects.filter(
        digest=batch.digest, resource=batch.resource, state=BatchState.APPLIED
    ).exclude(pk=batch.pk)
    if batch.organization_id is None:
        return found.filter(organization=None)
    return found.filter(organization=batch.organization_id)


def batch_of(instance: Model) -> QuerySet[Any]:
    """Return the batches that made or changed a row, newest first."""
    return ImportBatch.objects.filter(
        pk__in=BatchChange.objects.filter(label=instance._meta.label, object_id=instance.pk).values(
            "batch"
        )
    )
