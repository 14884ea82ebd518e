"""Kinds of attached files: each app declares its own in attachments.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from partybuild.access import Actor, may

IMAGES = ("jpg", "png", "webp")
PAPERS = ("pdf", "ofd", "docx", "doc", "wps")
SHEETS = ("xlsx", "xls", "et")
SLIDES = ("pptx", "ppt", "dps")
EVERYTHING = (*PAPERS, *SHEETS, *SLIDES, *IMAGES)
# What a scanner or a telephone makes.
SCANS = ("pdf", "ofd", *IMAGES)


@dataclass(frozen=True)
class AttachmentKind:
    """One kind of file on one kind of record: what it may be, who sees it, who adds and ends it."""

    key: str
    name: Any
    # The model of the record, as "meetings.Meeting".
    subject: str
    # Keys of partybuild.documents.file_types.TYPES.
    accept: tuple[str, ...] = EVERYTHING
    # Lines of access.csv, beside attachment.view and attachment.add: to see it; to add it to a record.
    view: str = ""
    add: str = ""
    # How many may stand on one record.
    max: int = 10
    megabytes: int = 20
    help: Any = ""
    # Where the right is another row's, or more is asked: (by, record) -> may they add or end?
    adds: Callable[[Actor, Any], bool] | None = None

    def may_add(self, by: Actor, subject: Any) -> bool:
        """Tell whether a post may attach such a file to a record that it sees."""
        if not may(by, "attachment.add"):
            return False
        if self.adds is not None:
            return self.adds(by, subject)
        return bool(self.add) and may(by, self.add, subject)

    def may_see(self, by: Actor) -> bool:
        """Tell whether a post may see such files on the records in its sight."""
        return may(by, "attachment.view") and (not self.view or may(by, self.view))


_kinds: dict[str, AttachmentKind] = {}


def register(kind: AttachmentKind) -> AttachmentKind:
    """Register a kind; ValueError on a key that stands twice."""
    if not kind.key or kind.key in _kinds:
        raise ValueError(f"attachment kind {kind.key!r} has no key or stands twice")
    _kinds[kind.key] = kind
    return kind


def attachment_kind(key: str) -> AttachmentKind:
    """Return a kind; KeyError on one that nobody declared."""
    return _kinds[key]


def attachment_kinds() -> list[AttachmentKind]:
    """Return every kind in the order of their keys."""
    return [_kinds[key] for key in sorted(_kinds)]
