"""The area register: as it is published, twice without a change, undone as a whole."""

from __future__ import annotations

import pytest

from partybuild.access import Actor, Level
from partybuild.areas.models import Area
from partybuild.exchange.enums import BatchState
from partybuild.exchange.exceptions import BuiltUpon, SheetRefused
from partybuild.exchange.queries import preview_page
from partybuild.exchange.services import undo_batch
from tests.factories.core import make_committee
from tests.factories.sheets import applied, counts, register, small_register, staged, workbook

BY = Actor.system("test")
pytestmark = pytest.mark.django_db


def place(code: str) -> Area:
    """Return the current area of a code."""
    return Area.objects.current().get(code=code)


def test_register_makes_every_level_with_its_kind_and_path(clock):
    batch = applied("areas", register(*small_register()), by=BY)
    assert counts(batch) == {"new": 4}
    kinds = dict(Area.objects.order_by("code").values_list("code", "kind"))
    assert kinds == {
        "98": "province",
        "9801": "city",
        "980101": "district",
        "980101001": "street",
        "980101001001": "community",
        "980101001002": "community",
        "980101100": "town",
        "980101100201": "village",
        "980101100500": "other",
    }
    village = place("980101100201")
    assert village.level == Level.COMMUNITY
    assert [Area.objects.get(pk=pk).code for pk in village.line()] == [
        "98",
        "9801",
        "980101",
        "980101100",
        "980101100201",
    ]


def test_register_twice_changes_nothing(clock):
    applied("areas", register(*small_register()), by=BY)
    before = list(Area.objects.order_by("id").values("id", "path", "changed_xid"))
    again = staged("areas", register(*small_register()), by=BY)
    assert counts(again) == {"same": 4}
    assert list(Area.objects.order_by("id").values("id", "path", "changed_xid")) == before


def test_renamed_area_is_shown_old_and_new_and_undone(clock):
    applied("areas", register(*small_register()), by=BY)
    rows = small_register()
    rows[1][8] = "柳锦新社区"
    batch = applied("areas", register(*rows), by=BY)
    assert counts(batch) == {"changed": 1, "same": 3}
    cell = next(
        cell
        for row in preview_page(batch, by=BY, state="changed").rows
        for cell in row.shown
        if cell.state == "changed"
    )
    assert (cell.old, cell.text) == ("柳锦社区", "柳锦新社区")
    assert place("980101001002").name == "柳锦新社区"
    undo_batch(batch, reason="传错了", by=BY)
    assert place("980101001002").name == "柳锦社区"


def test_area_that_the_register_lacks_is_reported_not_closed(clock):
    applied("areas", register(*small_register()), by=BY)
    batch = staged("areas", register(*small_register()[:3]), by=BY)
    assert batch.layout["report"]["absent"] == {
        "count": 1,
        "areas": [["石山林场", "980101100500"]],
    }
    assert place("980101100500").valid_to is None


def test_province_put_above_a_city_moves_all_paths(clock):
    rows = [row[2:] for row in small_register()]
    applied("areas", workbook(["组织机构名", "编号"] * 4, *rows), by=BY)
    assert place("9801").parent is None
    batch = applied("areas", register(*small_register()), by=BY)
    assert counts(batch) == {"new": 4}
    assert place("9801").parent == place("98")
    assert place("980101001002").path.startswith(place("98").path)
    undo_batch(batch, reason="传错了", by=BY)
    assert place("9801").parent is None
    assert place("980101001002").path.startswith(place("9801").path)
    assert not Area.objects.filter(code="98").exists()


@pytest.mark.parametrize(
    ("row", "column", "value", "told"),
    [
        (1, 9, "98010100100", "应为12位"),
        (1, 9, "980102001002", "应以上级编号980101001开头"),
        (1, 8, "", "缺一项"),
        (1, 9, "980101001001", "同一编号不能有两个名称"),
        (1, 9, "98010100100A", "应只含数字"),
        (2, 8, "", "缺一项"),
        (2, 6, "", "缺一项"),
        (3, 9, "=1+1", "公式"),
    ],
)
def test_wrong_cell_says_what_to_change(clock, row, column, value, told):
    rows = small_register()
    rows[row][column] = value
    batch = staged("areas", register(*rows), by=BY)
    page = preview_page(batch, by=BY, state="wrong")
    sentences = [cell.sentence for each in page.rows for cell in each.shown if cell.sentence]
    assert any(told in sentence for sentence in sentences), sentences
    assert batch.wrong_count >= 1


def test_blank_street_after_a_new_district_is_not_taken_from_above(clock):
    rows = [*small_register(), ["", "", "", "", "丁区", "980102", "", "", "某社区", "980102001001"]]
    batch = staged("areas", register(*rows), by=BY)
    assert counts(batch) == {"new": 4, "wrong": 1}


def test_same_name_under_another_code_is_asked_not_guessed(clock):
    applied("areas", register(*small_register()), by=BY)
    rows = small_register()
    rows[1][9] = "980101001009"
    batch = staged("areas", register(*rows), by=BY)
    assert counts(batch) == {"ambiguous": 1, "same": 3}


def test_closed_area_does_not_take_the_code_again(clock):
    applied("areas", register(*small_register()), by=BY)
    Area.objects.filter(code="980101001002").update(valid_to="2026-01-01")
    batch = applied("areas", register(*small_register()), by=BY)
    assert counts(batch) == {"new": 1, "same": 3}
    assert Area.objects.filter(code="980101001002").count() == 2


def test_undo_is_refused_where_somebody_built_upon_it(clock):
    batch = applied("areas", register(*small_register()), by=BY)
    make_committee(place("980101001001"), "澄浪社区党委")
    with pytest.raises(BuiltUpon, match="已有"):
        undo_batch(batch, reason="传错了", by=BY)
    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED
    assert Area.objects.count() == 9


def test_undo_takes_every_area_back(clock):
    batch = applied("areas", register(*small_register()), by=BY)
    undo_batch(batch, reason="传错了", by=BY)
    assert Area.objects.count() == 0


def test_roster_uploaded_as_register_is_told_by_name(clock):
    with pytest.raises(SheetRefused, match="看起来是“在职党员”"):
        staged("areas", workbook(["姓名", "身份证号", "联系电话"], ["张三", "1", "2"]), by=BY)
