"""Suggestion."""

from partybuild.portal.models.suggestion import Suggestion

__all__ = ("Suggestion",)
