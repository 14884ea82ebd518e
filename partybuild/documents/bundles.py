"""Everything on paper about a record, as one archive (档案袋): declared by apps in attachments.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class BundleKind:
    """What belongs into the archive of one kind of record, and who may take it."""

    # The model, as "meetings.Meeting".
    subject: str
    # The line of access.csv, asked on the record.
    right: str
    # The records whose papers and files belong together; each is asked for visibility again.
    records: Callable[[Any], Iterable[Any]]


_kinds: dict[str, BundleKind] = {}


def register_bundle(kind: BundleKind) -> BundleKind:
    """Register what belongs together; ValueError where it was said already."""
    if kind.subject in _kinds:
        raise ValueError(f"the bundle of {kind.subject} stands twice")
    _kinds[kind.subject] = kind
    return kind


def bundle_about(label: str) -> BundleKind | None:
    """Return the bundle of a model, None where it has none."""
    return _kinds.get(label)
