"""Whoever erases a trace leaves one: the chain over events and changes."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from partybuild.access import Actor
from partybuild.audit.models import Event, EventSeal, Log, RowChange
from partybuild.audit.queries.verifying import verify_chain
from partybuild.audit.services import record_event, seal_events
from partybuild.organizations.services import change_organization
from tests.sessions import wait_until_alone

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def anchors(settings: Any, tmp_path: Path) -> Path:
    """The second place."""
    settings.AUDIT_ANCHOR_DIR = str(tmp_path)
    return tmp_path


def _write(count: int) -> list[Event]:
    return [
        record_event("test", target=None, by=SYSTEM, reason=f"第{number}件")
        for number in range(count)
    ]


def seal_alone() -> int:
    """Seal once nobody else is writing, so that all there is can be sealed; returns how many rows."""
    wait_until_alone()
    return seal_events()


def _as_owner(*statements: str) -> None:
    """Do what only the owner can: with the triggers out of the way."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in ("audit_event", "audit_rowchange", "audit_eventseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("audit_event", "audit_rowchange", "audit_eventseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_what_was_sealed_verifies(cast):
    _write(5)
    assert seal_alone() > 5
    assert seal_alone() == 0
    found = verify_chain()
    assert found.ok
    assert found.events == Event.objects.count()
    assert found.changes == RowChange.objects.count() > 0
    assert (found.unsealed, found.first_bad) == (0, None)


def test_dropped_row_is_named():
    rows = _write(6)
    seal_alone()
    _as_owner(f"DELETE FROM audit_event WHERE id = {rows[2].pk}")
    bad = verify_chain().first_bad
    assert (bad.log, bad.row, bad.what) == (Log.EVENTS, rows[2].pk, "missing")


def test_swapped_rows_are_named():
    rows = _write(6)
    seal_alone()
    one, two = rows[1].pk, rows[3].pk
    _as_owner(
        f"UPDATE audit_event SET id = -1 WHERE id = {one}",
        f"UPDATE audit_event SET id = {one} WHERE id = {two}",
        f"UPDATE audit_event SET id = {two} WHERE id = -1",
    )
    assert verify_chain().first_bad.row == one


def test_changed_byte_is_named():
    rows = _write(6)
    seal_alone()
    _as_owner(f"UPDATE audit_event SET reason = '第4仵' WHERE id = {rows[4].pk}")
    bad = verify_chain().first_bad
    assert (bad.row, bad.what) == (rows[4].pk, "changed")


def test_changed_row_change_is_named(cast):
    change_organization(cast.unit, by=SYSTEM, short_name="图书馆")
    seal_alone()
    change = RowChange.objects.order_by("-pk").first()
    _as_owner(f"UPDATE audit_rowchange SET changes = '{{}}' WHERE id = {change.pk}")
    bad = verify_chain().first_bad
    assert (bad.log, bad.row, bad.what) == (Log.CHANGES, change.pk, "changed")


def test_inserted_row_is_named():
    rows = _write(6)
    seal_alone()
    _as_owner(
        "INSERT INTO audit_event SELECT (jsonb_populate_record(e, jsonb_build_object("
        f"'id', {rows[-1].pk + 1000}, 'uid', gen_random_uuid()))).* FROM audit_event e "
        f"WHERE id = {rows[2].pk}"
    )
    bad = verify_chain().first_bad
    assert (bad.row, bad.what) == (rows[-1].pk + 1000, "inserted")


def test_cut_tail_is_known_by_the_second_place(anchors):
    _write(3)
    seal_alone()
    kept = EventSeal.objects.count()
    tail = _write(3)
    seal_alone()
    cut = EventSeal.objects.order_by("-number").first().number
    _as_owner(
        f"DELETE FROM audit_event WHERE id >= {tail[0].pk}",
        f"DELETE FROM audit_eventseal WHERE number > {kept}",
    )
    bad = verify_chain().first_bad
    assert (bad.seal, bad.what) == (cut, "tail")
    assert len(list(anchors.glob("anchors-*.jsonl"))) == 1


def test_seal_that_was_forged_breaks_the_chain():
    _write(3)
    seal_alone()
    _write(3)
    seal_alone()
    _as_owner("UPDATE audit_eventseal SET leaves = leaves || '\\x00' WHERE number = 1")
    bad = verify_chain().first_bad
    assert (bad.seal, bad.what) == (1, "chain")


def test_row_dated_into_the_future_of_transactions_is_named():
    rows = _write(2)
    seal_alone()
    _as_owner(f"UPDATE audit_event SET changed_xid = changed_xid + 1000000 WHERE id = {rows[0].pk}")
    assert verify_chain().first_bad.row == rows[0].pk


def test_late_commit_neither_escapes_nor_breaks_the_chain():
    began, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                record_event("test.late", target=None, by=SYSTEM)
                began.set()
                go_on.wait(60)
        finally:
            connection.close()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert began.wait(60)
    # Begun later, committed earlier, with a higher id than the one that is still running.
    _write(3)
    # Writers wait for nobody: the sealer holds no lock on the log.
    assert seal_events() == 0
    assert verify_chain().unsealed == 3
    go_on.set()
    writer.join(60)
    assert seal_alone() == 4
    assert verify_chain().ok
    late = Event.objects.get(kind="test.late")
    assert late.pk < Event.objects.order_by("-pk").first().pk
    assert seal_alone() == 0


def test_two_sealers_at_once_make_one_chain():
    _write(20)
    start = threading.Barrier(4)

    def seal() -> None:
        start.wait(60)
        seal_events()
        connection.close()

    sealers = [threading.Thread(target=seal) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join(60)
    seal_alone()
    found = verify_chain()
    assert (found.ok, found.events, found.unsealed) == (True, 20, 0)


def test_long_ranges_are_cut_into_seals(monkeypatch):
    monkeypatch.setattr("partybuild.audit.services.sealing.ROWS_AT_ONCE", 4)
    monkeypatch.setattr("partybuild.audit.queries.verifying.ROWS_TOGETHER", 6)
    with transaction.atomic():
        rows = _write(11)
    assert seal_alone() == 11
    assert EventSeal.objects.count() == 3
    assert verify_chain().events == 11
    _as_owner(f"DELETE FROM audit_event WHERE id = {rows[7].pk}")
    assert verify_chain().first_bad.row == rows[7].pk


def test_chain_goes_on_in_a_restored_cluster():
    _write(4)
    seal_alone()
    # As after a restore: what is sealed carries the transactions of another, older cluster.
    _as_owner(
        "UPDATE audit_event SET changed_xid = changed_xid + 500000000",
        "DELETE FROM audit_eventseal",
    )
    from partybuild.audit import chain
    from partybuild.audit.services.sealing import Limits, Range, _seal_range

    old = Limits(horizon=2**40, ahead=2**40, cluster=1)
    _seal_range(Range(Log.EVENTS, 0, old), chain.START, highest=0)
    for path in Path(_anchor_dir()).glob("*"):
        path.unlink()
    rows = _write(3)
    assert seal_alone() == 3
    _write(2)
    assert seal_alone() == 2
    found = verify_chain()
    assert (found.ok, found.events, found.unsealed) == (True, 9, 0)
    _as_owner(f"DELETE FROM audit_event WHERE id = {rows[1].pk}")
    assert verify_chain().first_bad.row == rows[1].pk


def _anchor_dir() -> str:
    from django.conf import settings

    return settings.AUDIT_ANCHOR_DIR


def test_command_prints_json_and_fails_where_the_chain_does(capsys):
    rows = _write(3)
    call_command("seal_events")
    call_command("verify_audit")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ok"] is True
    assert Event.objects.get(kind="audit.verified").result == "done"
    _as_owner(f"DELETE FROM audit_event WHERE id = {rows[1].pk}")
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["first_bad"]["row"] == rows[1].pk
    assert Event.objects.filter(kind="audit.verified", result="failed").count() == 1
