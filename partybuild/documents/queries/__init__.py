"""Reading documents and their styles."""

from partybuild.documents.queries.attachments import Panel, is_ones_own, panel_of
from partybuild.documents.queries.styles import style_of
from partybuild.documents.queries.verification import Verified, verify

__all__ = ("Panel", "Verified", "is_ones_own", "panel_of", "style_of", "verify")
