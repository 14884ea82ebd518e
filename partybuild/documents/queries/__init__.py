"""Reading documents and their styles."""

from partybuild.documents.queries.attachments import Panel, is_ones_own, panel_of
from partybuild.documents.queries.bundles import Entry, entries_of
from partybuild.documents.queries.deliveries import DeliveryLine, deliveries_of
from partybuild.documents.queries.numbers import NumberLine, numbers_of
from partybuild.documents.queries.previews import preview_of
from partybuild.documents.queries.styles import Origin, origins_of, said_by, style_of
from partybuild.documents.queries.verification import Verified, verify

__all__ = (
    "DeliveryLine",
    "Entry",
    "NumberLine",
    "Origin",
    "Panel",
    "Verified",
    "deliveries_of",
    "entries_of",
    "is_ones_own",
    "numbers_of",
    "origins_of",
    "panel_of",
    "preview_of",
    "said_by",
    "style_of",
    "verify",
)
