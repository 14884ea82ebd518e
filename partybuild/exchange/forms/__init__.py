"""Forms of imports and exports."""

from partybuild.exchange.forms.exports import ExportForm
from partybuild.exchange.forms.imports import UndoForm, UploadForm

__all__ = ("ExportForm", "UndoForm", "UploadForm")
