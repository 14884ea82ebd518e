"""T40: a full disk under an import: a clear word, nothing half-written, finished when there is room."""

from __future__ import annotations

import contextlib
import errno
import os

import pytest
from django.db import DatabaseError, connections

from partybuild.accounts.actors import actor_in
from partybuild.exchange.enums import BatchState
from partybuild.exchange.models import ImportBatch, ImportFile, StagedRow
from partybuild.exchange.services import confirm_batch, running, upload_file
from partybuild.exchange.sheets import sheet_of
from tests.factories.files import upload
from tests.factories.sheets import staged, workbook
from units.models import ResidentUnit

HEAD = ["单位名称", "所属社区", "住所"]
ROWS = 40


def rows() -> list[list[str]]:
    return [[f"第{each}厂", "", f"{each}号"] for each in range(ROWS)]


@contextlib.contextmanager
def no_room_in(table: str):
    """Let PostgreSQL say of a table, half-way through, what it says when its disk is full."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE SEQUENCE rows_that_fit; GRANT USAGE ON rows_that_fit TO PUBLIC;"
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF nextval('rows_that_fit') > {ROWS // 2} THEN "
            "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';"
            "END IF; RETURN NEW; END $$;"
            f"CREATE TRIGGER no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP FUNCTION no_room() CASCADE; DROP SEQUENCE rows_that_fit")


def let_a_while_pass():
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_importbatch DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE exchange_importbatch SET changed_at = now() - interval '5 minutes', "
            "created_at = created_at - interval '5 minutes'"
        )
        cursor.execute("ALTER TABLE exchange_importbatch ENABLE TRIGGER USER")


@pytest.fixture
def unread(cast) -> ImportBatch:
    """A file that nobody has read yet."""
    return upload_file(
        sheet=sheet_of("units"),
        file_name="单位.xlsx",
        content=workbook(HEAD, *rows()),
        by=actor_in(cast.secretary),
    )


@pytest.mark.django_db(transaction=True)
def test_a_file_is_not_blamed_for_the_disk_and_is_read_when_there_is_room(cast, unread, client_of):
    page = f"/imports/{unread.uid}/"
    with no_room_in("exchange_stagedrow"):
        # More often than a file may kill its reader.
        for _again in range(running.MOST_ATTEMPTS + 2):
            with pytest.raises(DatabaseError):
                running.run_read(unread.pk)
            unread.refresh_from_db()
            assert (unread.state, unread.attempts) == (BatchState.UPLOADED, 0)
            assert not StagedRow.objects.exists()
            assert ImportFile.objects.filter(batch=unread).exists()
        let_a_while_pass()
        with pytest.raises(DatabaseError):
            running.run_waiting()
        said = client_of(cast.secretary).get(page, follow=True).content.decode()
        assert "服务器存储空间不足" in said
        assert "恢复后会接着办" in said
    running.run_read(unread.pk)
    unread.refresh_from_db()
    assert (unread.state, unread.new_count) == (BatchState.STAGED, ROWS)
    assert StagedRow.objects.count() == ROWS


@pytest.mark.django_db(transaction=True)
def test_what_does_not_fit_is_not_written_by_half(cast):
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(HEAD, *rows()), by=by)
    confirm_batch(batch, by=by)
    before = ResidentUnit.objects.count()
    with no_room_in("units_residentunit"):
        with pytest.raises(DatabaseError):
            running.run_apply(batch.pk)
        batch.refresh_from_db()
        assert (batch.state, ResidentUnit.objects.count()) == (BatchState.APPLYING, before)
        assert StagedRow.objects.count() == ROWS
    let_a_while_pass()
    running.run_waiting()
    batch.refresh_from_db()
    assert (batch.state, ResidentUnit.objects.count()) == (BatchState.APPLIED, before + ROWS)


@pytest.mark.django_db(transaction=True)
def test_a_file_for_which_the_database_has_no_room_is_said_to_whoever_sends_it(cast, client_of):
    client = client_of(cast.secretary)
    client.raise_request_exception = False
    body = {"file": upload(workbook(HEAD, *rows()), name="单位.xlsx")}
    with no_room_in("exchange_importfile"):
        with connections["owner"].cursor() as cursor:
            cursor.execute(f"SELECT setval('rows_that_fit', {ROWS})")
        answer = client.act("/imports/new/units/", body)
    assert answer.status_code == 503
    assert "服务器存储空间不足，这次没有保存" in answer.content.decode()
    assert not ImportBatch.objects.exists()
    # The form may be sent again once there is room.
    again = {"file": upload(workbook(HEAD, *rows()), name="单位.xlsx")}
    assert client.act("/imports/new/units/", again).status_code == 302
    assert ImportBatch.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_does_not_fit_on_its_way_in_is_said_too(cast, client_of, monkeypatch):
    """What is larger than 2.5 MB is put on the server's own disk while it comes."""

    def no_room(*_words, **_said):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    client = client_of(cast.secretary)
    client.raise_request_exception = False
    monkeypatch.setattr("django.core.files.uploadhandler.TemporaryUploadedFile", no_room)
    large = workbook(HEAD, *rows()) + os.urandom(4 * 1024 * 1024)
    answer = client.act("/imports/new/units/", {"file": upload(large, name="单位.xlsx")})
    assert answer.status_code == 503
    assert "服务器存储空间不足，这次没有保存" in answer.content.decode()
    assert not ImportBatch.objects.exists()
