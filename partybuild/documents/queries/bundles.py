"""What stands in the archive of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from partybuild.access import Actor
from partybuild.documents.bundles import BundleKind
from partybuild.documents.models import Attachment, OfficialDocument
from partybuild.documents.registry import DocumentKind, kind_of, kinds_about


@dataclass(frozen=True)
class Entry:
    """One file of the archive: an issued paper, a form as it stands today, or an attached file."""

    name: str
    ending: str
    number: str = ""
    digest: str = ""
    document: OfficialDocument | None = None
    form: tuple[DocumentKind, Any] | None = None
    attachment: Attachment | None = None


def entries_of(bundle: BundleKind, subject: Any, by: Actor) -> Iterator[Entry]:
    """Yield what a post sees of the papers and files about a record and those that belong to it."""
    for record in bundle.records(subject):
        # Each is asked for by itself: a topic of the agenda may be another body's draft.
        if not type(record)._default_manager.visible_to(by.scope).filter(pk=record.pk).exists():
            continue
        yield from _papers(record, by)
        yield from _forms(record, by)
        yield from _files(record.uid, by)


def _papers(record: Any, by: Actor) -> Iterator[Entry]:
    rows = OfficialDocument.objects.visible_to(by.scope).filter(
        subject_label=record._meta.label, subject_uid=record.uid
    )
    for row in rows.order_by("kind", "edition"):
        name = " ".join(filter(None, (_named(row), row.number_text)))
        if row.state != "issued":
            name += f"（{row.get_state_display()}）"
        yield Entry(name, "pdf", row.number_text, row.digest, document=row)
        yield from _files(row.uid, by)


def _named(row: OfficialDocument) -> str:
    try:
        return str(kind_of(row.kind).name)
    except KeyError:
        return row.title


def _forms(record: Any, by: Actor) -> Iterator[Entry]:
    for kind in kinds_about(record._meta.label):
        if not kind.is_form:
            continue
        found = kind.find(type(record)._default_manager.visible_to(by.scope), record.uid)
        if found is not None and kind.is_for(found, by):
            yield Entry(str(kind.name), "pdf", form=(kind, found))


def _files(uid: Any, by: Actor) -> Iterator[Entry]:
    rows = Attachment.objects.visible_to(by.scope).filter(subject_uid=uid, ended_at=None)
    for row in rows.filter(is_missing=False):
        stem, _dot, ending = row.file_name.rpartition(".")
        yield Entry(stem, ending, digest=row.digest, attachment=row)
