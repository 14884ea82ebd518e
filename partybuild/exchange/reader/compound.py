"""What calamine does not tell about an old .xls: a password, formulas and error values (BIFF8 records)."""

from __future__ import annotations

import struct

from partybuild.exchange.reader.archive import FORMULA, Faults
from partybuild.exchange.reader.limits import FileRefused

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_FORMULA, _BOOLERR, _BOUNDSHEET, _FILEPASS, _BOF, _EOF = 0x06, 0x205, 0x85, 0x2F, 0x809, 0x0A
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def workbook_stream(content: bytes) -> bytes:
    """Return the workbook's stream out of a compound file; FileRefused where its chains lead nowhere."""
    try:
        return _stream(content)
    except (struct.error, IndexError):
        raise FileRefused("damaged") from None


def _stream(content: bytes) -> bytes:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, 4096}:
        raise FileRefused("damaged")
    table_count, first_directory = struct.unpack_from("<2I", content, 44)
    first_master, master_count = struct.unpack_from("<2I", content, 68)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    tables = [n for n in struct.unpack_from("<109I", content, 76) if n < _END]
    seen = 0
    while first_master < _END and seen < master_count:
        numbers = struct.unpack(f"<{size // 4}I", sector(first_master))
        tables += [n for n in numbers[:-1] if n < _END]
        first_master, seen = numbers[-1], seen + 1
    chain: list[int] = []
    for number in tables[:table_count]:
        chain += struct.unpack(f"<{size // 4}I", sector(number))

    def follow(start: int) -> bytes:
        pieces, passed = [], 0
        while start < _END:
            passed += 1
            if passed > len(chain):
                raise FileRefused("damaged")
            pieces.append(sector(start))
            start = chain[start]
        return b"".join(pieces)

    directory = follow(first_directory)
    for offset in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, offset + 64)[0]
        name = directory[offset : offset + max(length - 2, 0)].decode("utf-16-le", "replace")
        if name in {"Workbook", "Book"}:
            start, bytes_long = struct.unpack_from("<2I", directory, offset + 116)
            # Below 4096 bytes a stream lies among the small sectors; no workbook is that short.
            return follow(start)[:bytes_long] if bytes_long >= 4096 else b""
    raise FileRefused("damaged")


def faults_by_sheet(content: bytes) -> list[Faults]:
    """Return the formulas and error values of each sheet in order; FileRefused where a password is set."""
    stream = workbook_stream(content)
    offsets: list[int] = []
    for kind, place in _records(stream, 0):
        if kind == _FILEPASS:
            raise FileRefused("encrypted")
        if kind == _BOUNDSHEET:
            offsets.append(struct.unpack_from("<I", stream, place)[0])
    return [_faults(stream, offset) for offset in offsets]


def _faults(stream: bytes, offset: int) -> Faults:
    faults: Faults = {}
    for kind, place in _records(stream, offset):
        if kind == _FORMULA:
            faults[struct.unpack_from("<2H", stream, place)] = FORMULA
        elif kind == _BOOLERR and stream[place + 7]:
            faults[struct.unpack_from("<2H", stream, place)] = _ERRORS.get(
                stream[place + 6], "#N/A"
            )
    return faults


def _records(stream: bytes, place: int) -> list[tuple[int, int]]:
    """Return (kind, where its data begins) of the records of one substream."""
    records: list[tuple[int, int]] = []
    depth = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, place)
        records.append((kind, place + 4))
        depth += (kind == _BOF) - (kind == _EOF)
        place += 4 + length
        if depth <= 0:
            break
    return records
