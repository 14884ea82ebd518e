"""T27: what somebody sends as a file is judged by its content, its size and how often."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from partybuild.areas.services import set_parameter
from partybuild.exchange.models import ImportBatch, ImportFile
from tests.factories.core import SYSTEM
from tests.factories.sheets import rezipped, workbook
from tests.probes.roaming import Visitor, browser_of
from tests.probes.test_forms import send, undone
from tests.probes.watching import Reader, Tally, header_faults


def packed(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return held.getvalue()


def lying(content: bytes) -> bytes:
    """Return an archive whose directory says that everything is small."""
    changed = bytearray(content)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = (10).to_bytes(4, "little")
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def hostile() -> dict[str, bytes]:
    """Return files that no office sends."""
    good = workbook(["单位名称", "备注"], ["甲", "乙"])
    zeros = b"\0" * 30_000_000
    bomb = packed({"xl/workbook.xml": b"<w/>", "xl/worksheets/sheet1.xml": zeros})
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";" * 1}{"&" + chr(97 + n) + ";"}">'.encode()
        for n in range(20)
    )
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    return {
        "empty.xlsx": b"",
        "program.xlsx": b"MZ" + b"\0" * 500,
        "elf.xlsx": b"\x7fELF" + b"\0" * 500,
        "shell.csv": b"#!/bin/sh\n\0rm -rf /\n",
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
        "photo.csv": b"\xff\xd8\xff\xe0" + bytes(range(256)),
        "film.xlsx": b"\0\0\0\x18ftypmp42" + b"\0" * 99,
        "paper.xlsx": b"%PDF-1.7\n\0",
        "page.xls": b"<html><script>alert(1)</script><table><tr><td>1",
        "page.csv": b"<!DOCTYPE html><body onload=alert(1)>",
        "svg.xlsx": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
        "mail.xls": b"MIME-Version: 1.0\nContent-Type: multipart/related",
        "bomb.xlsx": bomb,
        "lying bomb.xlsx": lying(bomb),
        "laughs.xlsx": rezipped(good, {"xl/sharedStrings.xml": laughs}),
        "laughs in the book.xlsx": rezipped(good, {"xl/workbook.xml": laughs}),
        "laughs in the sheet.xlsx": rezipped(good, {"xl/worksheets/sheet1.xml": laughs}),
        "outside.xlsx": rezipped(good, {"xl/sharedStrings.xml": outside}),
        "outside in the sheet.xlsx": rezipped(good, {"xl/worksheets/sheet1.xml": outside}),
        "outside relation.xlsx": rezipped(
            good,
            {
                "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Target="http://169.254'
                b'.169.254/" TargetMode="External" Id="rId1"/></Relationships>'
            },
        ),
        "climbs out.xlsx": rezipped(good, {"../../etc/cron.d/x": b"* * * * *"}),
        "many entries.xlsx": packed({f"x{n}": b"" for n in range(6000)}),
        "nested.xlsx": packed({"xl/workbook.xml": b"<w/>", "inner.zip": bomb[:5000]}),
        "no parts.xlsx": packed({"a": b"b"}),
        "word.xlsx": packed({"word/document.xml": b"<w/>"}),
        "binary book.xlsx": packed({"xl/workbook.bin": b"x"}),
        "open document.xlsx": packed({"mimetype": b"a", "content.xml": b"b"}),
        "cut.xlsx": good[:-200],
        "half.xlsx": good[: len(good) // 2],
        "only a directory.xlsx": good[-100:],
        "wrong begin.xlsx": b"PK\x05\x06" + b"\0" * 18,
        "page then archive.xlsx": b"<html><script>1</script>" + good,
        "picture then archive.xlsx": b"\x89PNG\r\n\x1a\n" + good,
        "password.xls": old + "EncryptedPackage".encode("utf-16-le"),
        "word.xls": old + "WordDocument".encode("utf-16-le"),
        "nothing in it.xls": old,
        "broken book.xls": old + "Workbook".encode("utf-16-le") + b"\0" * 600,
        "controls.csv": b"a,b\x01\x02\x07\n",
        "nul.csv": b"a\0b,c\n",
        "half utf-16.csv": b"\xff\xfea",
        "no text.csv": bytes(range(128, 256)) * 20,
    }


NAMES = (
    "../../etc/passwd.csv",
    "..%2f..%2fx.csv",
    "%2e%2e/x.csv",
    "C:\\windows\\x.csv",
    "党" * 85 + ".csv",
    "<script>alert(1)</script>.csv",
    '"; filename="x.html',
    "x.csv\r\nSet-Cookie: a=b",
    "=cmd.csv",
    "x.php.csv",
    ".htaccess",
    "con.csv",
)
CSV = "单位名称,统一社会信用代码\n某某单位,\n".encode()


def secretary_of(world: Any, client_of: Any) -> Visitor:
    """Return a community secretary's browser."""
    post = world.post("111", "secretary")
    reader = Reader("111", "secretary", "community_secretary")
    return Visitor(reader, browser_of(client_of, post), post.person_id, post=post)


def upload(visitor: Visitor, name: str, content: bytes) -> Any:
    """Send a file on the upload page."""
    return send(
        visitor,
        "/imports/new/units/",
        {"file": SimpleUploadedFile(name, content, content_type="text/csv")},
    )


def test_hostile_files_end_in_a_sentence(world, client_of):
    from partybuild.exchange.services.running import run_read

    tally, visitor = Tally(), secretary_of(world, client_of)
    files = hostile()
    for name, content in files.items():
        with undone():
            tally.probes += 1
            answer = upload(visitor, name, content)
            if answer.status_code >= 500:
                tally.faults.append(f"{name}: {answer.status_code}")
            if answer.status_code != 302:
                continue
            batch = ImportBatch.objects.latest("pk")
            run_read(batch.pk)
            batch.refresh_from_db()
            if batch.state != "refused" or not batch.message:
                tally.faults.append(f"{name}: {batch.state} {batch.row_count} rows")
            if ImportFile.objects.filter(batch=batch).exists():
                tally.faults.append(f"{name}: kept")
    tally.say("T27 hostile files")
    assert not tally.faults, "\n".join(tally.faults)
    assert tally.probes >= 40


def test_hostile_names_stay_words(world, client_of):
    tally, visitor = Tally(), secretary_of(world, client_of)
    for name in NAMES:
        with undone():
            tally.probes += 1
            answer = upload(visitor, name, CSV)
            if answer.status_code not in {302, 422, 400}:
                tally.faults.append(f"{name[:30]}: {answer.status_code}")
            if answer.status_code != 302:
                continue
            batch = ImportBatch.objects.latest("pk")
            if "/" in batch.file_name or "\\" in batch.file_name or "\n" in batch.file_name:
                tally.faults.append(f"{name[:30]}: kept as {batch.file_name}")
            page = visitor.client.get(f"/imports/{batch.uid}/")
            if b"<script>alert" in page.content:
                tally.faults.append(f"{name[:30]}: is markup")
    tally.say("T27 hostile names")
    assert not tally.faults, "\n".join(tally.faults)


def test_a_day_has_its_limit(world, client_of):
    visitor = secretary_of(world, client_of)
    area = world.spots["111"].area
    set_parameter(area, key="upload.files_per_day", value=2, by=SYSTEM)
    answers = [upload(visitor, f"{number}.csv", CSV + b"%d\n" % number) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "24小时" in answers[2].content.decode()
    assert ImportBatch.objects.filter(appointment=visitor.post).count() == 2


def test_a_download_is_an_attachment_of_who_may_have_it(world, client_of):
    from partybuild.accounts.actors import actor_in
    from partybuild.accounts.services import end_appointment
    from partybuild.calendar import today
    from tests.factories.sheets import staged

    post = world.post("111", "secretary")
    batch = staged("units", workbook(["单位名称", "联系手机"], ["甲", "1"]), by=actor_in(post))
    path = f"/imports/{batch.uid}/rows/"
    client = browser_of(client_of, post)
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    assert header_faults(answer, path) == []
    for key, role in (("112", "secretary"), ("1111", "liaison"), ("211", "secretary")):
        assert browser_of(client_of, world.post(key, role)).get(path).status_code in {403, 404}
    day = today()
    end_appointment(post, on=day.replace(day=day.day - 1), reason="届满", by=SYSTEM)
    assert client.get(path).status_code in {302, 403, 404}


def test_the_probe_sees_a_file_that_is_taken(world, client_of, monkeypatch):
    from partybuild.exchange.services import uploads

    monkeypatch.setattr(uploads, "check_before_storing", lambda content: "csv")
    visitor = secretary_of(world, client_of)
    with undone():
        assert upload(visitor, "x.xlsx", b"MZ\0\0").status_code == 302


@pytest.mark.parametrize("name", [*NAMES, "党员.xlsx", "a\x00b.xlsx"])
def test_names_in_headers_are_encoded(name):
    from partybuild.exchange.downloads import attachment

    answer = attachment(b"x", name=name, content_type="text/csv")
    value = answer["Content-Disposition"]
    assert value.startswith("attachment;")
    assert "\r" not in value
    assert "\n" not in value
    assert value.count('"') in {0, 2}
