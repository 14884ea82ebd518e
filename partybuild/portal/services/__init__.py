"""Writes of the shared pages."""

from partybuild.portal.services.suggestions import answer_suggestion, send_suggestion

__all__ = ("answer_suggestion", "send_suggestion")
