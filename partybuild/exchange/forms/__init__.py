"""Forms of imports."""

from partybuild.exchange.forms.imports import UndoForm, UploadForm

__all__ = ("UndoForm", "UploadForm")
