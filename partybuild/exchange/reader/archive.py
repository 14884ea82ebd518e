"""Unpacking an .xlsx with a counter that believes no directory, and what calamine does not tell."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from partybuild.exchange.reader.limits import MAX_COLUMNS, MAX_ROWS, MAX_UNPACKED, FileRefused

# Declarations of a document type, in any encoding that an XML parser would follow.
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E|<\0?!\0?E\0?N\0?T\0?I\0?T\0?Y", re.I)
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_PIECE = 1024 * 1024
_CELL = re.compile(rb"<c\b(?P<attributes>[^>]*?)(?:/>|>(?P<body>.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")

# {(row, column) from 0: what stands there}
Faults = dict[tuple[int, int], str]
FORMULA = "formula"


def parts(content: bytes, archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield each XML part unpacked; stops a bomb by what really comes out, whatever it claims."""
    total = 0
    for entry in archive.infolist():
        pieces: list[bytes] = []
        wanted = entry.filename.endswith((".xml", ".rels"))
        for piece in unpacked(content, entry):
            total += len(piece)
            if total > MAX_UNPACKED:
                raise FileRefused("bomb")
            if wanted:
                pieces.append(piece)
        if wanted:
            whole = b"".join(pieces)
            if _DOCTYPE.search(whole):
                raise FileRefused("hostile")
            yield entry.filename, whole


def unpacked(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield one entry piece by piece; FileRefused where it is not what the archive says."""
    start = entry.header_offset
    header = content[start : start + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise FileRefused("damaged")
    fields = _LOCAL_HEADER.unpack(header)
    begin = start + _LOCAL_HEADER.size + fields[9] + fields[10]
    packed = content[begin : begin + entry.compress_size]
    if len(packed) < entry.compress_size:
        raise FileRefused("damaged")
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise FileRefused("hostile")
    inflater = zlib.decompressobj(-15)
    try:
        piece = inflater.decompress(packed, _PIECE)
        while piece:
            yield piece
            piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
    except zlib.error:
        raise FileRefused("damaged") from None


def sheet_parts(everything: dict[str, bytes]) -> dict[str, str]:
    """Return {sheet name: name of its part}."""
    targets: dict[str, str] = {}
    relations = everything.get("xl/_rels/workbook.xml.rels", b"")
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", relations):
        found = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        target = found.get(b"Target", b"").decode("utf-8", "replace").lstrip("/")
        targets[found.get(b"Id", b"").decode()] = (
            target if target.startswith("xl/") else f"xl/{target}"
        )
    sheets: dict[str, str] = {}
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", everything.get("xl/workbook.xml", b"")):
        name = re.search(rb'\bname="([^"]*)"', tag)
        relation = re.search(rb'\b\w+:id="([^"]*)"', tag)
        if name and relation:
            sheets[_unescaped(name[1])] = targets.get(relation[1].decode(), "")
    return sheets


def _unescaped(text: bytes) -> str:
    from html import unescape

    return unescape(text.decode("utf-8", "replace"))


def faults_of(part: bytes) -> Faults:
    """Find formulas and error values: calamine reads them as values or as nothing."""
    faults: Faults = {}
    if b"<f" not in part and b't="e"' not in part:
        return faults
    for cell in _CELL.finditer(part):
        attributes, body = cell["attributes"], cell["body"] or b""
        is_error = b't="e"' in attributes
        if not is_error and b"<f" not in body:
            continue
        reference = _REFERENCE.search(attributes)
        if not reference:
            continue
        place = (int(reference[2]) - 1, _column(reference[1]))
        value = _VALUE.search(body)
        faults[place] = value[1].decode("utf-8", "replace") if is_error and value else FORMULA
    return faults


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


_LAST_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"')
_DIMENSION = re.compile(rb'<dimension\b[^>]*?\bref="(?:[A-Z]+\d+:)?([A-Z]+)(\d+)"')


def check_extent(part: bytes) -> None:
    """Refuse a sheet whose cells stand so far out that a reader would fill the room between them."""
    columns = {len(found) for found in re.findall(rb'<c\b[^>]*?\br="([A-Z]{2,3})\d', part)}
    if 3 in columns or (
        2 in columns
        and any(
            _column(found) >= MAX_COLUMNS
            for found in set(re.findall(rb'<c\b[^>]*?\br="([A-Z]{2})\d', part))
        )
    ):
        raise FileRefused("too_wide", limit=MAX_COLUMNS)
    tail = part.rfind(b"<row")
    last = _LAST_ROW.match(part, tail) if tail >= 0 else None
    if last and int(last[1]) > MAX_ROWS:
        raise FileRefused("too_long", limit=MAX_ROWS)
