"""Forms of the documents."""

from partybuild.documents.forms.attachments import (
    AttachForm,
    EndAttachmentForm,
    FilesField,
    FilesInput,
)
from partybuild.documents.forms.documents import (
    ProxySignForm,
    RegisterFilterForm,
    StyleForm,
    VerifyForm,
    WithdrawForm,
)

__all__ = (
    "AttachForm",
    "EndAttachmentForm",
    "FilesField",
    "FilesInput",
    "ProxySignForm",
    "RegisterFilterForm",
    "StyleForm",
    "VerifyForm",
    "WithdrawForm",
)
