"""Writes on units and their reports."""

from units.services.reports import (
    accept_report,
    file_nil_report,
    file_report,
    return_report,
    save_report_draft,
)
from units.services.units import (
    change_contacts,
    change_unit,
    create_unit,
    create_unit_of,
    end_unit,
    tie_branch,
    untie_branch,
)

__all__ = (
    "accept_report",
    "change_contacts",
    "change_unit",
    "create_unit",
    "create_unit_of",
    "end_unit",
    "file_nil_report",
    "file_report",
    "return_report",
    "save_report_draft",
    "tie_branch",
    "untie_branch",
)
