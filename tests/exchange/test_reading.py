"""Broken, foreign and hostile files each get a plain sentence, and the reader its caps."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from partybuild.exchange.exceptions import SheetRefused
from partybuild.exchange.reading import check_before_storing, sentence, tables_in
from tests.factories.sheets import rezipped, saved, workbook

ROOT = Path(__file__).resolve().parents[2]


def refusal(content: bytes) -> str:
    """Return what people are told, at whichever step the file is refused."""
    try:
        check_before_storing(content)
        tables_in(content)
    except SheetRefused as refused:
        return "".join(refused.messages)
    raise AssertionError("the file was taken")


def archive(parts: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return held.getvalue()


def ole(text: str) -> bytes:
    """Return something that begins like an old Office file and holds a stream of this name."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + text.encode("utf-16-le") + b"\0" * 600
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00" + b"\0" * 400, "not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not_a_sheet"),
        (b"%PDF-1.7\n\x00\x01", "not_a_sheet"),
        (b"<html><table><tr><td>1", "web_page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', "web_page"),
        (archive({"word/document.xml": b"<w/>"}), "word"),
        (archive({"xl/workbook.bin": b"x"}), "xlsb"),
        (archive({"mimetype": b"a", "content.xml": b"b"}), "ods"),
        (archive({"a.txt": b"b"}), "not_a_sheet"),
        (ole("EncryptedPackage"), "encrypted"),
        (ole("WordDocument"), "word"),
        (ole("Nothing"), "not_a_sheet"),
        (ole("Workbook"), "damaged"),
    ],
)
def test_foreign_files_are_told_apart_by_content(content, code):
    assert refusal(content) == sentence(code)


def test_truncated_workbook_is_damaged():
    assert refusal(workbook(["姓名"])[:-200]) == sentence("damaged")


def test_workbook_cut_inside_a_part_is_damaged():
    content = bytearray(workbook(*[["姓名", str(n)] for n in range(500)]))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as opened:
        entry = opened.getinfo("xl/worksheets/sheet1.xml")
    for place in range(entry.header_offset + 80, entry.header_offset + 200):
        content[place] ^= 0xFF
    assert refusal(bytes(content)) == sentence("damaged")


def test_bomb_by_its_directory_is_refused_before_storing():
    content = rezipped(workbook(["a"]), {"xl/media/a.xml": b"\0" * (60 * 1024 * 1024)})
    with pytest.raises(SheetRefused, match="大得不正常"):
        check_before_storing(content)


def test_bomb_with_a_lying_directory_is_stopped_by_what_comes_out():
    content = bytearray(rezipped(workbook(["a"]), {"xl/media/a.bin": b"\0" * (450 * 1024 * 1024)}))
    # The central directory claims ten bytes.
    place = content.rfind(b"xl/media/a.bin") - 46
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    check_before_storing(bytes(content))
    assert refusal(bytes(content)) == sentence("bomb")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_billion_laughs_is_refused_without_parsing(encoding):
    laughs = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'
    content = rezipped(workbook(["a"]), {"xl/sharedStrings.xml": laughs.encode(encoding)})
    assert refusal(content) == sentence("hostile")


def test_encrypted_archive_is_told():
    content = bytearray(workbook(["a"]))
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    assert refusal(bytes(content)) == sentence("encrypted")


def test_cell_far_to_the_right_is_refused():
    book = Workbook()
    page: Any = book.active
    page["XFD1"] = "x"
    assert refusal(saved(book)) == sentence("too_wide", limit=200)


def test_cell_far_below_is_refused():
    book = Workbook()
    page: Any = book.active
    page["A1"] = "姓名"
    page["A1048576"] = "x"
    assert refusal(saved(book)) == sentence("too_long", limit=200_000)


def test_wide_csv_is_refused():
    assert refusal(",".join(["x"] * 1_000).encode()) == sentence("too_wide", limit=200)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_the_encodings_of_offices(encoding):
    [table] = tables_in("姓名,电话\r\n张三,１３８\r\n".encode(encoding))
    assert table.rows == [["姓名", "电话"], ["张三", "１３８"]]


def test_formulas_and_error_values_are_marked_not_computed():
    book = Workbook()
    page: Any = book.active
    page["B3"] = "=1+1"
    page["C3"] = "#N/A"
    page["C4"] = "x"
    [table] = tables_in(saved(book))
    assert table.rows[2] == ["", {"fault": "formula"}, {"fault": "#N/A"}]
    assert table.rows[3] == ["", "", "x"]


def test_numbers_and_dates_keep_their_kind():
    from datetime import date, datetime

    moment = datetime(2026, 3, 5, 14, 30)  # noqa: DTZ001 a cell knows no time zone

    [table] = tables_in(workbook([1.0, 2.5, "01", date(2026, 3, 5), moment]))
    assert table.rows == [[1, 2.5, "01", "2026-03-05", "2026-03-05 14:30:00"]]


def test_hidden_sheets_are_known_as_hidden():
    book = Workbook()
    page: Any = book.active
    page["A1"] = "x"
    other = book.create_sheet("bean")
    other["A1"] = "y"
    other.sheet_state = "veryHidden"
    assert [(table.name, table.visible) for table in tables_in(saved(book))] == [
        ("Sheet", True),
        ("bean", False),
    ]


def run_in_reader(code: str) -> subprocess.CompletedProcess[bytes]:
    """Run code under the caps of the reader."""
    begin = "from partybuild.exchange.reader.limits import cap_this_process; cap_this_process()\n"
    return subprocess.run(
        [sys.executable, "-c", begin + code],
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        timeout=90,
    )


def test_reader_has_512_megabytes():
    assert b"MemoryError" in run_in_reader("bytearray(600 * 1024 * 1024)").stderr


def test_reader_writes_no_file(tmp_path):
    done = run_in_reader(f"open({str(tmp_path / 'x')!r}, 'w').write('y' * 100000)")
    assert done.returncode != 0
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


@pytest.mark.slow
def test_reader_has_thirty_seconds_of_processor():
    assert run_in_reader("while True: pass").returncode < 0


def test_reader_knows_no_key_and_no_database():
    from partybuild.exchange.reading import _environment

    assert not {"SECRET_KEY", "FIELD_KEYS", "HASH_KEY", "DATABASE_URL"} & set(_environment())


def test_reader_that_dies_is_told_in_plain_words(monkeypatch):
    from partybuild.exchange import reading

    monkeypatch.setattr(reading.sys, "executable", "/bin/false")
    with pytest.raises(SheetRefused, match="读取时超过了上限"):
        tables_in(workbook(["a"]))
