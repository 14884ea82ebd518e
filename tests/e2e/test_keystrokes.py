"""The model itself: what is counted, and what it comes to."""

from __future__ import annotations

import pytest

from tests.e2e.keystrokes import Work, keys_of


def test_a_chinese_character_takes_two_keys_and_a_letter_one():
    assert keys_of("议题") == 4
    assert keys_of("20个，A") == 2 + 2 + 2 + 1


def test_the_time_is_the_sum_of_its_parts():
    work = Work(presses=2, keys=10, homings=1, decisions=3, waited=0.5)
    assert work.seconds == pytest.approx(2 * 1.2 + 2.8 + 0.4 + 3 * 1.35 + 0.5)
    assert (work + work).seconds == pytest.approx(2 * work.seconds)


def test_fifteen_minutes_are_passed_by_a_page_of_typing():
    # The bound can be missed: fifteen hundred characters alone take fourteen minutes.
    assert Work(keys=keys_of("字" * 1700)).seconds > 15 * 60
