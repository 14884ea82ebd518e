"""Fixtures of joint meetings."""

from __future__ import annotations

import pytest

from meetings.models import Council
from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from tests.factories.cast import Cast
from tests.factories.meetings import make_own_council


@pytest.fixture
def council(cast: Cast) -> Council:
    """The council of the cast's community with its two units."""
    return make_own_council(cast)


@pytest.fixture
def secretary(cast: Cast) -> Actor:
    """The secretary of the cast's community."""
    return actor_in(cast.secretary)


@pytest.fixture
def liaison(cast: Cast) -> Actor:
    """The liaison of the first unit."""
    return actor_in(cast.liaison)
