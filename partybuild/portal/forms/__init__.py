"""Forms of the shared pages."""

from partybuild.portal.forms.suggestions import AnswerForm, SuggestionForm

__all__ = ("AnswerForm", "SuggestionForm")
