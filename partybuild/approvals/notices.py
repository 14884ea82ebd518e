"""What approvals add to notices: reminders before they expire, and the check that they still wait."""

from __future__ import annotations

from collections.abc import Sequence

from partybuild.access import Actor
from partybuild.approvals.models import Approval
from partybuild.approvals.services import remind_of_approvals
from partybuild.notices.models import Notice
from partybuild.notices.registry import check, planner

_ASKING = ("approval.requested", "approval.expiring")


@planner
def reminders(by: Actor) -> int:
    """Write the reminders of requests that will expire."""
    return remind_of_approvals(by=by)


@check
def no_longer_waiting(notices: Sequence[Notice]) -> dict[int, str]:
    """Name the notices that ask for a decision which has been taken."""
    asking = {each.pk: each.subject_uid for each in notices if each.kind in _ASKING}
    if not asking:
        return {}
    waiting = set(
        Approval.objects.waiting().filter(uid__in=asking.values()).values_list("uid", flat=True)
    )
    return {pk: "申请已办结、撤回或过期" for pk, uid in asking.items() if uid not in waiting}
