"""Asking a second person, deciding, taking back, letting expire."""

from partybuild.approvals.services.deciding import claim_approved, decide_approval
from partybuild.approvals.services.requesting import request_approval, withdraw_approval
from partybuild.approvals.services.sweeping import remind_of_approvals, sweep_approvals

__all__ = (
    "claim_approved",
    "decide_approval",
    "remind_of_approvals",
    "request_approval",
    "sweep_approvals",
    "withdraw_approval",
)
