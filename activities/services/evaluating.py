"""Evaluation on the spot by residents and those served: three grades, no names (服务情况评价)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from activities.enums import ActivityState, EventKind
from activities.exceptions import ActivityIsAhead, NotOpenForSignUp
from activities.models import Activity, Evaluation
from partybuild.access import Actor
from partybuild.accounts.models import SignedLink
from partybuild.calendar import now
from partybuild.evaluations.services import Evaluating

ACTION = "activity.evaluate"
_activities = Evaluating(
    answers=Evaluation,
    of="activity",
    action=ACTION,
    linked=EventKind.EVALUATION_LINKED,
    closed=EventKind.EVALUATION_CLOSED,
    answered=EventKind.EVALUATED,
    entered=EventKind.EVALUATIONS_ENTERED,
    asked=EventKind.ACTIVITY_FIGURES_CHANGED,
)


def _evaluable(activity: Activity) -> None:
    if activity.state not in {ActivityState.PUBLISHED, ActivityState.HELD}:
        raise NotOpenForSignUp
    if now() < activity.starts_at:
        raise ActivityIsAhead


@transaction.atomic
def open_evaluation(activity: Activity, *, by: Actor) -> SignedLink:
    """Open the page behind the QR picture for a week; asking twice gives the same address."""
    _evaluable(activity)
    return _activities.open(activity, by=by)


@transaction.atomic
def close_evaluation(activity: Activity, *, by: Actor) -> int:
    """Take no more answers."""
    return _activities.close(activity, by=by)


@transaction.atomic
def evaluate(
    activity: Activity, *, side: str, grade: str, ballot: UUID, by: Actor, comment: str = ""
) -> Evaluation:
    """Write down one answer; the same form sent twice is one."""
    _evaluable(activity)
    row: Evaluation = _activities.answer(
        activity, side=side, grade=grade, ballot=ballot, comment=comment, by=by
    )
    return row


@transaction.atomic
def enter_evaluations(
    activity: Activity, *, counts: Mapping[tuple[str, str], int], by: Actor
) -> int:
    """Enter the paper forms of an activity as counted: {(side, grade): how many}; what was entered before is replaced."""
    _evaluable(activity)
    return _activities.enter(activity, counts=counts, by=by)


@transaction.atomic
def say_asked(activity: Activity, *, asked: int | None, by: Actor) -> Activity:
    """Say how many were asked, so that who did not answer is known apart."""
    row: Activity = _activities.say_asked(activity, asked=asked, by=by)
    return row
