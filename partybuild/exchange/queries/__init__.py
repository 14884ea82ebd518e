"""Reads of imports."""

from partybuild.exchange.queries.preview import (
    batch_of,
    earlier_batches,
    may_apply,
    may_undo,
    preview_page,
    sees_as_sent,
    wrong_cells,
)

__all__ = (
    "batch_of",
    "earlier_batches",
    "may_apply",
    "may_undo",
    "preview_page",
    "sees_as_sent",
    "wrong_cells",
)
