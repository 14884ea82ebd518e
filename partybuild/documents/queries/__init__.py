"""Reading documents and their styles."""

from partybuild.documents.queries.styles import style_of
from partybuild.documents.queries.verification import Verified, verify

__all__ = ("Verified", "style_of", "verify")
