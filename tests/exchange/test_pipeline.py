"""Applied once, together, by a post that still may; refused kindly otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import date

import pytest
from django.db import connection, connections

from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.accounts.services import end_appointment
from partybuild.areas.models import Area
from partybuild.audit.models import Event
from partybuild.exchange.enums import BatchState
from partybuild.exchange.exceptions import BatchMoved, NothingToApply
from partybuild.exchange.models import BatchChange, ImportBatch, ImportFile, StagedRow
from partybuild.exchange.queries import earlier_batches
from partybuild.exchange.services import (
    confirm_batch,
    discard_batch,
    running,
    undo_batch,
    wipe_staged_rows,
)
from partybuild.organizations.models import Organization
from tests.exchange.test_killed_imports import alone
from tests.factories.core import SYSTEM
from tests.factories.sheets import (
    applied,
    counts,
    register,
    small_register,
    staged,
    unit_form,
    uploaded,
    workbook,
)
from tests.factories.units import make_unit
from units.models import ResidentUnit
from units.services import change_unit

BY = Actor.system("test")
HEAD = ["单位名称", "所属社区", "住所"]


@pytest.mark.django_db
def test_worker_reads_and_applies_as_the_post_that_asked(cast):
    by = actor_in(cast.secretary)
    batch = uploaded("units", workbook(HEAD, ["某厂", "", "一号"]), by=by)
    running.run_read(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, counts(batch)) == (BatchState.STAGED, {"new": 1})
    assert not ImportFile.objects.exists()
    confirm_batch(batch, by=by)
    running.run_apply(batch.pk)
    running.run_apply(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, ResidentUnit.objects.count()) == (BatchState.APPLIED, 1)
    event = Event.objects.get(kind="import.applied")
    assert (event.actor_post, event.batch_uid) == (by.post, batch.uid)


@pytest.mark.django_db
def test_unreadable_file_is_refused_with_its_sentence_and_dropped(cast):
    batch = uploaded("units", workbook(["别的", "表头"], ["a", "b"]), by=actor_in(cast.secretary))
    running.run_read(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.REFUSED
    assert "至少要有：单位名称" in batch.message
    assert not ImportFile.objects.exists()


@pytest.mark.django_db
def test_file_that_kills_its_reader_thrice_is_refused(cast):
    batch = uploaded("units", workbook(HEAD), by=actor_in(cast.secretary))
    ImportBatch.objects.filter(pk=batch.pk).update(attempts=3)
    running.run_read(batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.REFUSED


@pytest.mark.django_db
def test_confirmation_is_heard_once(cast):
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(HEAD, ["某厂", "", "一号"]), by=by)
    again = ImportBatch.objects.get(pk=batch.pk)
    confirm_batch(batch, by=by)
    with pytest.raises(BatchMoved):
        confirm_batch(again, by=by)


@pytest.mark.django_db
def test_preview_without_a_good_row_is_not_confirmed(cast):
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(HEAD, ["某厂", "湖畔社区", ""]), by=by)
    with pytest.raises(NothingToApply):
        confirm_batch(batch, by=by)


@pytest.mark.django_db
def test_data_that_moved_since_the_preview_is_not_overwritten(cast):
    by = actor_in(cast.secretary)
    unit = make_unit(cast.community, "某厂", residence="旧址")
    batch = staged("units", workbook(HEAD, ["某厂", "", "新址"], ["某店", "", "一号"]), by=by)
    confirm_batch(batch, by=by)
    change_unit(unit, residence="别人改的", by=SYSTEM)
    running.run_apply(batch.pk)
    batch.refresh_from_db()
    unit.refresh_from_db()
    assert (batch.state, unit.residence) == (BatchState.STAGED, "别人改的")
    assert "第2行" in batch.message
    assert not ResidentUnit.objects.filter(organization__name="某店").exists()
    # Seen again, it may be confirmed again.
    confirm_batch(batch, by=by)
    running.run_apply(batch.pk)
    unit.refresh_from_db()
    assert unit.residence == "新址"


@pytest.mark.django_db
def test_post_that_ended_meanwhile_writes_nothing(cast):
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(HEAD, ["某厂", "", "一号"]), by=by)
    confirm_batch(batch, by=by)
    end_appointment(cast.secretary, on=date(2026, 3, 4), reason="换届", by=SYSTEM)
    running.run_apply(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, ResidentUnit.objects.count()) == (BatchState.STAGED, 0)
    assert "岗位已不再有" in batch.message


@pytest.mark.django_db
def test_community_moved_out_of_reach_meanwhile_writes_nothing(cast):
    by = actor_in(cast.street_staff)
    batch = staged("units", workbook(HEAD, ["某厂", "新桥社区", "一号"]), by=by)
    confirm_batch(batch, by=by)
    path = cast.other_street.path + Area.step(cast.sibling.pk)
    Area.objects.filter(pk=cast.sibling.pk).update(parent=cast.other_street, path=path)
    running.run_apply(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, ResidentUnit.objects.count()) == (BatchState.STAGED, 0)
    assert counts(batch) == {"wrong": 1}


@pytest.mark.django_db
def test_failure_while_writing_leaves_nothing(cast, monkeypatch):
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(HEAD, ["某厂", "", "一号"]), by=by)
    confirm_batch(batch, by=by)

    def fail(*args, **kwargs):
        raise RuntimeError("second write")

    monkeypatch.setattr("partybuild.exchange.services.applying._keep_changes", fail)
    with pytest.raises(RuntimeError):
        running.run_apply(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, ResidentUnit.objects.count()) == (BatchState.APPLYING, 0)


@pytest.mark.django_db
def test_same_file_is_known(cast):
    by = actor_in(cast.secretary)
    content = workbook(HEAD, ["某厂", "", "一号"])
    first = applied("units", content, by=by)
    second = staged("units", content, by=by)
    other = staged("units", content, by=actor_in(cast.outsider))
    assert list(earlier_batches(second)) == [first]
    assert list(earlier_batches(other)) == []


@pytest.mark.django_db
def test_discarded_preview_keeps_no_row(cast):
    by = actor_in(cast.secretary)
    batch = staged("units", workbook(HEAD, ["某厂", "", "一号"]), by=by)
    discard_batch(batch, by=by)
    assert (batch.state, StagedRow.objects.count()) == (BatchState.DISCARDED, 0)
    with pytest.raises(BatchMoved):
        confirm_batch(ImportBatch.objects.get(pk=batch.pk), by=by)


@pytest.mark.django_db
def test_staged_rows_are_wiped_after_fourteen_days(cast):
    by = actor_in(cast.secretary)
    old = applied("units", workbook(HEAD, ["某厂", "", "一号"]), by=by)
    fresh = staged("units", workbook(HEAD, ["某店", "", "一号"]), by=by)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_importbatch SET created_at = clock_timestamp() - interval '15 days' "
            "WHERE id = %s",
            [old.pk],
        )
    assert wipe_staged_rows(by=SYSTEM) == 1
    assert wipe_staged_rows(by=SYSTEM) == 0
    assert set(StagedRow.objects.values_list("batch", flat=True)) == {fresh.pk}
    old.refresh_from_db()
    # What it made can still be undone.
    undo_batch(old, reason="过期也能撤", by=by)
    assert ResidentUnit.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_applying_at_once_write_once(clock):
    batch = staged("areas", register(*small_register()), by=BY)
    confirm_batch(batch, by=BY)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            running.run_apply(batch.pk)
        except BatchMoved as moved:
            failures.append(moved)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Area.objects.count() == 9
    assert Event.objects.filter(kind="import.applied").count() == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED


@pytest.mark.django_db(transaction=True)
def test_two_batches_with_the_same_unit_make_one(cast):
    by = actor_in(cast.secretary)
    content = unit_form(["某厂", "330299600012345", "一号", "", "", "", "个体", "张三"])
    batches = [staged("units", content, by=by) for _number in range(2)]
    for batch in batches:
        confirm_batch(batch, by=by)

    def work(key: int) -> None:
        try:
            running.run_apply(key)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(batch.pk,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ResidentUnit.objects.count() == 1
    states = sorted(ImportBatch.objects.values_list("state", flat=True))
    assert states == [BatchState.APPLIED, BatchState.STAGED]


_WORKER = """
import django
django.setup()
from django.conf import settings
from django.db import connections
for name in ("default", "owner"):
    connections[name].settings_dict["NAME"] = {database!r}
from partybuild.exchange.services import applying
from partybuild.exchange.services.running import run_apply
keep = applying._keep_changes
def slowly(batch, written):
    keep(batch, written)
    print("written", flush=True)
    import time; time.sleep(60)
applying._keep_changes = slowly
run_apply({batch})
"""


@pytest.mark.django_db(transaction=True)
def test_worker_killed_while_writing_leaves_nothing_and_the_sweep_finishes(clock):
    batch = staged("areas", register(*small_register()), by=BY)
    confirm_batch(batch, by=BY)
    code = _WORKER.format(database=connection.settings_dict["NAME"], batch=batch.pk)
    named = {**os.environ, "PYTHONPATH": ".", "PGAPPNAME": "killed-import"}
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=named)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"written\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    alone()
    batch.refresh_from_db()
    assert (batch.state, Area.objects.count(), BatchChange.objects.count()) == (
        BatchState.APPLYING,
        0,
        0,
    )
    with connections["owner"].cursor() as cursor:
        # Nobody has touched it for a while.
        cursor.execute("ALTER TABLE exchange_importbatch DISABLE TRIGGER USER")
        cursor.execute("UPDATE exchange_importbatch SET changed_at = now() - interval '5 minutes'")
        cursor.execute("ALTER TABLE exchange_importbatch ENABLE TRIGGER USER")
    running.run_waiting()
    batch.refresh_from_db()
    assert (batch.state, Area.objects.count()) == (BatchState.APPLIED, 9)


@pytest.mark.django_db
def test_bodies_made_by_an_import_have_paths(cast):
    applied("units", workbook(HEAD, ["某厂", "", "一号"]), by=actor_in(cast.secretary))
    assert not Organization.objects.filter(path="").exists()
