"""Who acts on activities."""

import pytest

from partybuild.access import Actor
from partybuild.accounts.actors import actor_in
from tests.factories.cast import Cast


@pytest.fixture
def secretary(cast: Cast) -> Actor:
    """The community's secretary."""
    return actor_in(cast.secretary)


@pytest.fixture
def liaison(cast: Cast) -> Actor:
    """The unit's liaison."""
    return actor_in(cast.liaison)
