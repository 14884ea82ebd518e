"""Issuing and withdrawing documents, and setting their styles."""

from partybuild.documents.services.downloading import note_download
from partybuild.documents.services.issuing import draft_of, issue_document, withdraw_document
from partybuild.documents.services.styling import set_style

__all__ = ("draft_of", "issue_document", "note_download", "set_style", "withdraw_document")
