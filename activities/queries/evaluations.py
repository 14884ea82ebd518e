"""How an activity was evaluated."""

from __future__ import annotations

from activities.models import Activity, Evaluation
from partybuild.evaluations.queries import Verdict, verdict


def verdict_of(activity: Activity, side: str = "") -> Verdict:
    """Return the answers about one activity, of one side if asked."""
    rows = Evaluation.objects.filter(activity=activity)
    if side:
        return verdict(rows.filter(side=side))
    return verdict(rows, asked=activity.evaluation_asked)
