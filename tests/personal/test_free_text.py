"""An ID number typed into a free text survives no saving."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from meetings.models import Minutes
from meetings.services import save_minutes
from partybuild.areas.models import Area
from partybuild.audit.models import Event
from partybuild.audit.services import record_event
from partybuild.fields.models import Row
from partybuild.fields.text import mask_id_numbers, mask_json, text_fields
from partybuild.portal.models import Suggestion
from partybuild.portal.services import answer_suggestion, send_suggestion
from tests.factories.core import SYSTEM, id_number
from tests.factories.meetings import make_held, make_own_council

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def _with_check(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


numbers = st.builds(
    lambda area, day, order: _with_check(f"{area}{day:%Y%m%d}{order:03d}"),
    st.sampled_from(["330299", "110105", "440301", "830000"]),
    st.dates(date(1900, 1, 1), date(2030, 12, 31)),
    st.integers(0, 999),
)
gaps = st.lists(st.sampled_from(["", "", "", " ", "-", "\u3000", "－", "\u200b"]), min_size=17)
around = st.text(st.characters(blacklist_categories=("Nd", "Cs")), max_size=40)


def _typed(number: str, between: list[str], *, wide: bool, lower: bool) -> str:
    text = "".join(sign + gap for sign, gap in zip(number, [*between[:17], ""], strict=True))
    text = text.lower() if lower else text
    return text.translate(_WIDE) if wide else text


@given(numbers, gaps, st.booleans(), st.booleans(), around, around)
def test_no_way_of_typing_a_number_survives(number, between, wide, lower, before, after):
    typed = _typed(number, between, wide=wide, lower=lower)
    masked, count = mask_id_numbers(f"{before}{typed}{after}")
    assert count == 1
    digits = "".join(sign for sign in masked if sign.isdecimal())
    assert number[3:17] not in digits
    assert number[:3] + "*" * 14 + number[-1] in masked


@given(numbers, numbers)
def test_masking_twice_changes_nothing_more(first, second):
    once, count = mask_id_numbers(f"{first}，{second}/{first}")
    assert count == 3
    assert mask_id_numbers(once) == (once, 0)


@given(numbers, st.text("0123456789", min_size=1, max_size=12))
def test_a_number_run_into_other_digits_is_found(number, digits):
    masked, count = mask_id_numbers(f"{number}{digits}")
    assert count >= 1
    assert number not in masked


@given(st.text(st.characters(blacklist_categories=("Nd", "Cs"))))
def test_text_without_digits_is_left_alone(text):
    assert mask_id_numbers(text) == (text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "编号110105194912310021",  # wrong check character
        "110105194913310027",  # no such month
        "统一社会信用代码91330200MA2AXXXX1K",
        "12330200002954321X",  # a credit code whose 7th to 14th digits are no date
        "电话0574-87001234、13900001234",
        "1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n1\n2\n3\n4\n5\n6\n7\n8",
        "2026-03-05 14:30 至 2026-03-05 16:30，12人",
        "8a0f6c1e-7b1d-4f7e-9b0a-330299198001",
    ],
)
def test_what_is_no_id_number_is_left_alone(text):
    assert mask_id_numbers(text) == (text, 0)


def test_json_is_masked_down_to_its_leaves_but_not_codes():
    number = id_number(7)
    value = {"a": [{"b": f"张三 {number}"}], "credit_code": number, "n": 3}
    masked, count = mask_json(value)
    assert count == 1
    assert masked == {
        "a": [{"b": f"张三 {number[:3]}{'*' * 14}{number[-1]}"}],
        "credit_code": number,
        "n": 3,
    }


def test_every_column_of_prose_is_looked_at():
    """What is left out are codes, hashes, choices and what is too short, each by name."""
    left_out = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if issubclass(model, Row)
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"CharField", "TextField", "JSONField"}
        and not field.choices
        and (field.max_length is None or field.max_length >= 18)
        and field not in text_fields(model)
    }
    hashes = {name for name in left_out if name.endswith("_hash")}
    allowed_columns = {
        "code",
        "credit_code",
        "digest",
        "key",
        "license_number",
        "password",
        "path",
        "receipt_number",
        "request_id",
        "token_key",
    }
    assert {
        name for name in left_out - hashes if name.split(".")[-1] not in allowed_columns
    } == set()


@pytest.mark.django_db
def test_saving_a_row_by_every_door_masks(cast):
    number = id_number(3)
    row = Suggestion.objects.create(text=f"请核对 {number}", contact=number)
    Suggestion.objects.bulk_create([Suggestion(text=f"二 {number}")])
    other = Suggestion.objects.create(text="三")
    Suggestion.objects.filter(pk=other.pk).update(text=f"改 {number}")
    other.refresh_from_db()
    other.answer = f"答 {number}"
    Suggestion.objects.bulk_update([other], ["answer"])
    for each in Suggestion.objects.all():
        assert number not in f"{each.text}{each.contact}{each.answer}"
    row.refresh_from_db()
    assert row.contact == f"{number[:3]}{'*' * 14}{number[-1]}"


@pytest.mark.django_db
def test_a_code_column_keeps_its_digits(cast):
    # Nobody's area code is an ID number, but a code that looks like one must stay a code.
    number = id_number(5)
    Area.objects.filter(pk=cast.community.pk).update(code=number)
    cast.community.refresh_from_db()
    assert cast.community.code == number


@pytest.mark.django_db
def test_suggestions_reasons_and_minutes_are_masked(cast):
    number = id_number(9)
    wide = number.translate(_WIDE)
    suggestion = send_suggestion(text=f"他的身份证{wide}", contact="", by=SYSTEM)
    answer_suggestion(suggestion, answer=f"已核对{number}", by=SYSTEM)
    record_event("test.reason", target=None, by=SYSTEM, reason=f"核对 {number}")
    meeting = make_held(make_own_council(cast))
    save_minutes(meeting, text=f"参会人 {number}", version=0, by=SYSTEM)
    texts = [
        *Suggestion.objects.values_list("text", flat=True),
        *Suggestion.objects.values_list("answer", flat=True),
        *Event.objects.values_list("reason", flat=True),
        *Minutes.objects.values_list("text", flat=True),
    ]
    assert not [
        text for text in texts if number[3:17] in text.translate({v: k for k, v in _WIDE.items()})
    ]
    assert sum("*" * 14 in text for text in texts) == 4


@pytest.mark.django_db
def test_the_page_says_what_was_masked(cast, client_of):
    client = client_of(cast.liaison)
    answer = client.act("/suggestions/new/", {"text": f"请核对 {id_number(11)}"}, follow=True)
    assert "文本中的公民身份号码已自动遮盖" in answer.content.decode()
