"""Forms of the documents."""

from partybuild.documents.forms.documents import (
    RegisterFilterForm,
    StyleForm,
    VerifyForm,
    WithdrawForm,
)

__all__ = ("RegisterFilterForm", "StyleForm", "VerifyForm", "WithdrawForm")
