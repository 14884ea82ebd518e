"""Writes of the shared pages."""

from partybuild.portal.services.copies import note_copy_taken
from partybuild.portal.services.corrections import answer_correction, ask_correction
from partybuild.portal.services.suggestions import answer_suggestion, send_suggestion

__all__ = (
    "answer_correction",
    "answer_suggestion",
    "ask_correction",
    "note_copy_taken",
    "send_suggestion",
)
