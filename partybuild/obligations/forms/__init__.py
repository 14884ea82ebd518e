"""Forms of the ledger."""

from partybuild.obligations.forms.exempt import ExemptForm
from partybuild.obligations.forms.filters import ObligationFilter
from partybuild.obligations.forms.periods import ClosePeriodForm

__all__ = ("ClosePeriodForm", "ExemptForm", "ObligationFilter")
