"""Rosters: by a community, by a unit, of people whom the importing post does and does not see."""

from __future__ import annotations

import pytest
from django.db import connection

from members.enums import EmploymentState, MemberState, ReportInState, Side
from members.models import Employment, MemberPlace, PartyMember, ReportIn
from partybuild.accounts.actors import actor_in
from partybuild.exchange.exceptions import BuiltUpon
from partybuild.exchange.models import StagedRow
from partybuild.exchange.queries import preview_page, rows_to_correct
from partybuild.exchange.services import undo_batch
from partybuild.people.models import Person
from tests.factories.core import id_number
from tests.factories.members import make_member, make_report_in
from tests.factories.sheets import applied, counts, roster, staged, workbook
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db


def row(serial: int, name: str = "", **values: str) -> list[str]:
    """Return a row of the roster."""
    given = {
        "id_number": id_number(serial, born="19850512"),
        "phone": f"1990000{9000 + serial}",
        "kind": "正式党员",
        "joined": "2010/7/1",
        "unit": "江湾区图书馆",
        "post": "馆员",
        "community": "",
        **values,
    }
    return [str(serial), name or f"王{'一二三四五六七八九十'[serial % 10]}", *given.values()]


def told(batch, by) -> list[str]:
    """Return what the preview says."""
    page = preview_page(batch, by=by, state="")
    found = []
    for each in page.rows:
        found += [cell.sentence for cell in (*each.shown, *each.beyond) if cell.sentence]
        found += [each.note] if each.note else []
    return found


@pytest.fixture
def unit(cast):
    return make_unit_of(cast.unit)


def test_roster_of_a_community_reports_its_members_in(cast, unit):
    batch = applied("members", roster(row(1, "张  三"), row(2)), by=actor_in(cast.secretary))
    assert counts(batch) == {"new": 2}
    member = PartyMember.objects.select_related("person").get(person__name="张三")
    assert (member.state, member.person.gender, str(member.person.birth_date)) == (
        MemberState.PENDING,
        "male",
        "1985-05-12",
    )
    assert (member.person.phone, member.person.id_number) == (
        "19900009001",
        id_number(1, born="19850512"),
    )
    report_in = ReportIn.objects.get(member=member)
    assert (report_in.state, report_in.community, report_in.frozen_street, report_in.unit) == (
        ReportInState.CONFIRMED,
        cast.community,
        cast.street,
        cast.unit,
    )
    # Whether somebody is one of its people is the unit's word.
    assert Employment.objects.get(member=member).state == EmploymentState.STATED
    assert list(MemberPlace.objects.filter(member=member).values_list("side", "area")) == [
        (Side.COMMUNITY, cast.community.pk)
    ]


def test_roster_of_a_unit_stands_on_its_roster_only(cast, unit):
    batch = applied(
        "members", roster(row(1, unit="", community="新桥社区")), by=actor_in(cast.liaison)
    )
    assert counts(batch) == {"new": 1}
    member = PartyMember.objects.get()
    assert (member.state, member.home_area) == (MemberState.ACTIVE, cast.sibling)
    assert Employment.objects.get().state == EmploymentState.CONFIRMED
    assert not ReportIn.objects.exists()
    assert MemberPlace.objects.get().area == cast.street


def test_unit_imports_nobody_else_s_people(cast, unit):
    by = actor_in(cast.liaison)
    batch = staged("members", roster(row(1, unit="江湾供水公司")), by=by)
    assert counts(batch) == {"wrong": 1}
    assert told(batch, by) == ["只能导入本单位（江湾区图书馆）的党员。"]


def test_roster_twice_changes_nothing(cast, unit):
    by = actor_in(cast.secretary)
    applied("members", roster(row(1), row(2)), by=by)
    before = list(Person.objects.order_by("pk").values("pk", "changed_xid", "phone_hash"))
    assert counts(staged("members", roster(row(1), row(2)), by=by)) == {"same": 2}
    assert list(Person.objects.order_by("pk").values("pk", "changed_xid", "phone_hash")) == before


def test_changed_phone_is_matched_by_hash_and_undone(cast, unit):
    by = actor_in(cast.secretary)
    applied("members", roster(row(1)), by=by)
    batch = applied("members", roster(row(1, phone="19900009999", post="馆长")), by=by)
    assert counts(batch) == {"changed": 1}
    person = Person.objects.get(id_number_hash__gt="")
    assert person.phone == "19900009999"
    undo_batch(batch, reason="传错了", by=by)
    person = Person.objects.get(pk=person.pk)
    assert (person.phone, Employment.objects.get().post) == ("19900009001", "馆员")
    assert MemberPlace.objects.count() == 1


def test_undo_takes_the_people_back(cast, unit):
    by = actor_in(cast.secretary)
    before = Person.objects.count()
    batch = applied("members", roster(row(1), row(2)), by=by)
    undo_batch(batch, reason="传错了", by=by)
    assert (Person.objects.count(), PartyMember.objects.count(), MemberPlace.objects.count()) == (
        before,
        0,
        0,
    )


def test_undo_is_refused_after_service(cast, unit):
    from tests.factories.members import make_services

    by = actor_in(cast.secretary)
    batch = applied("members", roster(row(1)), by=by)
    make_services(cast.community, list(PartyMember.objects.all()))
    with pytest.raises(BuiltUpon, match="第2行已有服务记录"):
        undo_batch(batch, reason="传错了", by=by)
    assert MemberPlace.objects.count() == 1


def test_doubles_in_the_file_are_flagged(cast, unit):
    by = actor_in(cast.secretary)
    same = row(1, "张三")
    other = row(1, "李四")
    batch = staged("members", roster(same, same, other, row(2, "张三")), by=by)
    assert counts(batch) == {"new": 2, "wrong": 2}
    assert told(batch, by) == [
        "与第2行是同一个人，请保留一行。",
        "身份证号与第2行相同，但姓名不同，请核对。",
        "本表第2行也叫“张三”，身份证号不同，请确认不是同一人。",
    ]


def test_community_out_of_reach_is_a_cell_error_and_nothing_is_written(cast, unit):
    by = actor_in(cast.secretary)
    batch = staged(
        "members", roster(row(1, community="湖畔社区"), row(2, community="没有社区")), by=by
    )
    assert counts(batch) == {"wrong": 2}
    first, second = told(batch, by)
    assert first.replace("湖畔社区", "") == second.replace("没有社区", "")
    assert not PartyMember.objects.exists()


def test_person_out_of_sight_looks_new_and_is_not_changed(cast, unit):
    """Two databases that differ only out of sight answer alike: nobody learns who is known elsewhere."""
    by = actor_in(cast.outsider)
    content = roster(row(1, "王一", unit="", phone="19900009123"))
    empty = staged("members", content, by=by)
    shown = preview_page(empty, by=by).rows
    known = make_member(
        cast.unit, "王一", id_number=id_number(1, born="19850512"), phone="19900009001"
    )
    make_report_in(known, cast.community)
    batch = staged("members", content, by=by)
    assert (counts(batch), preview_page(batch, by=by).rows) == (counts(empty), shown)
    from partybuild.exchange.services import apply_batch, confirm_batch

    confirm_batch(batch, by=by)
    apply_batch(batch, by=by)
    known.person.refresh_from_db()
    assert known.person.phone == "19900009001"
    # One community too many is decided by hand, where it is told.
    assert ReportIn.objects.get(community=cast.other_community).state == ReportInState.SUBMITTED


def test_other_name_under_a_known_number_is_asked(cast, unit):
    by = actor_in(cast.secretary)
    applied("members", roster(row(1, "张三")), by=by)
    assert counts(staged("members", roster(row(1, "张山")), by=by)) == {"ambiguous": 1}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"id_number": ""}, "必填，请填写身份证号。"),
        (
            {"id_number": "33029919850512101"},
            "公民身份号码应为18位（末位可为X），现为17位，请核对。",
        ),
        (
            {"phone": "1380013800"},
            "联系电话应为11位手机号，或带区号的固定电话（如0574-87001234），请核对。",
        ),
        ({"joined": "2010年7月"}, "“2010年7月”缺少日，请写成2026-03-05这样的完整日期。"),
        ({"kind": "已死亡"}, "“已死亡”不在可选范围内，请改为：正式党员、预备党员。"),
        ({"phone": "同上"}, "这里不能写“同上”，请填写实际内容。"),
    ],
)
def test_wrong_cell_says_what_to_change(cast, unit, values, sentence):
    by = actor_in(cast.secretary)
    batch = staged("members", roster(row(1, **values)), by=by)
    assert (counts(batch), told(batch, by)) == ({"wrong": 1}, [sentence])


def test_same_as_above_is_taken_from_above(cast, unit):
    by = actor_in(cast.secretary)
    batch = applied("members", roster(row(1), row(2, unit="同上", post="〃")), by=by)
    assert counts(batch) == {"new": 2}
    assert set(Employment.objects.values_list("unit", "post")) == {(cast.unit.pk, "馆员")}


def test_headers_of_rosters_in_use_are_known(cast, unit):
    head = [
        "序号",
        "姓名",
        "党员类别",
        "所在组织(请不要输入特殊符号)",
        "性别",
        "出生年月(2019/10/24)",
        "民族",
        "联系电话",
        "档案管理单位",
        "党籍状态",
        "加入党组织日期(2019/10/24)",
        "身份证",
        "入党时间(2019/10/24)",
    ]
    number = id_number(1, born="19850512")
    line = [
        "1",
        "张三",
        "223_正式党员",
        "图书馆支部",
        "95_男",
        "1985/5/12",
        "868_汉族",
        "19900009001",
        "",
        "正常",
        "",
        number,
        "2010/7/1",
    ]
    by = actor_in(cast.secretary)
    batch = staged("members", roster(line, head=head), by=by, options={"unit": str(cast.unit.uid)})
    assert counts(batch) == {"new": 1}
    assert batch.layout["layout"]["ignored"] == [
        "民族",
        "档案管理单位",
        "党籍状态",
        "加入党组织日期(2019/10/24)",
    ]
    assert {"工作单位", "社区"} <= set(batch.layout["layout"]["missing"])


@pytest.mark.parametrize(
    ("written", "agrees"),
    [
        ("1985-05-12", True),
        ("1985/5/12", True),
        ("1985年5月12日", True),
        ("19850512", True),
        ("1985.05", True),
        ("198505", True),
        ("41岁", True),
        ("1985年13月5日", False),
        ("1985/5/13", False),
        ("1985.06", False),
        ("19850513", False),
    ],
)
def test_birth_date_that_contradicts_the_number_is_told(cast, unit, written, agrees):
    by = actor_in(cast.secretary)
    number = id_number(1, born="19850512")
    head = ["姓名", "身份证号", "出生日期"]
    batch = staged("members", workbook(head, ["张三", number, written]), by=by)
    assert told(batch, by) == ([] if agrees else ["出生日期与身份证号不符，请核对。"])


def test_gender_that_contradicts_the_number_is_told(cast, unit):
    head = ["姓名", "身份证号", "性别"]
    by = actor_in(cast.secretary)
    batch = staged("members", workbook(head, ["张三", id_number(1, male=True), "女"]), by=by)
    assert told(batch, by) == ["性别与身份证号（倒数第二位）不符，请核对。"]


def test_staged_cells_stand_sealed_in_the_database(cast, unit):
    from django.db import connection

    number = id_number(1, born="19850512")
    batch = staged("members", roster(row(1, "张三")), by=actor_in(cast.secretary))
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM exchange_stagedrow WHERE batch_id = %s", [batch.pk])
        sealed = bytes(cursor.fetchone()[0])
    assert number.encode() not in sealed
    assert number in StagedRow.objects.get(batch=batch).sealed


def test_upload_comes_back_as_sent_and_masked_for_others(cast, unit):
    number = id_number(1, born="19850512")
    batch = staged("members", roster(row(1, "张三")), by=actor_in(cast.worker))
    own = str(preview_page(batch, by=actor_in(cast.worker)).rows)
    other = str(preview_page(batch, by=actor_in(cast.secretary)).rows)
    assert number in own
    assert "19900009001" in own
    assert number not in other
    assert "19900009001" not in other
    assert "2010" not in other


def test_former_phone_is_masked_even_for_the_one_who_imports(cast, unit):
    by = actor_in(cast.secretary)
    applied("members", roster(row(1)), by=by)
    batch = staged("members", roster(row(1, phone="19900009999")), by=by)
    page = str(preview_page(batch, by=by).rows)
    assert "199****9001" in page
    assert "19900009001" not in page


def test_corrected_rows_workbook_holds_no_formula(cast, unit):
    import io

    from openpyxl import load_workbook

    prefixes = ["=1+1", "+1", "-1", "@a", "\t=1", "＝1+1", "=cmd|' /C calc'!A0", '"=1', ";=1"]
    lines = [
        row(n, name=f"{prefix}", unit=prefix, post=prefix) for n, prefix in enumerate(prefixes)
    ]
    content = roster(*lines)
    book = load_workbook(io.BytesIO(content))
    for line in book.worksheets[0].iter_rows():
        for cell in line:
            if cell.data_type == "f":
                cell.data_type = "s"
    held = io.BytesIO()
    book.save(held)
    by = actor_in(cast.secretary)
    batch = staged("members", held.getvalue(), by=by)
    assert batch.wrong_count > 0
    page = load_workbook(io.BytesIO(rows_to_correct(batch, by))).worksheets[0]
    kinds = {cell.data_type for line in page.iter_rows() for cell in line if cell.value is not None}
    assert kinds <= {"s", "n"}
    texts = [
        str(cell.value) for line in page.iter_rows() for cell in line if cell.value is not None
    ]
    assert "=1+1" in texts
    assert page.cell(row=1, column=10).value == "需要更正的内容"


def test_five_thousand_rows_are_read_and_written_in_time(cast, unit):
    from time import process_time

    from tests.factories.core import id_number as number

    lines = [
        row(
            n % 500,
            f"王{'一二三四五六七八九十'[n % 10]}",
            id_number=number(n % 500, born=f"19{60 + n // 500}0512"),
            phone=f"1990{n:07d}",
        )
        for n in range(5000)
    ]
    asked = []

    def noted(execute, sql, params, many, context):
        asked.append(sql[:80])
        return execute(sql, params, many, context)

    # Our own time and how often the database is asked: what else the machine does is in neither.
    begin = process_time()
    with connection.execute_wrapper(noted):
        batch = applied("members", roster(*lines), by=actor_in(cast.secretary))
    assert counts(batch) == {"new": 5000}
    assert process_time() - begin < 60
    assert len(asked) < 200
