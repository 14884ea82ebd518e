"""Files on records: judged by content, drawn anew, counted, kept, ended, swept (T27, T40)."""

from __future__ import annotations

import io
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from PIL import Image

from partybuild.accounts.actors import actor_in
from partybuild.areas.services import set_parameter
from partybuild.audit.models import Event
from partybuild.documents import file_types
from partybuild.documents.attachment_kinds import attachment_kind
from partybuild.documents.exceptions import (
    AttachmentAlreadyEnded,
    EndingNeedsAReason,
    FileInfected,
    FileNotKept,
    FileNotTaken,
    ScannerDown,
    TooManyFiles,
)
from partybuild.documents.file_types import EVERYTHING_NAMED, clean_name, examine
from partybuild.documents.models import Attachment
from partybuild.documents.services import attach_file, attaching, end_attachment, sweep_attachments
from partybuild.exchange.exceptions import QuotaReached
from tests.factories.core import SYSTEM
from tests.factories.files import EICAR, PDF, packed, photo, upload, word
from tests.factories.meetings import make_meeting
from tests.probes.test_files import NAMES, hostile

PAPER = "meeting.paper"


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    """Keep files in a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def meeting(council):
    """A planned meeting."""
    return make_meeting(council)


def kept(media: Path) -> list[Path]:
    """Return what the storage holds."""
    return [path for path in media.rglob("*") if path.is_file()]


# -- what is taken --------------------------------------------------------------------------


def test_a_file_is_kept_under_a_name_that_tells_nothing(meeting, cast, media):
    by = actor_in(cast.secretary)
    row = attach_file(meeting, upload=upload(name="经费预算.pdf"), kind=PAPER, by=by)
    (path,) = kept(media)
    assert path.read_bytes() == PDF
    assert "经费" not in str(path)
    assert path.suffix == ""
    assert (row.title, row.file_name, row.file_type) == ("经费预算", "经费预算.pdf", "pdf")
    assert (row.person_id, row.uploaded_by) == (cast.secretary.person_id, by.post)
    event = Event.objects.get(kind="attachment.added")
    assert (event.object_uid, event.appointment_id) == (meeting.uid, cast.secretary.pk)
    # The history of the meeting must not read it as a change of its own columns.
    assert not set(event.changes) & {field.name for field in type(meeting)._meta.get_fields()}


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (PDF, "a.exe", "pdf"),
        (word(), "纪要.zip", "docx"),
        (packed({"OFD.xml": b"<o/>"}), "公文.ofd", "ofd"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "通知.wps",
            "wps",
        ),
        (photo(), "IMG_1.jpeg", "jpg"),
        (photo("WEBP"), "x.webp", "jpg"),
        (photo("PNG"), "x.jpg", "png"),
    ],
)
def test_the_content_decides_what_a_file_is(content, name, found):
    made = examine(content, name=name, accept=EVERYTHING_NAMED)
    assert made.type.key == found
    assert made.file_name.endswith(f".{found}")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_where_it_was_taken(kind, meeting, media):
    sent = photo(kind)
    # The control: what was sent does tell.
    assert b"CANARY-CAMERA" in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    attach_file(meeting, upload=upload(sent, "现场.jpg"), kind=PAPER, by=SYSTEM)
    held = kept(media)[0].read_bytes()
    picture = Image.open(io.BytesIO(held))
    assert b"CANARY" not in held
    assert not picture.getexif()
    assert picture.size == (640, 480)


def test_a_photo_is_turned_the_right_way_up(meeting, media):
    attach_file(meeting, upload=upload(photo(turned=6), "a.jpg"), kind=PAPER, by=SYSTEM)
    assert Image.open(io.BytesIO(kept(media)[0].read_bytes())).size == (480, 640)


def test_what_hangs_behind_a_picture_is_gone():
    made = examine(photo() + word(), name="a.jpg", accept=EVERYTHING_NAMED)
    assert b"PK\x03\x04" not in made.content


def more_hostile() -> dict[str, bytes]:
    """Return what is hostile among papers and pictures."""
    relation = b'<Relationship Type="x/attachedTemplate" Target="http://a/" TargetMode="External"/>'
    return {
        "macro.docm": word({"word/vbaProject.bin": b"x"}),
        "template.docx": word({"word/_rels/settings.xml.rels": relation}),
        "laughs.docx": word({"word/a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}),
        "bomb.docx": word({"word/media/a": b"\0" * 250_000_000}),
        "zip.zip": packed({"a.pdf": PDF}),
        "script.pdf": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(x)>>"),
        "launch.pdf": PDF.replace(b"/Catalog", b"/Catalog/AA<</S/Launch >>"),
        "inside.pdf": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFiles 1 0 R>>"),
        "cut.pdf": b"%PDF-1.7\n" + b"x" * 5000,
        "archive behind.pdf": PDF[:-6] + packed({"a": b"b"}) + b"\n%%EOF",
        "late.pdf": b"<script>1</script>" + PDF,
        "cut.jpg": photo()[:300],
        "not.jpg": b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 20,
        "huge.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0\x08\2\0\0\0" + b"\0" * 50,
        "svg.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "gif.gif": b"GIF89a" + b"\0" * 50,
        "page.html": b"<!DOCTYPE html><script>1</script>",
        "heic.heic": b"\0\0\0\x18ftypheic" + b"\0" * 50,
        "link.lnk": b"L\0\0\0\1\x14\2\0" + b"\0" * 50,
    }


@cache
def everything_hostile() -> dict[str, bytes]:
    """Return both collections."""
    return {**hostile(), **more_hostile()}


def verdict(name: str) -> str:
    """Return what a hostile file is taken for, or "" where it is refused with a sentence."""
    try:
        made = examine(everything_hostile()[name], name=name, accept=EVERYTHING_NAMED)
    except FileNotTaken as refused:
        return "" if "".join(refused.messages).endswith("。") else "no sentence"
    return made.type.key


@pytest.mark.parametrize("name", sorted({*hostile(), *more_hostile()}))
def test_hostile_files_end_in_a_sentence(name):
    assert verdict(name) == TAKEN.get(name, "")


# Broken or odd inside, but nothing in them acts: who opens them sees an error or a sheet.
TAKEN = {
    "broken book.xls": "xls",
    "outside relation.xlsx": "xlsx",
    "word.xls": "doc",
}


@pytest.mark.parametrize("name", [*NAMES, "a\u202efdp.exe", "党" * 300, "  .  ", "\ud800.pdf"])
def test_names_are_cleaned(name):
    made = clean_name(name, ending="pdf")
    assert made.endswith(".pdf")
    assert len(made) <= 100
    assert not set(made) & set('<>:"|?*/\\\r\n\0\u202e')
    assert not made.startswith(".")
    assert made.removesuffix(".pdf").lower() not in {"con", ""}


def test_an_ordinary_name_stays_as_it_is():
    assert clean_name("关于充电桩选址的说明（第2稿）.docx") == "关于充电桩选址的说明（第2稿）.docx"


def test_a_kind_takes_only_its_formats(held):
    with pytest.raises(FileNotTaken) as refused:
        attach_file(held, upload=upload(word()), kind="meeting.signed_sheet", by=SYSTEM)
    assert "PDF、OFD、图片" in refused.value.messages[0]
    with pytest.raises(ValueError, match=r"is not for"):
        attach_file(held, upload=upload(), kind="resolution.proof", by=SYSTEM)


# -- how much -------------------------------------------------------------------------------


def test_size_and_count_have_limits(meeting, monkeypatch):
    from dataclasses import replace

    small = replace(attachment_kind(PAPER), megabytes=1, max=2)
    with pytest.raises(FileNotTaken):
        attach_file(meeting, upload=upload(PDF + b"\0" * 1_048_577), kind=small, by=SYSTEM)
    first = attach_file(meeting, upload=upload(), kind=small, by=SYSTEM)
    attach_file(meeting, upload=upload(), kind=small, by=SYSTEM)
    with pytest.raises(TooManyFiles):
        attach_file(meeting, upload=upload(), kind=small, by=SYSTEM)
    end_attachment(first, reason="换新", by=SYSTEM)
    attach_file(meeting, upload=upload(), kind=small, by=SYSTEM)


def test_a_day_has_its_limit_over_everything_uploaded(meeting, cast, media):
    by = actor_in(cast.secretary)
    set_parameter(cast.community, key="upload.files_per_day", value=2, by=SYSTEM)
    attach_file(meeting, upload=upload(), kind=PAPER, by=by)
    attach_file(meeting, upload=upload(), kind=PAPER, by=by)
    with pytest.raises(QuotaReached):
        attach_file(meeting, upload=upload(), kind=PAPER, by=by)
    from tests.factories.sheets import staged, workbook

    with pytest.raises(QuotaReached):
        staged("units", workbook(["单位名称"], ["甲"]), by=by)
    assert len(kept(media)) == 2


def _race(meeting, kind) -> int:
    def press(_turn: int) -> int:
        try:
            attach_file(meeting, upload=upload(), kind=kind, by=SYSTEM)
        except TooManyFiles:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(press, range(8)))


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_are_not_one_too_many(meeting, media):
    from dataclasses import replace

    assert _race(meeting, replace(attachment_kind(PAPER), max=3)) == 3
    assert len(kept(media)) == Attachment.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_be(meeting, monkeypatch):
    """The control: the row of the record not locked, everybody counts at the same time."""
    from dataclasses import replace

    gate = threading.Barrier(4)

    class Slow(type(Attachment.objects.none())):  # type: ignore[misc]
        def count(self) -> int:
            found = super().count()
            gate.wait(60)
            return found

    monkeypatch.setattr(
        type(meeting)._base_manager.__class__, "select_for_update", lambda self, **o: self.all()
    )
    real = attaching.standing_files

    def slow(target, kind):
        found = real(target, kind)
        found.__class__ = Slow
        return found

    monkeypatch.setattr(attaching, "standing_files", slow)
    kind = replace(attachment_kind(PAPER), max=1)
    with ThreadPoolExecutor(4) as pool:

        def press(_turn: int) -> None:
            try:
                attach_file(meeting, upload=upload(), kind=kind, by=SYSTEM)
            finally:
                connection.close()

        list(pool.map(press, range(4)))
    assert Attachment.objects.count() == 4


# -- storage --------------------------------------------------------------------------------


def test_a_full_disk_leaves_neither_file_nor_row(meeting, media, monkeypatch):
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(attaching.os, "fsync", full)
    with pytest.raises(FileNotKept):
        attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    assert kept(media) == []
    assert not Attachment.objects.exists()
    assert not Event.objects.filter(kind="attachment.added").exists()
    monkeypatch.undo()


def test_no_row_no_file(meeting, media, monkeypatch):
    def refuse(*_given: object, **_more: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(attaching, "record_event", refuse)
    with pytest.raises(DatabaseError):
        attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    assert kept(media) == []
    assert not Attachment.objects.exists()


def test_the_sweep_brings_table_and_storage_of_one_mind(meeting, media, monkeypatch):
    row = attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    lost = attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    ended = attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    end_attachment(ended, reason="传错了", by=SYSTEM)
    orphan = default_storage.save("attachments/zz/left", ContentFile(b"x"))
    (media / lost.file.name).rename(media / "elsewhere")
    # A young file may belong to an upload under way.
    assert sweep_attachments(by=SYSTEM) == (0, 1, 0)
    assert default_storage.exists(orphan)
    monkeypatch.setattr(attaching, "ORPHAN_HOURS", -1)
    assert sweep_attachments(by=SYSTEM) == (1, 0, 0)
    assert not default_storage.exists(orphan)
    for each in (row, ended):
        assert default_storage.exists(each.file.name)
    lost.refresh_from_db()
    assert lost.is_missing
    assert Event.objects.filter(kind="attachment.missing").count() == 1
    (media / "elsewhere").rename(media / lost.file.name)
    assert sweep_attachments(by=SYSTEM) == (0, 0, 1)
    assert sweep_attachments(by=SYSTEM) == (0, 0, 0)


# -- taking off -----------------------------------------------------------------------------


def test_taking_off_asks_for_a_reason_and_keeps_the_file(meeting, media):
    row = attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    with pytest.raises(EndingNeedsAReason):
        end_attachment(row, reason=" ", by=SYSTEM)
    end_attachment(row, reason="传错了文件", by=SYSTEM)
    with pytest.raises(AttachmentAlreadyEnded):
        end_attachment(row, reason="再来", by=SYSTEM)
    assert row.end_reason == "传错了文件"
    assert len(kept(media)) == 1
    assert Event.objects.filter(kind="attachment.ended").count() == 1


# -- the scanner ----------------------------------------------------------------------------


@contextmanager
def clamd(settings, answer=None):
    """Serve clamd's INSTREAM on a socket: it knows EICAR, or answers as told."""
    server = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"
    settings.CLAMD_SECONDS = 60

    def serve() -> None:
        while True:
            try:
                channel, _address = server.accept()
            except OSError:
                return
            with channel, channel.makefile("rb") as stream:
                stream.read(len(b"zINSTREAM\0"))
                content = b""
                while size := struct.unpack(">I", stream.read(4))[0]:
                    content += stream.read(size)
                said = (
                    b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
                )
                channel.sendall(said if answer is None else answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        # Closing alone does not wake a thread that waits in accept().
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(60)


def test_the_scanner_refuses_what_it_knows(meeting, settings, media):
    with clamd(settings):
        attach_file(meeting, upload=upload(PDF * 9000), kind=PAPER, by=SYSTEM)
        with pytest.raises(FileInfected):
            attach_file(meeting, upload=upload(EICAR), kind=PAPER, by=SYSTEM)
    assert len(kept(media)) == 1


@pytest.mark.parametrize("answer", [b"", b"stream: INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_that_does_not_answer_lets_nothing_in(meeting, settings, media, answer):
    with clamd(settings, answer), pytest.raises(ScannerDown):
        attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    # And one that is not there at all.
    with pytest.raises(ScannerDown):
        attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)
    assert kept(media) == []
    settings.CLAMD_ADDRESS = ""
    attach_file(meeting, upload=upload(), kind=PAPER, by=SYSTEM)


def test_a_refusal_is_a_validation_error():
    for refusal in (FileInfected, ScannerDown, FileNotKept, EndingNeedsAReason):
        assert issubclass(refusal, ValidationError)
    assert timedelta(hours=attaching.ORPHAN_HOURS) >= timedelta(hours=1)
    assert file_types.LONGEST_SIDE >= 3508
