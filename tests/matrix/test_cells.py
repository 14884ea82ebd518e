"""The fast form: each cell of access.csv that the product asks for, allowed and refused once."""

from __future__ import annotations

import pytest

from tests.matrix.engine import Engine
from tests.matrix.plan import few_probes, wrong_of

pytestmark = pytest.mark.django_db


def test_each_cell_is_answered_as_the_law_says(engine: Engine) -> None:
    wrong = wrong_of(engine, few_probes(engine))
    assert not wrong, "\n".join(wrong)
