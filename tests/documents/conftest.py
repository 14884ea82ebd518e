"""Fixtures of the documents."""

from __future__ import annotations

import pytest

from meetings.models import Council, Meeting, Minutes
from meetings.services import issue_minutes, save_minutes
from tests.factories.cast import Cast
from tests.factories.core import SYSTEM
from tests.factories.meetings import make_held, make_own_council, make_resolution

TEXT = """会议听取了第一季度工作情况。
一、关于充电设施
会议决定，由图书馆牵头，尽快完成选址。"""


@pytest.fixture
def council(cast: Cast) -> Council:
    """The council of the cast's community with its two units."""
    return make_own_council(cast)


@pytest.fixture
def held(council: Council, cast: Cast) -> Meeting:
    """A meeting held today with one resolution."""
    meeting = make_held(council)
    make_resolution(meeting, cast.unit, cast.second_unit)
    return meeting


@pytest.fixture
def minutes(held: Meeting) -> Minutes:
    """Its minutes, issued."""
    draft = save_minutes(held, text=TEXT, version=0, by=SYSTEM)
    return issue_minutes(draft, signer_name="社区书记甲", version=draft.version, by=SYSTEM)
