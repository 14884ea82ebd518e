"""Writes of the shared pages."""

from partybuild.portal.services.copies import note_copy_taken
from partybuild.portal.services.corrections import answer_correction, ask_correction
from partybuild.portal.services.suggestions import (
    answer_suggestion,
    conclude_suggestion,
    pass_suggestion_on,
    send_suggestion,
)

__all__ = (
    "answer_correction",
    "answer_suggestion",
    "ask_correction",
    "conclude_suggestion",
    "note_copy_taken",
    "pass_suggestion_on",
    "send_suggestion",
)
