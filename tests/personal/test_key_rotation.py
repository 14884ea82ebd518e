"""Keys change while everybody works: no value is lost, none stays under the old key unseen."""

from __future__ import annotations

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from members.services import change_member
from partybuild.audit.models import Event
from partybuild.exchange.models import BatchChange
from partybuild.fields.rotation import encrypted_columns
from partybuild.people.models import Person
from partybuild.people.services.keys import keys_in_use, left_under, rotate_field_keys
from tests.factories.core import SYSTEM, id_number, make_person
from tests.factories.members import make_member
from tests.factories.sheets import applied, roster

OLD = "1:00112233445566778899aabbccddeeff"
NEW = "2:ffeeddccbbaa99887766554433221100"


@pytest.fixture(autouse=True)
def _old_key(settings):
    """Begin with the old key: what the fixtures write is under it too."""
    settings.FIELD_KEYS = OLD


def _keys() -> set[int]:
    return {number for counts in keys_in_use().values() for number in counts}


@pytest.mark.django_db
def test_every_encrypted_column_is_found():
    names = {f"{model._meta.label}.{field.name}" for model, field in encrypted_columns()}
    assert {
        "people.Person.phone",
        "people.Person.id_number",
        "members.PartyMember.home_address",
        "members.ReportIn.address",
        "exchange.ImportFile.content",
        "exchange.StagedRow.sealed",
    } <= names


@pytest.mark.django_db
def test_rotation_rewrites_reads_back_and_tells(cast, settings):
    settings.FIELD_KEYS = OLD
    member = make_member(cast.unit, "安一", phone="13900001111")
    change_member(member, home_address="望江苑1幢2单元301室", by=SYSTEM)
    member.refresh_from_db()
    person = Person.objects.get(pk=member.person_id)
    changed_at, number = person.changed_at, person.id_number
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert left_under(1)
    with pytest.raises(CommandError, match="still needed"):
        call_command("rotate_field_keys", may_drop=1)
    said = StringIO()
    call_command("rotate_field_keys", batch=3, stdout=said)
    assert "key 1: may be dropped; key 2 encrypts" in said.getvalue()
    assert left_under(1) == {}
    assert _keys() == {2}
    call_command("rotate_field_keys", may_drop=1, stdout=StringIO())
    with pytest.raises(CommandError, match="must stay"):
        call_command("rotate_field_keys", may_drop=2)
    # Without the old key everything opens, and nothing looks changed to a reader.
    settings.FIELD_KEYS = NEW
    person = Person.objects.get(pk=person.pk)
    member.refresh_from_db()
    assert (person.phone, person.id_number) == ("13900001111", number)
    assert member.home_address == "望江苑1幢2单元301室"
    assert person.changed_at == changed_at
    event = Event.objects.get(kind="person.keys_rotated")
    assert event.changes["key"] == [[1], 2]
    assert event.changes["unreadable"] == 0


@pytest.mark.django_db
def test_a_second_run_changes_nothing_and_a_lost_key_is_told(cast, settings):
    settings.FIELD_KEYS = OLD
    make_person("王五")
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert sum(tally.rewritten for tally in rotate_field_keys(by=SYSTEM).values())
    assert not sum(tally.rewritten for tally in rotate_field_keys(by=SYSTEM).values())
    settings.FIELD_KEYS = "3:0123456789abcdef0123456789abcdef"
    found = rotate_field_keys(by=SYSTEM)
    assert found["people.Person.phone"].unreadable
    assert left_under(2)


@pytest.mark.django_db
def test_what_imports_keep_for_undoing_is_rewritten_too(cast, settings):
    from partybuild.accounts.actors import actor_in
    from partybuild.exchange.services import undo_batch
    from tests.factories.units import make_unit_of

    settings.FIELD_KEYS = OLD
    make_unit_of(cast.unit)
    number = id_number(901, born="19800203")
    member = make_member(cast.unit, "安一", phone="13900001111", id_number=number)
    line = [1, "安一", number, "13900002222", "正式党员", "", cast.unit.name, "", ""]
    batch = applied("members", roster(line), by=actor_in(cast.unit_secretary))
    assert Person.objects.get(pk=member.person_id).phone == "13900002222"
    assert BatchChange.objects.filter(before__icontains='"sealed"').exists()
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    rotate_field_keys(by=SYSTEM)
    assert left_under(1) == {}
    settings.FIELD_KEYS = NEW
    batch.refresh_from_db()
    undo_batch(batch, reason="传错", by=actor_in(cast.unit_secretary))
    assert Person.objects.get(pk=member.person_id).phone == "13900001111"


@pytest.mark.parametrize("setting", ["1:00", "0:" + "0" * 32, "1:" + "0" * 32 + ",1:" + "1" * 32])
def test_odd_keys_stop_the_start(setting):
    from partybuild.fields.encryption import known_keys

    with pytest.raises(ValueError, match="FIELD_KEYS"):
        known_keys(setting)


@pytest.mark.django_db(transaction=True)
def test_no_row_is_lost_under_concurrent_edits(settings):
    settings.FIELD_KEYS = OLD
    people = [make_person(f"人{number}", phone=f"1390000{number:04d}") for number in range(120)]
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    stop = threading.Event()
    written: dict[int, str] = {}
    faults: list[BaseException] = []

    def edit() -> None:
        turn = 0
        try:
            while not stop.is_set():
                turn += 1
                for person in people[::7]:
                    row = Person.objects.get(pk=person.pk)
                    row.phone = f"138{turn % 10000:04d}{person.pk % 10000:04d}"
                    row.save(update_fields=["phone"])
                    written[person.pk] = row.phone
        except BaseException as fault:  # noqa: BLE001
            faults.append(fault)
        finally:
            connections.close_all()

    writer = threading.Thread(target=edit)
    writer.start()
    try:
        while left_under(1):
            rotate_field_keys(by=SYSTEM, batch=5)
    finally:
        stop.set()
        writer.join()
    assert faults == []
    assert written
    settings.FIELD_KEYS = NEW
    unreadable = 0
    for number, person in enumerate(people):
        row = Person.objects.get(pk=person.pk)
        expected = written.get(person.pk, f"1390000{number:04d}")
        unreadable += row.phone != expected
    assert unreadable == 0


@pytest.mark.django_db
def test_a_dump_of_every_table_holds_no_number(cast):
    number, phone, home = id_number(777, born="19770707"), "13911112222", "望江苑9幢9单元909室"
    member = make_member(cast.unit, "安一", phone=phone, id_number=number)
    change_member(member, home_address=home, home_area=cast.community, by=SYSTEM)
    words = [each for word in (number, phone, home) for each in (word, word.encode().hex())]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            text = cursor.fetchone()[0] or ""
            found += [(table, word) for word in words if word in text]
    assert found == []
