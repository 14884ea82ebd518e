"""Issuing and withdrawing documents, setting their styles, files on records."""

from partybuild.documents.services.attaching import (
    attach_file,
    end_attachment,
    note_attachment_taken,
    sweep_attachments,
)
from partybuild.documents.services.downloading import note_download
from partybuild.documents.services.issuing import draft_of, issue_document, withdraw_document
from partybuild.documents.services.receiving import sign_by_answering, sign_for_document
from partybuild.documents.services.styling import reset_style, set_style, words_of

__all__ = (
    "attach_file",
    "draft_of",
    "end_attachment",
    "issue_document",
    "note_attachment_taken",
    "note_download",
    "reset_style",
    "set_style",
    "sign_by_answering",
    "sign_for_document",
    "sweep_attachments",
    "withdraw_document",
    "words_of",
)
