"""Forms of the documents."""

from partybuild.documents.forms.attachments import AttachForm, EndAttachmentForm
from partybuild.documents.forms.documents import (
    RegisterFilterForm,
    StyleForm,
    VerifyForm,
    WithdrawForm,
)

__all__ = (
    "AttachForm",
    "EndAttachmentForm",
    "RegisterFilterForm",
    "StyleForm",
    "VerifyForm",
    "WithdrawForm",
)
