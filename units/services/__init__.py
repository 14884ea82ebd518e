"""Writes on units and their reports."""

from units.services.units import (
    change_contacts,
    change_unit,
    create_unit,
    end_unit,
    tie_branch,
    untie_branch,
)

__all__ = (
    "change_contacts",
    "change_unit",
    "create_unit",
    "end_unit",
    "tie_branch",
    "untie_branch",
)
