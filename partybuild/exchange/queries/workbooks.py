"""Workbooks made here: nothing in them is ever a formula."""

from __future__ import annotations

import io
import re
from typing import Any

import orjson
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from partybuild.access import Actor
from partybuild.exchange import cells
from partybuild.exchange.enums import RowState
from partybuild.exchange.models import ImportBatch, StagedRow
from partybuild.exchange.sheets import Sheet, sheet_of

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WRONG = PatternFill("solid", fgColor="FCE4E4")
_HEAD = PatternFill("solid", fgColor="F3EFE8")
_HINT = Font(italic=True, color="7A7268")
TEMPLATE_ROWS = 2000


def put(sheet: Any, line: int, column: int, value: Any) -> Any:
    """Write a value as text or number: text that begins like a formula stays text."""
    cell = sheet.cell(row=line, column=column)
    if isinstance(value, bool) or value is None:
        value = "" if value is None else str(value)
    if isinstance(value, int | float) and abs(value) < 10**15:
        cell.value = value
        return cell
    cell.value = _ILLEGAL.sub("", str(value))[:32_000]
    # openpyxl takes "=…" for a formula: say that it is text, and let Excel keep it so when edited.
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell


def _saved(book: Workbook) -> bytes:
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def rows_to_correct(batch: ImportBatch, by: Actor) -> bytes:
    """Return the wrong and ambiguous rows with their original cells, wrong ones marked, and the reasons."""
    sheet = sheet_of(batch.resource)
    layout = batch.layout["layout"]
    headers: list[str] = layout["headers"]
    positions = {name: int(position) for position, name in layout["columns"].items()}
    book = Workbook()
    page: Any = book.active
    page.title = _("待更正")
    # Columns keep their places: what has no header stands under a blank one.
    width = max(len(headers), max(positions.values(), default=0) + 1)
    for position in range(width):
        cell = put(page, 1, position + 1, headers[position] if position < len(headers) else "")
        cell.fill, cell.font = _HEAD, Font(bold=True)
    for offset, text in enumerate((_("需要更正的内容"), _("原文件行号"))):
        cell = put(page, 1, width + 1 + offset, text)
        cell.fill, cell.font = _HEAD, Font(bold=True)
    rows = (
        StagedRow.objects.visible_to(by.scope)
        .filter(batch=batch, state__in=(RowState.WRONG, RowState.AMBIGUOUS))
        .order_by("line")
    )
    for line, staged in enumerate(rows.iterator(chunk_size=2000), start=2):
        kept = orjson.loads(staged.sealed)
        for position, raw in enumerate(kept["raw"][:width]):
            put(page, line, position + 1, raw.get("fault", "") if isinstance(raw, dict) else raw)
        reasons = [kept["note"]] if kept.get("note") else []
        for _text, _state, _old, sentence, name in kept["cells"]:
            if sentence:
                if sentence not in reasons:
                    reasons.append(f"{sheet.fields[name].label}：{sentence}")
                if name in positions:
                    page.cell(row=line, column=positions[name] + 1).fill = _WRONG
        reason = put(page, line, width + 1, "\n".join(reasons))
        reason.alignment = Alignment(wrap_text=True, vertical="top")
        put(page, line, width + 2, staged.line)
    page.column_dimensions[get_column_letter(width + 1)].width = 60
    page.freeze_panes = "A2"
    return _saved(book)


def template_workbook(sheet: Sheet, by: Actor) -> bytes:
    """Return a blank sheet: title, note, starred headers, a row of hints, drop-downs, text columns."""
    book = Workbook()
    page: Any = book.active
    page.title = str(sheet.label)[:30]
    lists: Any = book.create_sheet("选项")
    lists.sheet_state = "hidden"
    columns = [(name, column) for name, column in sheet.columns().items() if column.in_template]
    put(page, 1, 1, f"{sheet.label}导入模板").font = Font(bold=True, size=14)
    note = put(
        page,
        2,
        1,
        _("带*的必填。第4行是说明，可以保留；从第5行开始填写。不要合并单元格，不要写公式。"),
    )
    note.font = _HINT
    for place, text in ((3, _("序号")), (4, _("填写说明"))):
        put(page, place, 1, text)
    options = sheet.option_fields(by)
    for number, (name, column) in enumerate(columns, start=2):
        letter = get_column_letter(number)
        head = put(page, 3, number, f"{column.label}{'*' if column.required else ''}")
        head.fill, head.font = _HEAD, Font(bold=True)
        put(page, 4, number, str(column.hint)).font = _HINT
        page.column_dimensions[letter].width = 22 if column.personal or column.limit >= 200 else 14
        if column.read in (cells.id_number, cells.phone, cells.credit_code, cells.text, cells.day):
            page.column_dimensions[letter].number_format = "@"
        words = _choices(column, options.get(name))
        if words:
            _drop_down(page, lists, number, words)
    page.freeze_panes = "B5"
    return _saved(book)


def _choices(column: Any, field: Any) -> list[str]:
    if column.choices:
        return [str(label) for label in column.choices.values()]
    if field is not None:
        return [str(label) for value, label in field.choices if value][:500]
    return []


def _drop_down(page: Any, lists: Any, number: int, words: list[str]) -> None:
    letter = get_column_letter(number)
    for line, word in enumerate(words, start=1):
        put(lists, line, number, word)
    rule = DataValidation(
        type="list",
        formula1=f"'选项'!${letter}$1:${letter}${len(words)}",
        allow_blank=True,
        # A unit that is not on the list may still be typed.
        showErrorMessage=len(words) < 20,
        error=_("请从下拉列表中选择。"),
    )
    rule.add(f"{letter}5:{letter}{TEMPLATE_ROWS}")
    page.add_data_validation(rule)
