"""Suggestion, CorrectionRequest."""

from partybuild.portal.models.correction import CorrectionRequest
from partybuild.portal.models.suggestion import Suggestion

__all__ = ("CorrectionRequest", "Suggestion")
