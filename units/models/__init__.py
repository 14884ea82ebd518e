"""ResidentUnit, UnitBranch, ReportForm, UnitReport."""

from units.models.branch import UnitBranch
from units.models.report import ReportForm, UnitReport
from units.models.unit import ResidentUnit

__all__ = ("ReportForm", "ResidentUnit", "UnitBranch", "UnitReport")
