"""Finding the header row in sheets as they are: titles, notes, stars, hints in brackets, merged heads."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Any

from partybuild.exchange.sheets import Layout, Sheet, SheetRow, Table

_HINT = re.compile(r"[(（\[【].*?[)）\]】]")
_DECORATION = re.compile(r"[\s\u3000*＊★☆:：、，,。．\"“”]+")
_NOT_DATA = re.compile(
    r"^(填写说明|说明|示例|例[:：]|合计|小计|总计|填表人|制表人|审核人|备注[:：])"
)
LOOK_AT = 40


def header_key(value: Any) -> str:
    """Return a header without stars, spaces and the hints in its brackets."""
    if not isinstance(value, str):
        return ""
    plain = unicodedata.normalize("NFKC", value)
    return _DECORATION.sub("", _HINT.sub("", plain)).lower()


def names_of(sheet: Sheet) -> dict[str, str]:
    """Return {header as written: our column}."""
    known: dict[str, str] = {}
    for name, column in sheet.columns().items():
        for label in (str(column.label), *column.aliases):
            known.setdefault(header_key(label), name)
    return known


def recognise(sheet: Sheet, tables: list[Table]) -> Layout | None:
    """Return the layout with the most recognised headers; hidden sheets are looked at last."""
    known = names_of(sheet)
    best: tuple[int, Table, int, dict[int, str]] | None = None
    for table in sorted(tables, key=lambda table: not table.visible):
        for number, row in enumerate(table.rows[:LOOK_AT]):
            found = _matches(row, known)
            if not set(sheet.key_columns) <= set(found.values()) or len(found) < 2:
                continue
            if best is None or len(found) > best[0]:
                best = (len(found), table, number, found)
        if best is not None and best[1] is table:
            break
    if best is None:
        return None
    _score, table, header_row, columns = best
    return _layout(sheet, table, header_row, columns)


def _matches(row: list[Any], known: dict[str, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for position, cell in enumerate(row):
        name = known.get(header_key(cell)) if isinstance(cell, str) and cell else None
        if name and name not in found.values():
            found[position] = name
    return found


def _layout(sheet: Sheet, table: Table, header_row: int, columns: dict[int, str]) -> Layout:
    row = table.rows[header_row]
    last = max(
        [header_row]
        + [merged[2] for merged in table.merged if merged[0] <= header_row <= merged[2]]
    )
    headers = [str(cell).strip() if isinstance(cell, str | int | float) else "" for cell in row]
    counting = {"序号", "编号", "no", "no."}
    return Layout(
        sheet=table.name,
        header_row=header_row,
        first_row=last + 1,
        columns=columns,
        headers=headers,
        ignored=[
            text
            for position, text in enumerate(headers)
            if text and position not in columns and header_key(text) not in counting
        ],
        missing=[
            str(column.label)
            for name, column in sheet.columns().items()
            if name not in columns.values() and column.in_template
        ],
        preamble=_preamble(table.rows[:header_row]),
    )


# 填报单位：某某省 省* … 某某社区 社区/村*: the value stands before its label.
_PLACES = {
    "省": "province",
    "市": "city",
    "市/县/区": "district",
    "乡镇/街道": "street",
    "社区/村": "community",
}


def _preamble(rows: list[list[Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        texts = [cell if isinstance(cell, str) else "" for cell in row]
        for value, label in pairwise(texts):
            level = _PLACES.get(header_key(label))
            name = value.strip()
            if level and name and not name.startswith(("某某", "××", "XX", "xx", "填报单位")):
                found[level] = name
    return found


def table_of(layout: Layout, tables: list[Table]) -> Table:
    """Return the table that a layout speaks of."""
    return next(table for table in tables if table.name == layout.sheet)


def rows_of(layout: Layout, table: Table) -> tuple[list[SheetRow], int]:
    """Return the data rows and how many rows were passed over (empty ones are not counted)."""
    _fill_merged(layout, table)
    rows: list[SheetRow] = []
    passed = 0
    for number in range(layout.first_row, len(table.rows)):
        raw = table.rows[number]
        if not any(cell not in ("", None) and str(cell).strip() for cell in raw):
            continue
        if not any(
            position < len(raw) and raw[position] not in ("", None) for position in layout.columns
        ):
            passed += 1
            continue
        first = next((cell for cell in raw if isinstance(cell, str) and cell.strip()), "")
        if _NOT_DATA.match(first.strip()):
            passed += 1
            continue
        rows.append(SheetRow(line=number + 1, raw=raw))
    return rows, passed


def _fill_merged(layout: Layout, table: Table) -> None:
    """A block merged downwards says the same for each row; one merged sideways cannot be read."""
    for top, left, bottom, right in table.merged:
        if top < layout.first_row or top >= len(table.rows):
            continue
        value = table.rows[top][left] if left < len(table.rows[top]) else ""
        if value in ("", None):
            continue
        sideways = sum(position in layout.columns for position in range(left, right + 1)) > 1
        for number in range(top, min(bottom, len(table.rows) - 1) + 1):
            row = table.rows[number]
            for position in range(left, min(right, len(row) - 1) + 1):
                if sideways:
                    row[position] = {"fault": "merged"}
                elif position == left:
                    row[position] = value
