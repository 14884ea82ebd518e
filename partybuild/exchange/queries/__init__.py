"""Reads of imports."""

from partybuild.exchange.queries.preview import (
    batch_of,
    earlier_batches,
    may_apply,
    may_undo,
    preview_page,
    sees_as_sent,
    waits_too_long,
    wrong_cells,
)
from partybuild.exchange.queries.workbooks import rows_to_correct, template_workbook

__all__ = (
    "batch_of",
    "earlier_batches",
    "may_apply",
    "may_undo",
    "preview_page",
    "rows_to_correct",
    "sees_as_sent",
    "template_workbook",
    "waits_too_long",
    "wrong_cells",
)
