"""Every write of imports."""

from partybuild.exchange.services.applying import apply_batch, confirm_batch
from partybuild.exchange.services.staging import read_batch, restage_batch
from partybuild.exchange.services.undoing import undo_batch
from partybuild.exchange.services.uploads import (
    discard_batch,
    note_rows_returned,
    refuse_batch,
    upload_file,
    wipe_staged_rows,
)

__all__ = (
    "apply_batch",
    "confirm_batch",
    "discard_batch",
    "note_rows_returned",
    "read_batch",
    "refuse_batch",
    "restage_batch",
    "undo_batch",
    "upload_file",
    "wipe_staged_rows",
)
