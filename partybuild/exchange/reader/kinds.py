"""What a file is, by its content: the name and its ending prove nothing."""

from __future__ import annotations

import io
import struct
import zipfile

from partybuild.exchange.reader.limits import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_FROM,
    FileRefused,
)

XLSX, XLS, CSV = "xlsx", "xls", "csv"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_BIT = 0x1
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<style", b"mime-version")


def kind_of(content: bytes) -> str:
    """Return xlsx, xls or csv after the checks that need no unpacking; FileRefused with a code."""
    if not content:
        raise FileRefused("empty")
    if len(content) > MAX_BYTES:
        raise FileRefused("too_big", limit=MAX_BYTES // 1024 // 1024)
    if content[:4] == b"PK\x03\x04":
        check_directory(content)
        return XLSX
    if content[:2] == b"PK":
        raise FileRefused("damaged")
    if content[:8] == _OLE:
        _check_compound(content)
        return XLS
    decode(content)
    return CSV


def check_directory(content: bytes) -> zipfile.ZipFile:
    """Check what a zip archive says about itself; whether it is true is found out while unpacking."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError):
        raise FileRefused("damaged") from None
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & _ENCRYPTED_BIT for entry in entries):
        raise FileRefused("encrypted")
    if any(name.startswith("/") or ".." in name.replace("\\", "/").split("/") for name in names):
        raise FileRefused("hostile")
    if len(entries) > MAX_ENTRIES or len(names) != len(entries):
        raise FileRefused("hostile")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_FROM and unpacked > len(content) * MAX_RATIO):
        raise FileRefused("bomb")
    if "xl/workbook.xml" not in names:
        raise FileRefused(_other_office(names))
    return archive


def _other_office(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("word/") for name in names):
        return "word"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    return "not_a_sheet"


def _check_compound(content: bytes) -> None:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise FileRefused("encrypted")
    if holds("Workbook") or holds("Book"):
        return
    raise FileRefused("word" if holds("WordDocument") else "not_a_sheet")


def decode(content: bytes) -> str:
    """Return the text of a CSV file in UTF-8 or GB 18030; FileRefused if it is no text at all."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_MARKUP):
        raise FileRefused("web_page")
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content:
        raise FileRefused("not_a_sheet")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(sign) < 32 and sign not in "\t\r\n" for sign in text[:65536]):
            break
        return text
    raise FileRefused("not_a_sheet")
