"""`python -m partybuild.exchange.reader`: a file on standard input, its cells as JSON lines on standard output.

Lines: {"sheet": name, "visible": …, "merged": […]}, then its rows as lists, for each sheet; at the end
{"end": true}, or {"refused": code, …}. Caps are set before the first byte is read.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from partybuild.exchange.reader.archive import Faults, check_extent, faults_of, parts, sheet_parts
from partybuild.exchange.reader.compound import faults_by_sheet
from partybuild.exchange.reader.kinds import CSV, XLSX, check_directory, decode, kind_of
from partybuild.exchange.reader.limits import (
    MAX_BYTES,
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_OUTPUT,
    MAX_ROWS,
    FileRefused,
    cap_this_process,
)


def main() -> int:
    """Read one file; everything that goes wrong with it has a code, everything else a status."""
    cap_this_process()
    import orjson

    write = sys.stdout.buffer.write

    said = 0

    def say(line: Any) -> None:
        nonlocal said
        text = orjson.dumps(line)
        said += len(text)
        if said > MAX_OUTPUT and "refused" not in line:
            raise FileRefused("too_heavy")
        write(text)
        write(b"\n")

    try:
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        for line in lines(content):
            say(line)
        say({"end": True})
    except FileRefused as refused:
        say({"refused": refused.code, **refused.details})
    except MemoryError:
        say({"refused": "too_heavy"})
    return 0


def lines(content: bytes) -> Iterator[Any]:
    """Yield the head and the rows of each sheet."""
    kind = kind_of(content)
    if kind == CSV:
        yield from _text(content)
        return
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    faults: dict[str, Faults] = {}
    by_order: list[Faults] = []
    if kind == XLSX:
        faults = _archive_faults(content)
    else:
        by_order = faults_by_sheet(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for number, described in enumerate(workbook.sheets_metadata):
            if "WorkSheet" not in str(described.typ):
                continue
            known = by_order[number] if number < len(by_order) else faults.get(described.name, {})
            yield from _sheet(workbook, described, known)
    except PasswordError:
        raise FileRefused("encrypted") from None
    except CalamineError:
        raise FileRefused("damaged") from None


def _archive_faults(content: bytes) -> dict[str, Faults]:
    archive = check_directory(content)
    found: dict[str, Faults] = {}
    kept: dict[str, bytes] = {}
    for name, part in parts(content, archive):
        if name.startswith("xl/worksheets/sheet") or "<sheetData" in part[:2000].decode("latin-1"):
            check_extent(part)
            found[name] = faults_of(part)
        elif name.startswith("xl/workbook.xml") or name.endswith("workbook.xml.rels"):
            kept[name] = part
    return {sheet: found.get(part, {}) for sheet, part in sheet_parts(kept).items()}


def _sheet(workbook: Any, described: Any, faults: Faults) -> Iterator[Any]:
    sheet = workbook.get_sheet_by_name(described.name)
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if height > MAX_ROWS:
        raise FileRefused("too_long", limit=MAX_ROWS)
    if width > MAX_COLUMNS:
        raise FileRefused("too_wide", limit=MAX_COLUMNS)
    yield {
        "sheet": described.name,
        "visible": "Visible" in str(described.visible) and "Hidden" not in str(described.visible),
        "merged": [[*start, *end] for start, end in sheet.merged_cell_ranges or ()],
    }
    # Rows come from the sheet's first, cells only from the first column in use.
    indent = [""] * (sheet.start[1] if sheet.start else 0)
    for number, row in enumerate(sheet.iter_rows()):
        cells = indent + [_cell(value) for value in row]
        if faults:
            for column in range(len(cells)):
                if (number, column) in faults:
                    cells[column] = {"fault": faults[number, column]}
        yield cells


def _cell(value: Any) -> Any:
    """Return a cell as JSON knows it: text, number, nothing; dates as 2026-03-05."""
    if isinstance(value, str):
        if len(value) > MAX_CELL_CHARACTERS:
            return {"fault": "long"}
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**62:
        return int(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return value


def _text(content: bytes) -> Iterator[Any]:
    text = decode(content)
    first = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max((",", "\t", ";", "，"), key=first.count)
    yield {"sheet": "", "visible": True, "merged": []}
    csv.field_size_limit(1_000_000)
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ):
            if number >= MAX_ROWS:
                raise FileRefused("too_long", limit=MAX_ROWS)
            if len(row) > MAX_COLUMNS:
                raise FileRefused("too_wide", limit=MAX_COLUMNS)
            yield [_cell(cell) for cell in row]
    except csv.Error:
        raise FileRefused("damaged") from None


if __name__ == "__main__":
    sys.exit(main())
