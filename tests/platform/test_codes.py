"""Codes of people and bodies: GB 32100-2015, GB 11643-1999, telephone numbers."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from partybuild.fields.codes import (
    id_number_gender,
    mask_id_number,
    mask_phone,
    normalize_credit_code,
    normalize_id_number,
    normalize_phone,
    validate_credit_code,
    validate_id_number,
    validate_phone,
)
from tests.factories.core import id_number


def test_the_standards_own_example_is_valid():
    validate_id_number("11010519491231002X")
    assert id_number_gender("11010519491231002X") == "female"


@given(serial=st.integers(0, 499), area=st.sampled_from(["440307", "500103", "830000", "330299"]))
def test_numbers_made_by_the_rule_are_valid_in_areas_younger_than_the_person(serial, area):
    validate_id_number(id_number(serial, area=area, born="19900101"))


@pytest.mark.parametrize(
    "number",
    [
        "110105194912310021",
        "11010519490231002X",
        "99010519491231002X",
        "1101051949123100",
        "11010519491231002x",
        "",
    ],
)
def test_a_wrong_number_is_refused(number):
    with pytest.raises(ValidationError):
        validate_id_number(number)


@given(serial=st.integers(0, 499), position=st.integers(0, 16), shift=st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(serial, position, shift):
    number = id_number(serial)
    wrong = str((int(number[position]) + shift) % 10)
    with pytest.raises(ValidationError):
        validate_id_number(number[:position] + wrong + number[position + 1 :])


def test_full_width_and_spaced_numbers_are_normalized():
    assert normalize_id_number(" １１０１０５ 19491231002x") == "11010519491231002X"


def test_credit_code_vectors():
    validate_credit_code("91350100M000100Y43")
    assert normalize_credit_code(" 91350100m000100y43 ") == "91350100M000100Y43"
    for wrong in ("91350100M000100Y4Z", "91350100M000100Y4", "91350100I000100Y43"):
        with pytest.raises(ValidationError):
            validate_credit_code(wrong)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000.0", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("86-13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0574-87001234", "0574-87001234"),
    ],
)
def test_phones_are_normalized(typed, kept):
    assert normalize_phone(typed) == kept
    validate_phone(kept)


@pytest.mark.parametrize("number", ["1380013800", "138001380000", "87001234", "abc", ""])
def test_wrong_phones_are_refused(number):
    with pytest.raises(ValidationError):
        validate_phone(number)


def test_masks_show_what_access_md_allows():
    assert mask_phone("13800138000") == "138****8000"
    assert mask_id_number("11010519491231002X") == "110**************X"
