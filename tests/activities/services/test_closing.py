"""What an activity came to: held with its numbers, contributions, evaluations without names."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from activities.enums import ActivityState, AttendanceState
from activities.exceptions import (
    ActivityIsAhead,
    NobodyCame,
    PeopleHaveCome,
)
from activities.models import Activity, Contribution, Evaluation
from activities.queries.evaluations import verdict_of
from activities.services import (
    AttendanceLine,
    cancel_activity,
    close_evaluation,
    enter_contribution,
    enter_evaluations,
    evaluate,
    hold_activity,
    open_evaluation,
    record_attendance,
    say_asked,
    withdraw_contribution,
)
from partybuild.audit.models import Event
from partybuild.evaluations.exceptions import MoreAnswersThanAsked
from tests.factories.activities import make_activity, make_reported_in
from tests.factories.core import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(cast, clock):
    """A joint activity of the community and a unit that has just ended."""
    clock(2026, 3, 10, 9)
    activity = make_activity(cast.community, cast.committee, helpers=[cast.unit])
    clock(2026, 3, 14, 12)
    return activity


@pytest.fixture
def attended(activity, cast, clock):
    clock(2026, 3, 10, 9)
    members = make_reported_in(cast.unit, cast.community, 2)
    clock(2026, 3, 14, 12)
    lines = [AttendanceLine(member=each, state=AttendanceState.PRESENT) for each in members]
    record_attendance(activity, lines=lines, reason="纸质签到表", by=SYSTEM)
    return activity


def test_it_is_held_once_with_its_numbers_and_these_are_put_right(attended, secretary):
    row = hold_activity(
        attended, by=secretary, others_count=30, served_count=85, cost=Decimal("120.50")
    )
    assert (row.state, row.others_count, row.served_count) == (ActivityState.HELD, 30, 85)
    first = row.held_at
    row = hold_activity(row, by=secretary, others_count=32)
    assert (row.others_count, row.served_count, row.held_at) == (32, 85, first)
    kinds = list(Event.objects.filter(object_uid=row.uid).values_list("kind", flat=True))
    assert kinds.count("activity.held") == 1
    assert kinds.count("activity.figures_changed") == 1


def test_nothing_is_held_before_it_began_nor_without_anybody(activity, clock):
    with pytest.raises(NobodyCame):
        hold_activity(activity, by=SYSTEM)
    clock(2026, 3, 14, 8)
    with pytest.raises(ActivityIsAhead):
        hold_activity(activity, by=SYSTEM)


def test_what_people_came_to_is_held_with_its_reason_not_called_off(attended):
    with pytest.raises(PeopleHaveCome):
        cancel_activity(attended, reason="下雨", by=SYSTEM)
    attended.refresh_from_db()
    assert attended.state == ActivityState.PUBLISHED
    row = hold_activity(attended, closing_note="半小时后下雨中止", by=SYSTEM)
    assert (row.state, row.closing_note) == (ActivityState.HELD, "半小时后下雨中止")


def test_what_nobody_came_to_is_called_off(activity):
    assert cancel_activity(activity, reason="下雨", by=SYSTEM).state == ActivityState.CANCELLED


def test_cost_is_not_negative(attended):
    with pytest.raises(ValidationError):
        hold_activity(attended, by=SYSTEM, cost=Decimal(-1))
    attended.refresh_from_db()
    assert attended.state == ActivityState.PUBLISHED


def test_a_joint_activity_is_one_row_however_many_hold_it(activity, cast):
    assert activity.hosts.count() == 2
    assert Activity.objects.filter(hosts__isnull=False).distinct().count() == 1


def test_a_contribution_says_of_what_measure_and_is_taken_back_not_deleted(activity, cast):
    row = enter_contribution(
        activity,
        organization=cast.unit,
        item="宣传折页",
        amount=Decimal(300),
        measure="copy",
        by=SYSTEM,
    )
    with pytest.raises(ValidationError):
        enter_contribution(
            activity, organization=cast.unit, item="水", amount=Decimal(0), measure="box", by=SYSTEM
        )
    withdraw_contribution(row, by=SYSTEM)
    withdraw_contribution(row, by=SYSTEM)
    assert Contribution.objects.get().is_withdrawn
    assert Event.objects.filter(kind="activity.contribution_withdrawn").count() == 1


def _say(activity, grade, side="resident", ballot=None):
    return evaluate(activity, side=side, grade=grade, ballot=ballot or uuid.uuid4(), by=SYSTEM)


def test_who_did_not_answer_stays_apart_from_who_was_dissatisfied(activity):
    for grade in ("satisfied", "satisfied", "mostly", "dissatisfied"):
        _say(activity, grade)
    say_asked(activity, asked=10, by=SYSTEM)
    verdict = verdict_of(activity)
    assert (verdict.answers, verdict.unanswered, verdict.rate) == (4, 6, 0.75)


def test_nobody_answered_is_no_rate(activity):
    assert verdict_of(activity).rate is None
    assert verdict_of(activity).unanswered is None


def test_one_form_sent_twice_is_one_answer(activity):
    ballot = uuid.uuid4()
    _say(activity, "mostly", ballot=ballot)
    _say(activity, "satisfied", ballot=ballot)
    assert Evaluation.objects.get().grade == "mostly"


def test_paper_forms_are_counted_and_counted_again(activity):
    _say(activity, "satisfied", side="served")
    enter_evaluations(activity, counts={("resident", "satisfied"): 12}, by=SYSTEM)
    enter_evaluations(
        activity, counts={("resident", "satisfied"): 10, ("served", "mostly"): 2}, by=SYSTEM
    )
    assert verdict_of(activity).answers == 13
    assert verdict_of(activity, "served").mostly == 2


def test_fewer_cannot_have_been_asked_than_answered(activity):
    _say(activity, "satisfied")
    _say(activity, "satisfied")
    with pytest.raises(MoreAnswersThanAsked):
        say_asked(activity, asked=1, by=SYSTEM)
    say_asked(activity, asked=2, by=SYSTEM)
    with pytest.raises(MoreAnswersThanAsked):
        enter_evaluations(activity, counts={("resident", "mostly"): 1}, by=SYSTEM)
    assert verdict_of(activity).answers == 2


def test_the_page_for_answers_opens_when_it_begins_and_its_address_stays(activity, clock):
    first = open_evaluation(activity, by=SYSTEM)
    assert open_evaluation(activity, by=SYSTEM).pk == first.pk
    assert close_evaluation(activity, by=SYSTEM) == 1
    assert open_evaluation(activity, by=SYSTEM).pk != first.pk
    clock(2026, 3, 14, 8)
    with pytest.raises(ActivityIsAhead):
        open_evaluation(activity, by=SYSTEM)
