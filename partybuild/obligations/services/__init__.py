"""Writes on the ledger."""

from partybuild.obligations.services.chasing import chase
from partybuild.obligations.services.closing import close_period, reopen_period
from partybuild.obligations.services.opening import open_duties, owe
from partybuild.obligations.services.paying import (
    Payment,
    draft,
    pay,
    pay_many,
    reopen,
    return_debt,
)
from partybuild.obligations.services.releasing import (
    change_due,
    exempt,
    turn_to,
    void,
    void_many,
)

__all__ = (
    "Payment",
    "change_due",
    "chase",
    "close_period",
    "draft",
    "exempt",
    "open_duties",
    "owe",
    "pay",
    "pay_many",
    "reopen",
    "reopen_period",
    "return_debt",
    "turn_to",
    "void",
    "void_many",
)
