"""Writes on wishes."""

from wishes.services.claims import (
    accept_claim,
    decline_claim,
    fulfil_claim,
    leave_claim,
    propose_claim,
)
from wishes.services.endings import end_claims, end_claims_of
from wishes.services.revisits import revisit_wish
from wishes.services.wishes import (
    change_wish,
    change_wisher,
    decline_wish,
    enter_wish,
    publish_wish,
    publish_wishes,
    show_wisher,
    verify_wish,
    withdraw_wish,
)

__all__ = (
    "accept_claim",
    "change_wish",
    "change_wisher",
    "decline_claim",
    "decline_wish",
    "end_claims",
    "end_claims_of",
    "enter_wish",
    "fulfil_claim",
    "leave_claim",
    "propose_claim",
    "publish_wish",
    "publish_wishes",
    "revisit_wish",
    "show_wisher",
    "verify_wish",
    "withdraw_wish",
)
