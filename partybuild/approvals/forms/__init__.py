"""Forms of approvals."""

from partybuild.approvals.forms.asking import AskForm
from partybuild.approvals.forms.deciding import DecideForm

__all__ = ("AskForm", "DecideForm")
