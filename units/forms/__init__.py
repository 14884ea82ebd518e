"""Forms about units and their reports."""

from units.forms.reports import ProxyReportForm, ReportFilterForm, ReportForm, ReturnReportForm
from units.forms.units import ContactsForm, EndUnitForm, TieBranchForm, UnitFilterForm, UnitForm

__all__ = (
    "ContactsForm",
    "EndUnitForm",
    "ProxyReportForm",
    "ReportFilterForm",
    "ReportForm",
    "ReturnReportForm",
    "TieBranchForm",
    "UnitFilterForm",
    "UnitForm",
)
