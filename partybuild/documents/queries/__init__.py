"""Reading documents and their styles."""

from partybuild.documents.queries.attachments import Panel, is_ones_own, panel_of
from partybuild.documents.queries.previews import preview_of
from partybuild.documents.queries.styles import Origin, origins_of, said_by, style_of
from partybuild.documents.queries.verification import Verified, verify

__all__ = (
    "Origin",
    "Panel",
    "Verified",
    "is_ones_own",
    "origins_of",
    "panel_of",
    "preview_of",
    "said_by",
    "style_of",
    "verify",
)
