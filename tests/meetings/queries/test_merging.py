"""Two texts put together: nothing that either wrote is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meetings.queries.merging import Choice, changed_paragraphs, marked, merge_texts

BASE = "一、通报情况\n会议认为，进展顺利。\n\n二、充电桩\n会议决定，先建20个。\n\n三、其他"


def test_changes_of_different_paragraphs_merge_by_themselves():
    mine = BASE.replace("进展顺利", "进展总体顺利")
    theirs = BASE.replace("先建20个", "先建30个")
    merge = merge_texts(BASE, mine, theirs)
    assert merge.is_clean
    assert merge.text == BASE.replace("进展顺利", "进展总体顺利").replace("先建20个", "先建30个")


def test_two_paragraphs_next_to_each_other_are_two_places():
    assert merge_texts("甲\n乙", "甲一\n乙", "甲\n乙二").text == "甲一\n乙二"


def test_both_adding_at_the_end_is_a_conflict_that_keeps_both():
    merge = merge_texts("甲", "甲\n乙", "甲\n丙")
    assert not merge.is_clean
    assert merge.text == "甲\n乙\n丙"


def test_the_same_change_of_both_is_no_conflict():
    both = BASE.replace("20", "30")
    assert merge_texts(BASE, both, both).text == both


def test_one_paragraph_changed_by_both_is_a_conflict_that_keeps_both():
    mine, theirs = BASE.replace("先建20个", "建20个"), BASE.replace("先建20个", "先建15个")
    merge = merge_texts(BASE, mine, theirs)
    (conflict,) = merge.conflicts
    assert conflict.base == ("会议决定，先建20个。",)
    assert (conflict.mine, conflict.theirs) == (("会议决定，建20个。",), ("会议决定，先建15个。",))
    assert "建20个。\n会议决定，先建15个。" in merge.text
    assert merge.decided([(Choice.MINE, "")]) == mine
    assert merge.decided([(Choice.THEIRS, "")]) == theirs
    edited = merge.decided([(Choice.EDITED, "会议决定，建18个。")])
    assert edited == BASE.replace("先建20个", "建18个")


def test_a_paragraph_taken_out_by_one_and_changed_by_the_other_is_a_conflict():
    mine = BASE.replace("会议决定，先建20个。\n", "")
    theirs = BASE.replace("先建20个", "先建30个")
    assert len(merge_texts(BASE, mine, theirs).conflicts) == 1


def test_a_paragraph_taken_out_by_one_alone_is_gone():
    mine = BASE.replace("会议决定，先建20个。\n", "")
    assert merge_texts(BASE, mine, BASE).text == mine


def test_line_ends_of_the_browser_are_no_change():
    merge = merge_texts(BASE, BASE.replace("\n", "\r\n"), BASE + "\n会议强调，注意安全。")
    assert merge.is_clean
    assert merge.text == BASE + "\n会议强调，注意安全。"


def _paragraphs(text):
    return text.split("\n") if text else []


# A busy machine is not what is tested.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PARAGRAPHS = st.lists(st.sampled_from(["", "甲", "乙", "丙", "丁", "戊", "己"]), max_size=12)
TEXTS = st.builds("\n".join, PARAGRAPHS)


@patient
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_a_merge_loses_no_paragraph_of_either(base, mine, theirs):
    merge = merge_texts(base, mine, theirs)
    for name, text in (("base", base), ("mine", mine), ("theirs", theirs)):
        # The pieces hold every paragraph of all three, in order, once.
        said = [line for piece in merge.pieces for line in getattr(piece, name)]
        assert said == _paragraphs(text)
    kept = set(_paragraphs(merge.text))
    for text in (mine, theirs):
        assert set(_paragraphs(text)) - set(_paragraphs(base)) <= kept


@patient
@given(base=TEXTS, changed=TEXTS)
def test_what_one_alone_changed_stands_as_they_wrote_it(base, changed):
    assert merge_texts(base, changed, base).text == changed
    assert merge_texts(base, base, changed).text == changed
    assert merge_texts(base, changed, changed).text == changed


@patient
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_it_does_not_matter_who_saves_last(base, mine, theirs):
    one, other = merge_texts(base, mine, theirs), merge_texts(base, theirs, mine)
    assert one.is_clean == other.is_clean
    if one.is_clean:
        assert one.text == other.text


def test_control_the_last_who_saves_would_lose_the_other_s():
    """Without a common base there is only the last text: what the other wrote is gone."""
    mine, theirs = BASE + "\n会议强调，注意安全。", BASE.replace("20", "30")
    last = theirs
    assert "注意安全" not in last
    assert "注意安全" in merge_texts(BASE, mine, theirs).text


@patient
@given(
    before=st.text(alphabet="会议决定建二十个充电桩。", max_size=30),
    after=st.text(alphabet="会议决定建三十个。", max_size=30),
)
def test_marks_tell_both_texts(before, after):
    marks = marked(before, after)
    assert "".join(m.text for m in marks if m.kind != "added") == before
    assert "".join(m.text for m in marks if m.kind != "removed") == after


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        (BASE, []),
        (BASE.replace("20", "30"), [("会议决定，先建20个。", "会议决定，先建30个。")]),
        (BASE + "\n会议强调，注意安全。", [("", "会议强调，注意安全。")]),
        (BASE.replace("\n\n三、其他", ""), [("三、其他", "")]),
    ],
)
def test_changed_paragraphs_are_told_before_and_after(after, changes):
    assert changed_paragraphs(BASE, after) == changes
