"""Tables written row by row: a workbook or a CSV file of any length in the memory of one row.

Nothing in them is ever a formula: text is text by type in the workbook, and carries an apostrophe in
CSV where a program might take it for one.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

# What XML 1.0 cannot hold, and lone surrogates.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|_x")
# "_x000D_" in a cell is read as a carriage return.
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA = re.compile("^[\\s\"';,\x00]*[=+\\-@＝＋－＠]|^[\t\r\n\x00]")
_LONGEST = 32_000
_ROWS_AT_ONCE = 500

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


class Target(Protocol):
    """Where bytes go; need not be seekable."""

    def write(self, data: bytes, /) -> int:
        """Take some bytes."""

    def flush(self) -> None:
        """Hand over what is held back."""


def letter(number: int) -> str:
    """Return the letters of a column counted from 1."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def plain(value: Any) -> str:
    """Return a value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[:_LONGEST]


def _xml(text: str) -> str:
    if _SPECIAL.search(text) is None:
        return text
    text = _ILLEGAL.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ESCAPED.sub("_x005F_", text).replace("\r", "&#13;")


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return False
    return -(10**15) < value < 10**15


_STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<fonts count="3"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="14"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1"/>'
    '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
_PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        '<Override PartName="/xl/styles.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/styles" Target="styles.xml"/></Relationships>'
    ),
}
_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\"&<>\x00-\x1f]")


def _line(number: int, values: Sequence[Any], style: int, letters: Sequence[str]) -> str:
    cells = []
    for at, value in enumerate(values):
        if value is None or value == "":
            continue
        place = f"{letters[at]}{number}"
        if _is_number(value):
            cells.append(f'<c r="{place}"><v>{value}</v></c>')
        else:
            cells.append(
                f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
                f"{_xml(plain(value))}</t></is></c>"
            )
    return f'<row r="{number}">{"".join(cells)}</row>'


def write_workbook(
    target: Target,
    *,
    name: str,
    notes: Sequence[str],
    headers: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[Any]],
    each: Callable[[int], None] = lambda done: None,
) -> int:
    """Write one sheet: notes on top, a row of headers that stays, the rows; return how many."""
    letters = [letter(number) for number in range(1, len(headers) + 1)]
    done = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:  # type: ignore[call-overload]
        title = _SHEET_NAME.sub("", name)[:31] or "1"
        for path, text in _PARTS.items():
            book.writestr(path, text.replace("{name}", title))
        book.writestr("xl/styles.xml", _STYLES)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            top = len(notes) + 1
            columns = "".join(
                f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
                for at, width in enumerate(widths, start=1)
            )
            head = [
                (
                    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                    '<sheetViews><sheetView workbookViewId="0">'
                    f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" '
                    f'state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>'
                )
            ]
            for number, note in enumerate(notes, start=1):
                head.append(_line(number, [note], 3 if number == 1 else 1, letters))
            head.append(_line(top, headers, 2, letters))
            sheet.write("".join(head).encode())
            held: list[str] = []
            for row in rows:
                done += 1
                held.append(_line(top + done, row, 1, letters))
                if len(held) == _ROWS_AT_ONCE:
                    sheet.write("".join(held).encode())
                    held.clear()
                    each(done)
            sheet.write(("".join(held) + "</sheetData></worksheet>").encode())
    return done


def safe_text(value: Any) -> Any:
    """Return a value for CSV: text that a program might take for a formula begins with an apostrophe."""
    if _is_number(value):
        return value
    text = plain(value)
    if _FORMULA.match(text):
        text = "'" + text
    return _ILLEGAL.sub("", text)


def write_csv(
    target: Target,
    *,
    notes: Sequence[str],
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    each: Callable[[int], None] = lambda done: None,
) -> int:
    """Write the same table as CSV in UTF-8 with a mark, as spreadsheet programs expect it."""
    held = io.StringIO()
    lines = csv.writer(held)
    done = 0

    def hand_over() -> None:
        target.write(held.getvalue().encode())
        held.seek(0)
        held.truncate()

    target.write(b"\xef\xbb\xbf")
    for note in notes:
        lines.writerow([safe_text(note)])
    lines.writerow([safe_text(header) for header in headers])
    for row in rows:
        done += 1
        lines.writerow([safe_text(value) for value in row])
        if done % _ROWS_AT_ONCE == 0:
            hand_over()
            each(done)
    hand_over()
    return done
