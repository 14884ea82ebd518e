"""Forms of the shared pages."""

from partybuild.portal.forms.suggestions import (
    AnswerForm,
    CodeForm,
    PassOnForm,
    ResultForm,
    SuggestionFilter,
    SuggestionForm,
    SuggestionNoteForm,
)

__all__ = (
    "AnswerForm",
    "CodeForm",
    "PassOnForm",
    "ResultForm",
    "SuggestionFilter",
    "SuggestionForm",
    "SuggestionNoteForm",
)
