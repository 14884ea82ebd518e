"""The registration form as it is in use, and our own template."""

from __future__ import annotations

import pytest

from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from partybuild.exchange.exceptions import BuiltUpon
from partybuild.exchange.models import BatchChange
from partybuild.exchange.queries import batch_of, preview_page, template_workbook
from partybuild.exchange.services import undo_batch
from partybuild.exchange.sheets import sheet_of
from partybuild.organizations.models import Organization
from tests.factories.sheets import applied, counts, staged, unit_form, workbook
from tests.factories.units import make_unit
from units.models import ResidentUnit
from units.services import change_unit

pytestmark = pytest.mark.django_db
ROW = [
    "望江五金商店",
    "330299600012345",
    "望江路3号",
    "和平社区",
    "2020-01-02",
    "2030/1/2",
    "个体",
    "张  三",
    "１３８００１３８０００",
]


def sentences(batch, by: Actor) -> list[str]:
    """Return what the preview tells about wrong rows."""
    page = preview_page(batch, by=by, state="wrong")
    return [
        cell.sentence for row in page.rows for cell in (*row.shown, *row.beyond) if cell.sentence
    ]


def test_form_as_it_is_makes_units(cast):
    by = actor_in(cast.secretary)
    batch = applied("units", unit_form([*ROW, "0574-87001234", "", 120.5, "12人", 3.0]), by=by)
    assert counts(batch) == {"new": 1}
    unit = ResidentUnit.objects.get(license_number="330299600012345")
    assert (unit.name, unit.organization.area, unit.head_name, unit.head_phone) == (
        "望江五金商店",
        cast.community,
        "张 三",
        "13800138000",
    )
    assert (float(unit.floor_area), unit.employee_count, unit.member_count, unit.kind) == (
        120.5,
        12,
        3,
        "enterprise",
    )
    assert unit.organization.path == f"{unit.pk:08x}."


def test_head_of_the_form_says_the_community(cast):
    by = actor_in(cast.street_staff)
    row = [*ROW[:3], "", *ROW[4:]]
    batch = applied("units", unit_form(row, community="新桥社区"), by=by)
    assert counts(batch) == {"new": 1}
    assert ResidentUnit.objects.get().organization.area == cast.sibling


def test_placeholders_in_the_head_are_not_places(cast):
    by = actor_in(cast.street_staff)
    batch = staged("units", unit_form([*ROW[:3], "", *ROW[4:]]), by=by)
    assert counts(batch) == {"wrong": 1}
    assert "不知道登记到哪个社区" in sentences(batch, by)[0]


def test_upload_page_says_the_community(cast):
    by = actor_in(cast.street_staff)
    options = {"community": str(cast.sibling.uid), "kind": "social"}
    batch = applied("units", unit_form([*ROW[:3], "", *ROW[4:]]), by=by, options=options)
    unit = ResidentUnit.objects.get()
    assert (counts(batch), unit.organization.area, unit.kind) == (
        {"new": 1},
        cast.sibling,
        "social",
    )


def test_units_twice_change_nothing(cast):
    by = actor_in(cast.secretary)
    applied("units", unit_form(ROW), by=by)
    before = list(Organization.objects.values("pk", "changed_xid"))
    assert counts(staged("units", unit_form(ROW), by=by)) == {"same": 1}
    assert list(Organization.objects.values("pk", "changed_xid")) == before


def test_blank_cells_wipe_nothing_and_others_show_old_and_new(cast):
    by = actor_in(cast.secretary)
    applied("units", unit_form(ROW), by=by)
    changed = [*ROW[:2], "望江路9号", *ROW[3:7], "李四", ""]
    batch = applied("units", unit_form(changed), by=by)
    assert counts(batch) == {"changed": 1}
    unit = ResidentUnit.objects.get()
    assert (unit.residence, unit.head_name, unit.head_phone) == ("望江路9号", "李四", "13800138000")
    undo_batch(batch, reason="传错了", by=by)
    unit.refresh_from_db()
    assert (unit.residence, unit.head_name) == ("望江路3号", "张 三")


def test_undo_removes_new_units(cast):
    by = actor_in(cast.secretary)
    before = Organization.objects.count()
    batch = applied("units", unit_form(ROW), by=by)
    undo_batch(batch, reason="传错了", by=by)
    assert (ResidentUnit.objects.count(), Organization.objects.count()) == (0, before)


@pytest.mark.django_db(transaction=True)
def test_undo_is_refused_after_somebody_changed_the_unit(cast):
    by = actor_in(cast.secretary)
    batch = applied("units", unit_form(ROW), by=by)
    change_unit(ResidentUnit.objects.get(), residence="别处", by=by)
    with pytest.raises(BuiltUpon, match="第7行"):
        undo_batch(batch, reason="传错了", by=by)
    assert ResidentUnit.objects.get().residence == "别处"


def test_community_of_another_street_is_a_cell_error_and_nothing_is_written(cast):
    by = actor_in(cast.secretary)
    head = ["单位名称", "所属社区"]
    batch = staged("units", workbook(head, ["某厂", "湖畔社区"], ["某店", "没有的社区"]), by=by)
    assert counts(batch) == {"wrong": 2}
    told = sentences(batch, by)
    assert told[0].replace("湖畔社区", "") == told[1].replace("没有的社区", "")
    assert ResidentUnit.objects.count() == 0


def test_unit_out_of_reach_is_neither_met_nor_changed(cast):
    other = make_unit(
        cast.other_community, "湖边商店", license_number="330299600099999", residence="湖边"
    )
    by = actor_in(cast.secretary)
    row = ["湖边商店", "330299600099999", "望江路1号", "和平社区", "", "", "个体", "张三", ""]
    applied("units", unit_form(row), by=by)
    other.refresh_from_db()
    assert other.residence == "湖边"
    assert ResidentUnit.objects.filter(organization__area=cast.community).count() == 1


def test_doubles_in_the_file_are_flagged(cast):
    batch = staged("units", unit_form(ROW, ["另一家", *ROW[1:]]), by=actor_in(cast.secretary))
    assert counts(batch) == {"new": 1, "wrong": 1}


def test_same_name_with_another_number_is_asked(cast):
    by = actor_in(cast.secretary)
    applied("units", unit_form(ROW), by=by)
    batch = staged("units", unit_form([ROW[0], "330299600055555", *ROW[2:]]), by=by)
    assert counts(batch) == {"ambiguous": 1}


def test_merged_block_counts_for_each_of_its_rows(cast):
    import io

    from openpyxl import load_workbook

    from tests.factories.sheets import saved

    content = unit_form(
        ROW, ["第二家", "330299600012346", None, "和平社区", "", "", "个体", "李四"]
    )
    book = load_workbook(io.BytesIO(content))
    book.worksheets[0].merge_cells("C7:C8")
    batch = applied("units", saved(book), by=actor_in(cast.secretary))
    assert counts(batch) == {"new": 2}
    assert set(ResidentUnit.objects.values_list("residence", flat=True)) == {"望江路3号"}


def test_block_merged_sideways_is_an_error_never_blank(cast):
    import io

    from openpyxl import load_workbook

    from tests.factories.sheets import saved

    book = load_workbook(io.BytesIO(unit_form(ROW)))
    book.worksheets[0].merge_cells("G7:H7")
    by = actor_in(cast.secretary)
    batch = staged("units", saved(book), by=by)
    assert counts(batch) == {"wrong": 1}
    assert all("合并" in told for told in sentences(batch, by))


def test_batch_is_on_what_it_made(cast):
    batch = applied("units", unit_form(ROW), by=actor_in(cast.secretary))
    unit = ResidentUnit.objects.get()
    assert list(batch_of(unit.organization)) == [batch]
    assert BatchChange.objects.filter(batch=batch).count() == 2


def test_template_is_recognised_by_its_own_import(cast):
    import io

    from openpyxl import load_workbook

    from tests.factories.sheets import saved

    by = actor_in(cast.street_staff)
    book = load_workbook(io.BytesIO(template_workbook(sheet_of("units"), by)))
    page = book.worksheets[0]
    heads = {str(cell.value).rstrip("*"): cell.column for cell in page[3]}
    page.cell(row=5, column=heads["单位名称"], value="模板单位")
    page.cell(row=5, column=heads["所属社区"], value="和平社区")
    page.cell(row=5, column=heads["单位性质"], value="社会组织")
    batch = applied("units", saved(book), by=by)
    assert counts(batch) == {"new": 1}
    assert ResidentUnit.objects.get().kind == "social"


def test_debts_that_the_calendar_opened_do_not_stand_in_the_way_of_undoing(cast, clock):
    from partybuild.calendar import today
    from partybuild.obligations.models import Obligation
    from partybuild.obligations.services import open_duties
    from tests.factories.core import SYSTEM

    by = actor_in(cast.secretary)
    batch = applied("units", unit_form(ROW), by=by)
    open_duties(on=today(), by=SYSTEM)
    unit = ResidentUnit.objects.get()
    assert Obligation.objects.filter(bearer_organization=unit.pk).exists()
    undo_batch(batch, reason="传错了", by=by)
    assert not ResidentUnit.objects.exists()
