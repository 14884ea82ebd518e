"""Erased at their wish: nothing of them is left but what the law keeps, and a restore does not bring it back."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from meetings.models import Receipt
from meetings.services import propose_topic
from members.models import MemberPlace, PartyMember, ServiceRecord
from members.services import add_member, change_member, sign_summary
from partybuild.access import Role
from partybuild.accounts.actors import actor_in, current_appointments
from partybuild.audit.models import Event
from partybuild.calendar import Period
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify
from partybuild.people.exceptions import PersonHasBeenErased
from partybuild.people.models import Erasure, Person
from partybuild.people.services import erase_person, replay_erasures
from partybuild.people.services.erasure import complete_ledger_file, ledger_lines
from partybuild.portal.models import CorrectionRequest, Suggestion
from partybuild.portal.services import ask_correction, send_suggestion
from tests.factories.core import SYSTEM, id_number, make_post
from tests.factories.meetings import make_notified, make_own_council
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.sheets import roster, staged
from tests.factories.units import make_unit_of

NAME, PHONE, MAIL = "欧阳待删", "13955556666", "ouyang.daishan@example.cn"
HOME, SKILL = "望江苑77幢7单元707室", "焊接七级"
NUMBER = id_number(707, born="19770707")
WORDS = (NAME, PHONE, MAIL, HOME, SKILL, NUMBER, "ouyangdaishan")
# What is locked: the record of events (names of who acted), and issued records of meetings.
LOCKED = {
    "audit_event",
    "audit_rowchange",
    "audit_eventseal",
    "meetings_presence",
    "meetings_minutes",
}


@pytest.fixture(autouse=True)
def ledger(tmp_path, settings):
    """A ledger file of the test's own."""
    settings.ERASURE_LEDGER = str(tmp_path / "kept" / "erasures.jsonl")
    return tmp_path / "kept" / "erasures.jsonl"


@pytest.fixture
def member(cast):
    """A member who left traces in every app."""
    for body in (cast.unit, cast.second_unit):
        make_unit_of(body)
    member = make_member(cast.unit, NAME, id_number=NUMBER, phone=PHONE, skills=SKILL)
    change_member(member, home_address=HOME, home_area=cast.community, by=SYSTEM)
    person = member.person
    person.mail = MAIL
    person.save()
    make_report_in(member, cast.community, building=HOME, address=HOME, skills=SKILL)
    make_services(cast.community, [member], date=date(2025, 12, 7))
    post = make_post(Role.MEMBER, person=person)
    make_post(Role.UNIT_LIAISON, cast.unit, person=person, name=NAME)
    person.user.username = "ouyangdaishan"
    person.user.save()
    notify(
        kind="test",
        subject=member,
        recipients=[Recipient(person=person)],
        title=f"{NAME}同志：请确认",
        body=f"{NAME}，电话{PHONE}",
        by=SYSTEM,
    )
    sign_summary(
        community=cast.community,
        unit=cast.unit,
        period=Period.parse("2025Q4"),
        by=actor_in(cast.secretary),
    )
    send_suggestion(text=f"我的电话{PHONE}", contact=PHONE, by=actor_in(post))
    ask_correction(person, organization=cast.unit, matter="手机号", wanted=PHONE, by=actor_in(post))
    council = make_own_council(cast)
    propose_topic(
        council,
        organization=cast.unit,
        title="增设停车位",
        category="construction",
        proposer_name=NAME,
        proposer_phone=PHONE,
        by=SYSTEM,
    )
    receipt = make_notified(council).receipts.get(organization=cast.unit)
    Receipt.objects.filter(pk=receipt.pk).update(attendee_name=NAME, attendee_phone=PHONE)
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(
        contact_name=NAME, contact_phone=PHONE, contact_mail=MAIL
    )
    line = [1, NAME, NUMBER, PHONE, "正式党员", "", cast.unit.name, "", ""]
    staged("members", roster(line), by=actor_in(cast.unit_secretary))
    return PartyMember.objects.get(pk=member.pk)


def traces(words=WORDS) -> list[tuple[str, str]]:
    """Return (table, word) of everything that a dump would show, sealed columns opened."""
    from partybuild.fields.rotation import encrypted_columns

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in LOCKED:
                continue
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            text = cursor.fetchone()[0] or ""
            found += [(table, word) for word in words if word in text]
    for model, field in encrypted_columns():
        for row in model._base_manager.all():
            opened = getattr(row, field.attname)
            found += [(f"{model._meta.label}.{field.name}", w) for w in words if w in opened]
    return found


@pytest.mark.django_db
def test_a_dump_holds_nothing_of_whoever_was_erased(cast, member):
    places = {place for place, _word in traces()}
    # Otherwise the search would prove nothing.
    assert len(places) >= 14, places
    erase_person(member.person, reason="本人申请", by=SYSTEM)
    assert traces() == []


@pytest.mark.django_db
def test_what_happened_stays_as_a_fact_about_nobody(cast, member):
    erase_person(member.person, reason="本人申请", by=SYSTEM)
    member.refresh_from_db()
    assert (member.state, member.person.name) == ("ended", "已删除")
    record = ServiceRecord.objects.get(member=member)
    assert (record.member_name, record.hours) == ("已删除", record.hours)
    assert record.summary.lines[0]["name"] == "已删除"
    assert not MemberPlace.objects.filter(member=member).exists()
    assert Suggestion.objects.get().person_id is None
    assert CorrectionRequest.objects.get().wanted == ""


@pytest.mark.django_db
def test_nobody_signs_in_by_it_and_no_mail_goes_out(cast, member, client_of):
    person = member.person
    post = person.appointments.get(role=Role.UNIT_LIAISON)
    client = client_of(post)
    assert client.get("/").status_code == 200
    erase_person(person, by=SYSTEM)
    assert client.get("/").status_code == 302
    user = type(person.user).objects.get(pk=person.user.pk)
    assert (user.is_active, user.username, user.phone_hash, user.has_usable_password()) == (
        False,
        None,
        None,
        False,
    )
    assert current_appointments(user) == []
    waiting = Notice.objects.filter(person=person, channel="mail")
    assert {notice.state for notice in waiting} == {"cancelled"}


@pytest.mark.django_db
def test_the_ledger_names_nobody_and_cannot_be_changed(cast, member):
    uid = member.person.uid
    erase_person(member.person, reason="本人申请", by=SYSTEM)
    row = Erasure.objects.get()
    assert row.person_uid == uid
    assert row.counts["members.member"] == 1
    assert Event.objects.get(kind="privacy.erased").reason == "本人申请"
    for change in (
        lambda: Erasure.objects.filter(pk=row.pk).update(by_post="x"),
        lambda: Erasure.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(PersonHasBeenErased):
        erase_person(member.person, by=SYSTEM)


@pytest.mark.django_db
def test_a_restored_copy_erases_them_again(
    cast, member, ledger, django_capture_on_commit_callbacks
):
    backup = transaction.savepoint()
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(member.person, by=SYSTEM)
    assert [line["person"] for line in ledger_lines()] == [str(member.person.uid)]
    for word in WORDS:
        assert word not in ledger.read_text()
    assert ledger.stat().st_mode & 0o077 == 0
    transaction.savepoint_rollback(backup)
    # The backup knows them, and knows of no erasure.
    assert traces()
    assert not Erasure.objects.exists()
    assert replay_erasures(by=SYSTEM) == 1
    assert traces() == []
    assert Erasure.objects.count() == 1
    assert replay_erasures(by=SYSTEM) == 0


@pytest.mark.django_db
def test_the_sweep_writes_what_the_file_lacks(cast, member, ledger):
    erase_person(member.person, by=SYSTEM)
    assert ledger_lines() == []
    assert complete_ledger_file() == 1
    assert complete_ledger_file() == 0
    assert len(ledger_lines()) == 1


@pytest.mark.django_db
def test_others_of_the_same_name_stay(cast, member):
    namesake = make_member(cast.second_unit, NAME, phone="13966667777")
    erase_person(member.person, by=SYSTEM)
    namesake.person.refresh_from_db()
    assert (namesake.person.name, namesake.person.phone) == (NAME, "13966667777")
    assert MemberPlace.objects.filter(member=namesake, name=NAME).exists()


@pytest.mark.django_db
def test_whoever_was_erased_may_be_entered_again(cast, member):
    erase_person(member.person, by=SYSTEM)
    again = add_member(
        unit=cast.unit, name=NAME, id_number=NUMBER, by=actor_in(cast.unit_secretary)
    )
    assert again.person_id != member.person_id
    assert not again.person.is_double


@pytest.mark.django_db
def test_half_an_erasure_is_none(cast, member, monkeypatch):
    from members.personal_data import Service

    def fails(self, person, *, by):
        raise RuntimeError

    monkeypatch.setattr(Service, "erase", fails)
    with pytest.raises(RuntimeError):
        erase_person(member.person, by=SYSTEM)
    member.refresh_from_db()
    assert member.person.name == NAME
    assert Person.objects.get(pk=member.person_id).erased_at is None
    assert not Erasure.objects.exists()
