"""The pages of chasing, delivery, wishes and robots in a real browser: no violation, nothing overflows."""

from __future__ import annotations

from datetime import date

import pytest

from partybuild.accounts.actors import actor_in
from partybuild.obligations.services import chase
from tests.factories.obligations import make_debt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_are_for_everybody(cast, visit, width):
    debts = [
        make_debt(unit, cast.committee, period="2026Q1", due_on=date(2026, 3, 3))
        for unit in (cast.unit, cast.second_unit)
    ]
    done = chase(debts[:1], by=actor_in(cast.secretary)).round
    assert done is not None
    visitor = visit(cast.secretary, width=width)
    for path in (
        "/obligations/chase/preview/?whose=all",
        done.get_absolute_url(),
        "/obligations/chases/",
        debts[0].get_absolute_url(),
        "/obligations/rules/",
        "/notices/settings/",
        "/notices/settings/leave/",
        "/notices/robots/",
        "/notices/robots/new/",
    ):
        visitor.open(path)
        assert visitor.violations() == [], path
        assert visitor.overflows() == [], path
    assert visitor.troubles == []
    assert visitor.elsewhere == []
