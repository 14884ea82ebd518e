"""Forms of the ledger."""

from partybuild.obligations.forms.exempt import ExemptForm
from partybuild.obligations.forms.filters import ObligationFilter

__all__ = ("ExemptForm", "ObligationFilter")
