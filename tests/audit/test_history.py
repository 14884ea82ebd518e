"""What happened to a record, in words, for those who may see it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from members.models import PostClaim, ServicePost
from members.services import accept_claim, change_member, change_post
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import DictionaryEntry
from partybuild.areas.queries import dictionary
from partybuild.audit.models import Event, Operation, RowChange
from partybuild.audit.queries import history_of
from partybuild.audit.queries.history import TELLING
from partybuild.audit.row_history import treatments
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.enums import EventKind as NoticeEvent
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization
from partybuild.organizations.services import change_organization
from partybuild.people.models import Person
from tests.factories.members import make_claim, make_member, make_post_of, make_report_in

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")


def _changes(target):
    return RowChange.objects.filter(object_uid=target.uid, operation=Operation.UPDATE)


def test_line_tells_who_when_and_before_and_after(cast):
    by = actor_in(cast.secretary)
    change_organization(cast.unit, by=by, name="江湾区文化馆", address="江边路1号")
    line = history_of(cast.unit, by.scope)[0]
    assert (line.what, line.who) == ("修改组织", f"{by.post} {by.name}")
    assert line.words == [
        ("全称", "江湾区图书馆", "江湾区文化馆"),
        ("地址", "未填", "江边路1号"),
    ]


def test_notices_of_a_deed_are_no_line_of_their_own(cast):
    by = actor_in(cast.secretary)

    def tell():
        recipients = [Recipient(organization=cast.second_unit)]
        return notify(
            kind="test.told",
            subject=cast.unit,
            recipients=recipients,
            title="通知",
            body="请看",
            by=by,
            round=Event.objects.count(),
        )

    with transaction.atomic():
        # Told before the deed is written down: the changes are the deed's all the same.
        Organization.objects.filter(pk=cast.unit.pk).update(address="新址")
        assert tell()
        record_event("organization.changed", target=cast.unit, by=by)
    assert tell()
    lines = history_of(cast.unit, by.scope)[:2]
    assert [line.kind for line in lines] == [NoticeEvent.NOTIFIED, "organization.changed"]
    assert lines[1].words == [("地址", "未填", "新址")]
    assert TELLING == NoticeEvent.NOTIFIED
    assert Event.objects.filter(kind=TELLING, object_uid=cast.unit.uid).count() == 2


def test_bulk_update_is_seen_and_told_by_its_event(cast):
    with transaction.atomic():
        Organization.objects.filter(pk__in=(cast.unit.pk, cast.second_unit.pk)).update(
            address="新址"
        )
        record_event("import.applied", target=None, by=SYSTEM, batch_uid=cast.unit.uid)
    for body in (cast.unit, cast.second_unit):
        line = history_of(body, actor_in(cast.secretary).scope)[0]
        assert line.words == [("地址", "未填", "新址")]
        assert line.kind == "import.applied"


def test_made_in_bulk_shows_the_batch(cast):
    with transaction.atomic():
        made = Organization.objects.bulk_create(
            [
                Organization(kind="unit", name=f"第{n}所", area=cast.community, path=f"x{n}")
                for n in "12"
            ]
        )
        record_event("import.applied", target=None, by=SYSTEM, batch_uid=cast.unit.uid)
    [line] = history_of(made[1], actor_in(cast.secretary).scope)
    assert line.kind == "import.applied"
    assert "建立" in line.what


def test_personal_fields_are_changed_and_nothing_more(cast):
    member = make_member(cast.unit, "原名")
    change_member(member, by=SYSTEM, name="新名", phone="19900008888", joined_on=date(2001, 7, 1))
    stored = "".join(
        str(values)
        for model in (RowChange, Event)
        for values in model.objects.values_list("changes", flat=True)
    )
    for word in ("原名", "新名", "19900008888", "2001-07-01", member.person.phone_hash):
        assert word not in stored
    seen = _changes(member.person).first().changes
    assert (seen["name"], seen["phone"]) == ("changed", "changed")
    scope = actor_in(cast.unit_secretary).scope
    words = [
        word for line in history_of(member, scope, also=(member.person,)) for word in line.words
    ]
    assert ("姓名", None, "已变更") in words
    assert ("入党日期", None, "已变更") in words


def test_every_model_guards_what_is_personal_without_being_told():
    assert treatments(Person)["name"] == treatments(Person)["phone_hash"] == "changed"
    assert not {"name", "gender", "birth_date", "mail"} & {
        name for name, how in treatments(Person).items() if how == "value"
    }
    assert treatments(Organization)["contact_phone"] == "changed"
    assert treatments(Organization)["contact_name"] == "changed"
    assert treatments(Organization)["name"] == "value"


def test_saving_without_a_change_writes_nothing(cast):
    before = RowChange.objects.count()
    Organization.objects.filter(pk=cast.unit.pk).update(name=cast.unit.name)
    cast.unit.save()
    assert RowChange.objects.count() == before


def test_names_out_of_sight_are_not_told(cast):
    """A body that moved: its old area is named to who sees it, to others only that it moved."""
    from partybuild.audit.queries.wording import Wording

    Organization.objects.filter(pk=cast.unit.pk).update(parent=cast.other_committee)
    change = _changes(cast.unit).order_by("pk").last()
    street = Wording([change], actor_in(cast.district_staff).scope).of([change])
    unit = Wording([change], actor_in(cast.liaison).scope).of([change])
    assert change.changes["parent"] == [None, cast.other_committee.pk]
    assert cast.other_committee.name not in str(unit)
    assert street in ([], [("上级组织", "未填", str(cast.other_committee))])


def test_refusals_and_readings_are_no_history(cast):
    record_event("data.revealed", target=cast.unit, by=SYSTEM)
    record_event("access.refused", target=cast.unit, by=SYSTEM)
    assert {line.kind for line in history_of(cast.unit, actor_in(cast.secretary).scope)} == {
        "organization.created"
    }


def test_administrators_see_no_history(cast):
    from partybuild.access import Role
    from tests.factories.core import make_post

    auditor = make_post(Role.AUDITOR, name="审计员")
    assert history_of(cast.unit, actor_in(auditor).scope) == []


def test_app_may_neither_write_nor_change_nor_empty_them(cast):
    change_organization(cast.unit, by=SYSTEM, short_name="图书馆")
    for statement in (
        "INSERT INTO audit_rowchange DEFAULT VALUES",
        "UPDATE audit_rowchange SET label = 'x'",
        "DELETE FROM audit_rowchange",
        "TRUNCATE audit_rowchange",
        "UPDATE audit_event SET reason = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_eventseal SET rows = 0",
        "DELETE FROM audit_eventseal",
        "TRUNCATE audit_eventseal",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "SELECT set_config('audit.purging', 'on', false); DELETE FROM audit_event",
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_even_the_owner_meets_the_triggers(cast):
    from django.db import DatabaseError

    from partybuild.audit.furniture import furnish, let_app_move_clock, let_owner_flush

    change_organization(cast.unit, by=SYSTEM, short_name="图书馆")
    furnish("owner")
    try:
        for table in ("audit_event", "audit_rowchange", "audit_eventseal"):
            for statement in (
                f"UPDATE {table} SET at = now()",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
            ):
                if table == "audit_eventseal" and not statement.startswith("TRUNCATE"):
                    continue
                with (
                    pytest.raises(DatabaseError, match="append-only"),
                    transaction.atomic(using="owner"),
                    connections["owner"].cursor() as cursor,
                ):
                    cursor.execute(statement)
    finally:
        let_app_move_clock()
        let_owner_flush()


def test_a_posts_change_says_what_it_was_and_what_it_became(cast):
    by = actor_in(cast.secretary)
    post = make_post_of(
        cast.community, category="law", times=["weekends"], ends_on=date(2026, 6, 30)
    )
    DictionaryEntry.objects.create(
        area=cast.street, dictionary="service_post.class", code="pets", label="文明养犬"
    )
    change_post(
        post, by=by, category="pets", times=["weekends", "evenings"], ends_on=date(2026, 9, 30)
    )
    words = history_of(post, by.scope)[0].words
    assert sorted(words) == sorted(
        [
            ("岗位类别", dict(dictionary(None, "service_post.class"))["law"], "文明养犬"),
            ("服务时间", "周末", "周末、工作日晚上"),
            ("结束日期", "2026年6月30日", "2026年9月30日"),
        ]
    )


def test_a_code_that_no_dictionary_knows_stays_untold(cast):
    post = make_post_of(cast.community, category="law")
    ServicePost.objects.filter(pk=post.pk).update(category="no_such_word")
    words = [
        word for line in history_of(post, actor_in(cast.secretary).scope) for word in line.words
    ]
    assert words[0] == ("岗位类别", None, "已变更")


def test_days_and_offices_of_a_claim_are_told_and_nothing_of_the_person(cast):
    by = actor_in(cast.secretary)
    member = make_member(cast.unit, "安一")
    make_report_in(member, cast.community)
    claim = make_claim(make_post_of(cast.community), member, accepted=False)
    accept_claim(claim, by=by)
    words = {word for line in history_of(claim, by.scope) for word in line.words}
    day = today()
    assert ("确定日期", "未填", f"{day.year}年{day.month}月{day.day}日") in words
    assert ("确定岗位", "未填", by.post) in words
    assert treatments(PostClaim)["note"] == treatments(PostClaim)["member_name"] == "changed"
