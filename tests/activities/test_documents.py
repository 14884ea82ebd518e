"""The papers of an activity: for whom they are, and what stands on them."""

import pytest

from activities.documents import AttendanceSheet, EvaluationTally
from activities.services import enter_evaluations, say_asked, sign_up
from partybuild.documents.registry import Issue, Style
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM

pytestmark = pytest.mark.django_db


def _words(kind, activity):
    paper = kind().compose(activity, style=Style(), issue=Issue())
    return str(paper)


def test_the_sheet_names_everybody_and_is_the_community_s_alone(cast, secretary, liaison, clock):
    clock(2026, 3, 10, 9)
    members = make_reported_in(cast.unit, cast.community, 2)
    activity = make_activity(cast.community, cast.committee, helpers=[cast.unit])
    for member in members:
        sign_up(activity, member=member, by=SYSTEM)
    said = _words(AttendanceSheet, activity)
    assert all(member.person.name in said for member in members)
    assert AttendanceSheet().is_for(activity, secretary)
    assert not AttendanceSheet().is_for(activity, liaison)
    assert activity.where.count(cast.community.name) == 1


def test_the_tally_keeps_who_did_not_answer_apart(cast, secretary, clock):
    clock(2026, 3, 10, 9)
    activity = make_activity(cast.community, cast.committee)
    clock(2026, 3, 14, 12)
    assert not EvaluationTally().is_for(activity, secretary)
    counts = {("resident", "satisfied"): 3, ("resident", "dissatisfied"): 1}
    enter_evaluations(activity, counts=counts, by=SYSTEM)
    say_asked(activity, asked=10, by=SYSTEM)
    said = _words(EvaluationTally, activity)
    assert "发出10份，未评价6份" in said
    assert "75%" in said
