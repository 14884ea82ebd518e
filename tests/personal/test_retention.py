"""What has been kept long enough goes by itself, by the parameters, with one event."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from members.enums import MemberEndReason
from members.services import change_member, end_member
from partybuild.access import Role
from partybuild.accounts.models import OneTimeLink, SignedLink
from partybuild.areas.models import Parameter
from partybuild.areas.parameters import PARAMETERS
from partybuild.audit.models import Event
from partybuild.exchange.models import ImportBatch, StagedRow
from partybuild.notices.models import Notice
from partybuild.notices.services import Recipient, notify
from partybuild.people.models import Person
from partybuild.people.retention import retentions
from partybuild.people.services.sweeping import days_of, sweep_retention
from tests.factories.core import SYSTEM, id_number, make_post
from tests.factories.members import make_member
from tests.factories.sheets import roster, staged
from tests.factories.units import make_unit_of


def test_every_retention_has_its_parameter_and_the_other_way_round():
    swept = {each.parameter for each in retentions()}
    assert swept == {key for key in PARAMETERS if key.startswith("retention.")}
    assert len(swept) >= 5


@pytest.mark.django_db
def test_the_longest_that_any_area_asks_counts(cast):
    assert days_of("retention.notice_days") == 400
    Parameter.objects.create(area=cast.street, key="retention.notice_days", value=700)
    Parameter.objects.create(area=cast.district, key="retention.notice_days", value=100)
    assert days_of("retention.notice_days") == 700


@pytest.mark.django_db
def test_words_of_old_notices_go_and_that_they_were_sent_stays(cast, clock):
    clock(2025, 1, 1)
    person = cast.liaison.person
    person.mail = "liaison@example.cn"
    person.save()
    for kind in ("old.sent", "old.waiting"):
        notify(
            kind=kind,
            subject=cast.unit,
            recipients=[Recipient(person=person)],
            title="请回执",
            body="3月12日14:30",
            by=SYSTEM,
        )
    Notice.objects.filter(kind="old.sent", channel="mail").update(
        state="sent", address="liaison@example.cn"
    )
    clock(2026, 2, 1)
    assert "retention.notice_days" not in sweep_retention(by=SYSTEM)
    clock(2026, 2, 6)
    assert sweep_retention(by=SYSTEM)["retention.notice_days"] == 3
    sent = Notice.objects.get(kind="old.sent", channel="mail")
    assert (sent.title, sent.body, sent.address, sent.state) == ("请回执", "", "", "sent")
    # What has not gone out yet keeps what it has to say.
    assert Notice.objects.get(kind="old.waiting", channel="mail").body == "3月12日14:30"


@pytest.mark.django_db
def test_whoever_left_long_ago_keeps_a_name_only(cast, clock):
    number = id_number(801, born="19800808")
    member = make_member(cast.unit, "离开的人", id_number=number, phone="13900001111")
    change_member(member, home_address="望江苑1幢2单元301室", by=SYSTEM)
    stays = make_member(cast.unit, "还任职的人", phone="13900002222")
    make_post(Role.MEMBER, person=stays.person)
    for each in (member, stays):
        end_member(each, on=date(2025, 1, 1), reason=MemberEndReason.RETIRED, by=SYSTEM)
    clock(2025, 12, 31)
    assert "retention.ended_member_days" not in sweep_retention(by=SYSTEM)
    clock(2026, 1, 3)
    assert sweep_retention(by=SYSTEM)["retention.ended_member_days"] == 1
    person = Person.objects.get(pk=member.person_id)
    member.refresh_from_db()
    assert (person.name, person.phone, person.id_number, person.birth_date) == (
        "离开的人",
        "",
        "",
        None,
    )
    assert (person.phone_hash, person.id_number_hash, member.home_address) == ("", "", "")
    assert Person.objects.get(pk=stays.person_id).phone == "13900002222"
    assert "retention.ended_member_days" not in sweep_retention(by=SYSTEM)


@pytest.mark.django_db
def test_staged_rows_go_after_their_days(cast):
    from partybuild.accounts.actors import actor_in

    make_unit_of(cast.unit)
    line = [1, "安一", id_number(802), "13900001111", "正式党员", "", "", "", ""]
    batch = staged("members", roster(line), by=actor_in(cast.unit_secretary))
    sweep_retention(by=SYSTEM)
    assert StagedRow.objects.exists()
    ImportBatch.objects.filter(pk=batch.pk).update(
        created_at=timezone.now() - timedelta(days=14, hours=1)
    )
    assert sweep_retention(by=SYSTEM)["retention.staged_days"] == 1
    assert not StagedRow.objects.exists()


@pytest.mark.django_db
def test_what_was_searched_for_to_export_goes_with_them(cast):
    from partybuild.exchange.models import ExportJob

    for name, days in (("old", 15), ("new", 1)):
        ExportJob.objects.create(
            key="members",
            query=f"q={name}",
            reason="核对",
            appointment=cast.secretary,
            scope_print="x",
            created_at=timezone.now() - timedelta(days=days),
        )
    assert sweep_retention(by=SYSTEM)["retention.staged_days"] == 1
    assert sorted(ExportJob.objects.values_list("query", flat=True)) == ["", "q=new"]


@pytest.mark.django_db
def test_links_that_open_nothing_go(cast):
    now = timezone.now()
    values = {
        "user": cast.liaison.person.user,
        "purpose": "sign_in",
        "password_mark": "",
    }
    OneTimeLink.objects.create(token_hash="a", expires_at=now - timedelta(days=31), **values)
    OneTimeLink.objects.create(token_hash="b", expires_at=now + timedelta(hours=1), **values)
    signed = {"action": "x", "target_label": "x", "organization": cast.unit}
    for uid, days in (("11111111", -31), ("22222222", 3)):
        SignedLink.objects.create(
            target_uid=f"{uid}-1111-4111-8111-111111111111",
            expires_at=now + timedelta(days=days),
            **signed,
        )
    assert sweep_retention(by=SYSTEM)["retention.link_days"] == 2
    assert OneTimeLink.objects.get().token_hash == "b"
    assert SignedLink.objects.count() == 1


@pytest.mark.django_db
def test_the_command_tells_and_one_event_says_what_went(cast, clock, capsys):
    clock(2025, 1, 1)
    notify(
        kind="x",
        subject=cast.unit,
        recipients=[Recipient(person=cast.liaison.person)],
        title="x",
        body="y",
        by=SYSTEM,
    )
    clock(2027, 1, 1)
    call_command("sweep_retention")
    assert "retention.notice_days: 1" in capsys.readouterr().out
    event = Event.objects.get(kind="privacy.swept")
    assert event.changes == {"retention.notice_days": 1}
    sweep_retention(by=SYSTEM)
    assert Event.objects.filter(kind="privacy.swept").count() == 1
