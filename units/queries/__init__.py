"""Reads about units and their reports."""

from units.queries.bodies import committee_of, committees_of
from units.queries.reports import (
    REPORT_DUTY,
    period_in_focus,
    prefilled,
    report_debt,
    report_debts,
    report_due_on,
    report_form_of,
)

__all__ = (
    "REPORT_DUTY",
    "committee_of",
    "committees_of",
    "period_in_focus",
    "prefilled",
    "report_debt",
    "report_debts",
    "report_due_on",
    "report_form_of",
)
