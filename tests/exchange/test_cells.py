"""Each quirk of real cells is read right or answered with what to change."""

from __future__ import annotations

from datetime import date

import pytest

from partybuild.exchange import cells
from partybuild.exchange.cells import CellFault
from tests.factories.core import id_number


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (1.0, "1"),
        (33, "33"),
        ("１２３", "123"),
        ("  南门　街道 ", "南门 街道"),
        ("⺠主村", "民主村"),
        ("人\x00民", "人民"),
        (True, "是"),
        (None, ""),
        ("（条宅）", "（条宅）"),
    ],
)
def test_text_is_normalized(raw, read):
    assert cells.text(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("张  三", "张三"),
        ("张　三", "张三"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("John Smith", "John Smith"),
    ],
)
def test_spaces_inside_a_chinese_name_are_habits(raw, read):
    assert cells.person_name(raw) == read


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (13800138000.0, "13800138000"),
        (13800138000, "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("86-13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("'13800138000", "13800138000"),
        ("0574-87001234", "0574-87001234"),
        ("", ""),
    ],
)
def test_phone_is_normalized(raw, read):
    assert cells.phone(raw) == read


@pytest.mark.parametrize("raw", ["1380013800", "138001380000", "13800138000、13900139000", "无"])
def test_phone_that_is_none_is_told(raw):
    with pytest.raises(CellFault):
        cells.phone(raw)


def test_id_number_takes_small_x_and_full_width():
    number = next(n for n in map(id_number, range(60)) if n.endswith("X"))
    assert cells.id_number(number.lower()) == number
    assert cells.id_number("".join(chr(ord(sign) + 0xFEE0) for sign in number)) == number


@pytest.mark.parametrize("raw", [3.30299198001010e17, 330299198001010011])
def test_id_number_stored_as_number_is_refused(raw):
    with pytest.raises(CellFault, match="存成了数字"):
        cells.id_number(raw)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "20260305",
        "2026-03-05 00:00:00",
        "２０２６-3-5",
    ],
)
def test_day_is_read_however_it_is_written(raw):
    assert cells.day(raw) == date(2026, 3, 5)


@pytest.mark.parametrize("raw", ["2026-02-30", "2026年6月", "昨天", 45000])
def test_day_that_is_none_is_told(raw):
    with pytest.raises(CellFault):
        cells.day(raw)


def test_birth_date_in_summer_time_stays_that_day():
    assert cells.day("1988-07-01") == date(1988, 7, 1)


def test_choice_reads_code_and_label():
    read = cells.one_of({"full": "正式党员"})
    assert read("223_正式党员") == "full"
    with pytest.raises(CellFault, match="请改为：正式党员"):
        read("积极分子")


def test_numbers_take_off_their_unit():
    assert cells.whole_number("12人") == 12
    assert cells.decimal_number("1,200.5平方米") == 1200.5
    with pytest.raises(CellFault):
        cells.whole_number("3.5")
