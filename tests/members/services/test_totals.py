"""Totals of feedback without names, and a unit's year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from members.enums import FeedbackState, Grade
from members.models import Feedback
from members.models.feedback import FeedbackUse
from members.queries.grade_totals import grade_totals
from members.queries.unit_years import unit_year
from members.services import (
    acknowledge_summary,
    sign_annual_form,
    sign_summary,
    start_annual_forms,
)
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from tests.factories.members import make_feedback, make_graded, make_reply, make_report_in

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2026")


def _lines() -> dict[str, Any]:
    rows = Feedback.objects.filter(period="2026")
    return {line.community_name: line for line in grade_totals(rows)}


def test_grades_are_told_where_each_was_given_to_three_or_to_nobody(cast):
    make_graded(cast.unit, cast.community, *["excellent"] * 3, *["qualified"] * 4)
    line = _lines()[cast.community.name]
    assert (line.sent, line.shown_grades) == (7, [(Grade.EXCELLENT, 3), (Grade.QUALIFIED, 4)])


def test_one_small_grade_hides_the_grades_and_keeps_the_sum(cast):
    make_graded(cast.unit, cast.community, *["qualified"] * 5, "unqualified")
    line = _lines()[cast.community.name]
    assert (line.sent, line.is_suppressed, line.shown_grades) == (6, False, [])


def test_two_persons_are_not_told_and_their_neighbor_goes_with_them(cast):
    make_graded(cast.unit, cast.community, *["qualified"] * 4)
    make_graded(cast.second_unit, cast.sibling, *["qualified"] * 2)
    make_graded(cast.other_unit, cast.other_community, *["qualified"] * 3)
    lines = _lines()
    assert {name: line.is_suppressed for name, line in lines.items()} == {
        cast.community.name: True,
        cast.sibling.name: True,
        cast.other_community.name: False,
    }


def test_drafts_and_replaced_versions_do_not_count(cast):
    forms = make_graded(cast.unit, cast.community, *["qualified"] * 4)
    Feedback.objects.filter(pk=forms[0].pk).update(state=FeedbackState.REPLACED)
    assert _lines()[cast.community.name].sent == 3


def test_totals_reach_as_far_as_the_post_and_name_nobody(cast, client_of):
    make_graded(cast.unit, cast.community, *["qualified"] * 3)
    names = list(Feedback.objects.values_list("member_name", flat=True))
    make_graded(cast.other_unit, cast.other_community, *["qualified"] * 3)
    pages = {
        name: client_of(getattr(cast, name)).get("/members/totals/?period=2026").content.decode()
        for name in ("city_staff", "district_staff", "street_staff", "outsider")
    }
    here, there = cast.community.name, cast.other_community.name
    assert {name: (here in page, there in page) for name, page in pages.items()} == {
        "city_staff": (True, True),
        "district_staff": (True, True),
        "street_staff": (True, False),
        "outsider": (False, True),
    }
    assert [name for name in names for page in pages.values() if name in page] == []


@pytest.fixture
def lived(world, clock):
    """A unit's year: one summary received and answered, forms used, an opinion asked for."""
    cast = world.cast
    make_reply(world.a, cast.community, asker=cast.unit)
    clock(2026, 4, 2)
    summary = sign_summary(
        community=cast.community,
        unit=cast.unit,
        period=Period.parse("2026Q1"),
        by=actor_in(cast.secretary),
    )
    acknowledge_summary(summary, answer="已通报", by=actor_in(cast.liaison))
    clock(2026, 12, 7)
    make_report_in(world.d, cast.sibling, on=date(2026, 3, 1))
    used = make_feedback(world.a, cast.unit, cast.community, "excellent", state=FeedbackState.USED)
    for kind in ("review", "award"):
        FeedbackUse.objects.create(feedback=used, kind=kind, used_on=date(2026, 12, 1))
    make_feedback(world.b, cast.unit, cast.community, "qualified")
    make_feedback(world.d, cast.unit, cast.sibling, "qualified", state=FeedbackState.ACKNOWLEDGED)
    forms = start_annual_forms(
        unit=cast.unit,
        members=[world.a, world.b],
        period=YEAR,
        due_on=date(2026, 12, 21),
        by=actor_in(cast.liaison),
    )
    sign_annual_form(forms[0], account="维修", conduct="遵守", by=actor_in(world.member_post))
    return world


def test_a_units_year_adds_up_papers_persons_and_hours_apart(lived, cast):
    year = unit_year(cast.unit, YEAR, actor_in(cast.unit_secretary).scope)
    lines = {line.community_name: line for line in year.lines}
    here, there = lines[cast.community.name], lines[cast.sibling.name]
    assert (here.summaries, here.summaries_received, here.summaries_answered) == (1, 1, 1)
    assert (here.forms, here.forms_received, here.forms_used) == (2, 1, 1)
    assert (there.forms, there.forms_received, there.forms_used, there.people) == (1, 1, 0, 0)
    assert (here.people, here.times, str(here.hours), year.people) == (2, 3, "7.5", 2)
    assert sorted(year.uses) == [("民主评议党员", 1), ("评先评优", 1)]
    assert (year.unacknowledged, year.unused) == (1, 1)
    assert (year.grades, year.requests) == (
        [("优秀", 1), ("合格", 2)],
        {"asked": 1, "answered": 1, "used": 0},
    )
    assert year.annual_forms == {"asked": 2, "signed": 1, "filed": 0}


def test_the_liaison_reads_no_small_groups_and_no_requests(lived, cast, client_of):
    year = unit_year(cast.unit, YEAR, actor_in(cast.liaison).scope)
    assert (year.grades, year.requests) == (None, None)
    page = client_of(cast.liaison).get("/members/year/?period=2026").content.decode()
    assert ("优秀1人" in page, "征求社区意见" in page, "安一" in page) == (False, False, False)
    page = client_of(cast.unit_secretary).get("/members/year/?period=2026").content.decode()
    assert ("优秀1人" in page, "征求1件" in page, "安一" in page) == (True, True, False)


def test_another_unit_reads_its_own_year(lived, cast):
    year = unit_year(cast.second_unit, YEAR, actor_in(cast.second_liaison).scope)
    assert [(line.community_name, line.forms, line.times) for line in year.lines] == [
        (cast.community.name, 0, 1)
    ]
    assert year.annual_forms["asked"] == 0


def test_a_year_costs_the_same_with_one_form_and_with_three(lived, cast, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(cast.unit_secretary)

    def cost():
        client.get("/members/year/?period=2026")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/members/year/?period=2026").status_code == 200
        return len(queries)

    before = cost()
    make_graded(cast.unit, cast.community, "qualified", "qualified")
    assert cost() == before
