"""Figures of wishes: every number counts what its definition says, and opens its rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from partybuild.indicators.enums import Part
from partybuild.indicators.queries.figures import figures, total_behind
from partybuild.indicators.registry import indicator_of
from partybuild.obligations.services import close_period
from tests.factories.core import SYSTEM
from tests.factories.wishes import make_fulfilled, make_wish, make_wish_claim
from wishes.models import WishRevisit
from wishes.services import leave_claim, revisit_wish, withdraw_wish

pytestmark = pytest.mark.django_db
Q4, Q1, Q2 = (Period.parse(text) for text in ("2025Q4", "2026Q1", "2026Q2"))
PATH = "/dashboard/?period=2026Q1"
# What happened in the first quarter, and what of it goes on in the second.
EXPECTED = {
    "wish.heard": ((8, None), (0, None)),
    "wish.claimed": ((4, 6), (2, 4)),
    "wish.fulfilled": ((2, 4), (0, 2)),
    "wish.satisfied": ((2, 3), (0, 0)),
}


@pytest.fixture
def quarter(world: Any, clock: Any) -> Any:
    """Eight heard, six shown and standing, four taken on, two of them true; three visits."""
    clock(2026, 3, 5, 9)
    here, day = world.cast.community, date(2026, 3, 5)
    make_wish(here, state="entered")
    withdraw_wish(make_wish(here), reason="家人已买", by=SYSTEM)
    make_wish(here)
    left = make_wish_claim(make_wish(here), member=world.a)
    leave_claim(left, reason="出差", by=SYSTEM)
    make_wish_claim(make_wish(here), unit=world.cast.unit)
    for grade in ("satisfied", "mostly"):
        done = make_fulfilled(make_wish(here), member=world.a)
        revisit_wish(done.wish, visited_on=day, means="home", grade=grade, by=SYSTEM)
    again = make_fulfilled(make_wish(here), member=world.b)
    revisit_wish(
        again.wish, visited_on=day, means="home", grade="dissatisfied", words="坏了", by=SYSTEM
    )
    clock(2026, 4, 20)
    return world.cast


def cell(area: Any, key: str, period: Period) -> tuple[Any, Any]:
    """Return a figure of an area, checked against its rows."""
    indicator = indicator_of(key)
    found = figures([area], period, [indicator])[area.pk, key]
    for part, number in ((Part.NUMERATOR, found.numerator), (Part.DENOMINATOR, found.denominator)):
        if number is not None:
            assert total_behind(indicator, part, period, area=area) == number
    return found.numerator, found.denominator


@pytest.mark.parametrize("key", EXPECTED)
def test_each_figure_counts_what_its_definition_says(quarter, key):
    first, second = EXPECTED[key]
    for area in (quarter.community, quarter.street, quarter.city):
        assert cell(area, key, Q1) == first
        assert cell(area, key, Q2) == second
        assert cell(area, key, Q4)[0] == 0
    assert cell(quarter.sibling, key, Q1)[0] == 0


def test_every_number_opens_as_many_rows_and_none_names_a_claimer(quarter, world, client_of):
    for viewer in (quarter.secretary, quarter.street_staff, quarter.district_staff):
        client = client_of(viewer)
        for key, ((numerator, denominator), _later) in EXPECTED.items():
            for part, number in (("numerator", numerator), ("denominator", denominator)):
                if number is None:
                    continue
                area = quarter.community.uid
                page = client.get(f"/dashboard/{key}/{area}/2026Q1/?part={part}")
                assert page.status_code == 200, (viewer, key, part)
                assert page.context["count"] == number, (viewer, key, part)
                for name in ("安一", "白二"):
                    assert name not in page.content.decode()


def test_what_few_residents_said_is_held_back_where_only_totals_are_seen(quarter, client_of):
    """Visits at one door are one person; wishes stand in public one by one."""
    WishRevisit.objects.filter(grade="mostly").delete()
    city = client_of(quarter.city_staff).get(f"{PATH}&area={quarter.street.uid}")
    shown = {row.name: row.shown for row in city.context["board"].rows}["和平社区"]
    assert shown["wish.satisfied"].is_suppressed
    for key in ("wish.heard", "wish.claimed", "wish.fulfilled"):
        assert not shown[key].is_suppressed, key


def test_a_closed_quarter_keeps_its_wishes(quarter):
    close_period(quarter.street, period=Q1, reason="已核对", by=actor_in(quarter.street_staff))
    WishRevisit.objects.all().delete()
    found = figures([quarter.community], Q1, [indicator_of("wish.satisfied")])
    numbers = found[quarter.community.pk, "wish.satisfied"]
    assert (numbers.numerator, numbers.denominator) == (2, 3)
