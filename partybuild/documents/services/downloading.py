"""Writing down that a paper is taken away."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from partybuild.access import Actor
from partybuild.audit.enums import EventKind as AuditKind
from partybuild.audit.services import record_event


@transaction.atomic
def note_download(target: Any, *, kind: str, extension: str, by: Actor) -> None:
    """Write down who takes which paper: an issued document, or the record that a form is printed from."""
    record_event(
        AuditKind.DOWNLOADED,
        target=target,
        by=by,
        changes={"document": [None, kind], "file": [None, extension]},
    )
