"""Reads of approvals."""

from partybuild.approvals.queries.deciding import (
    deciders,
    is_same_human,
    lost_right,
    may_decide,
    requester,
    route_of,
)
from partybuild.approvals.queries.waiting import (
    ApprovalLine,
    approval_counts,
    approvals_about,
    waiting_here,
    waiting_todos,
)

__all__ = (
    "ApprovalLine",
    "approval_counts",
    "approvals_about",
    "deciders",
    "is_same_human",
    "lost_right",
    "may_decide",
    "requester",
    "route_of",
    "waiting_here",
    "waiting_todos",
)
