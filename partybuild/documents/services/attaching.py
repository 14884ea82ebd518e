"""Putting a file on a record, taking it off, and keeping table and storage of one mind."""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives import hashes
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import Count, Sum
from django.db.models.functions import Now as StatementTime
from django.utils import timezone
from django.utils.translation import gettext as _

from partybuild.access import Actor
from partybuild.areas.queries import parameter
from partybuild.audit.enums import EventKind as AuditKind
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.documents.attachment_kinds import AttachmentKind, attachment_kind
from partybuild.documents.enums import EventKind
from partybuild.documents.exceptions import (
    AttachmentAlreadyEnded,
    EndingNeedsAReason,
    FileNotKept,
    FileNotTaken,
    TooManyFiles,
)
from partybuild.documents.file_types import clean_name, examine
from partybuild.documents.models import Attachment
from partybuild.documents.models.attachment import FOLDER
from partybuild.documents.scanning import refuse_infected
from partybuild.exchange.services.uploads import counts_uploads, refuse_above_quota
from partybuild.organizations.models import Organization

logger = logging.getLogger(__name__)
# A file younger than this may belong to an upload that is not committed yet.
ORPHAN_HOURS = 24


@transaction.atomic
def attach_file(
    target: Any, *, upload: UploadedFile, kind: AttachmentKind | str, title: str = "", by: Actor
) -> Attachment:
    """Put a file on a record: judged by its content, pictures drawn anew, under a random name."""
    kind = attachment_kind(kind) if isinstance(kind, str) else kind
    if kind.subject != target._meta.label:
        raise ValueError(f"{kind.key} is not for {target._meta.label}")
    if (upload.size or 0) > kind.megabytes * 1024 * 1024:
        raise FileNotTaken(
            _("文件超过%(size)dMB，请压缩或拆分后再上传。") % {"size": kind.megabytes}
        )
    refuse_above_quota(upload.size or 0, by=by)
    _refuse_above_quota_of_links(by)
    # The record's row is the lock: of two uploads at once neither is one too many.
    type(target)._base_manager.select_for_update(of=("self",)).get(pk=target.pk)
    if standing_files(target, kind).count() >= kind.max:
        raise TooManyFiles(kind.max)
    content = upload.read()
    name = upload.name or ""
    refuse_infected(content)
    found = examine(content, name=name, accept=kind.accept)
    row = Attachment(
        kind=kind.key,
        subject_label=target._meta.label,
        subject_uid=target.uid,
        title=(title.strip() or found.file_name.rpartition(".")[0])[:200],
        file_name=found.file_name,
        size=len(found.content),
        file_type=found.type.key,
        media_type=found.type.media,
        digest=_digest(found.content),
        organization_id=by.organization_id,
        person_id=by.person_id,
        uploaded_by=by.post,
    )
    place = _keep(row, found.content)
    try:
        with transaction.atomic():
            row.file.name = place
            row.save()
            row.refresh_from_db()
            record_event(
                EventKind.ATTACHED,
                target=target,
                by=by,
                # Names of no column: `title` and `kind` are words of the record that the file hangs on.
                changes={"file_kind": [None, kind.key], "file": [None, row.title]},
            )
    except BaseException:
        # Nothing half-written; what a crash leaves, the sweep takes away.
        _drop(place)
        raise
    return row


def standing_files(target: Any, kind: AttachmentKind) -> Any:
    """Return the files of a kind that stand on a record."""
    return Attachment.objects.filter(
        subject_label=target._meta.label, subject_uid=target.uid, kind=kind.key, ended_at=None
    )


def _keep(row: Attachment, content: bytes) -> str:
    place = row.file.field.generate_filename(row, row.file_name)
    try:
        place = default_storage.save(place, ContentFile(content))
        _reach_the_disk(place)
        if default_storage.size(place) != len(content):
            raise OSError("the storage holds another size")
    except OSError:
        logger.exception("a file could not be kept")
        _drop(place)
        raise FileNotKept from None
    return place


def _reach_the_disk(place: str) -> None:
    """Make sure that the file outlives a power cut before its row does."""
    try:
        path = default_storage.path(place)
    except NotImplementedError:
        return
    for each in (path, Path(path).parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _drop(place: str) -> None:
    try:
        default_storage.delete(place)
    except OSError:
        logger.exception("a file without a row stays until the sweep")


@transaction.atomic
def end_attachment(attachment: Attachment, *, reason: str, by: Actor) -> None:
    """Take a file off a record; it stays where it is kept, and the event says why it went."""
    if not reason.strip():
        raise EndingNeedsAReason
    standing = Attachment.objects.filter(pk=attachment.pk, ended_at=None)
    if not standing.update(ended_at=now(), end_reason=reason.strip()[:200]):
        raise AttachmentAlreadyEnded
    attachment.refresh_from_db()
    record_event(EventKind.ATTACHMENT_ENDED, target=attachment, by=by, reason=reason)


@transaction.atomic
def note_attachment_taken(attachment: Attachment, *, by: Actor) -> None:
    """Write down who takes which file; only after that it is sent."""
    record_event(AuditKind.DOWNLOADED, target=attachment, by=by)


@counts_uploads
def _recent_files(person_id: int) -> tuple[int, int]:
    recent = Attachment.objects.filter(
        person=person_id, uploaded_at__gt=StatementTime() - timedelta(hours=24)
    ).aggregate(files=Count("pk"), size=Sum("size"))
    return recent["files"], recent["size"] or 0


def _refuse_above_quota_of_links(by: Actor) -> None:
    """Refuse more files than a body's links may bring within 24 hours: nobody is signed in to be counted."""
    if by.kind != "link" or by.person_id is not None:
        return
    body = Organization.objects.filter(pk=by.organization_id or 0).select_related("area").first()
    with connection.cursor() as cursor:
        # Two uploads at once wait for each other, so that neither is counted out.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"links:{by.organization_id}"]
        )
    files = parameter(body.area if body is not None else None, "upload.files_per_day")
    recent = Attachment.objects.filter(
        person=None,
        organization=by.organization_id,
        uploaded_at__gt=StatementTime() - timedelta(hours=24),
    )
    if recent.count() >= files:
        raise FileNotTaken(
            _("24小时内最多上传%(count)d个文件，请登录办理或明天再传。") % {"count": files}
        )


class Swept(NamedTuple):
    """What a sweep found."""

    orphans: int
    missing: int
    found_again: int


def sweep_attachments(*, by: Actor) -> Swept:
    """Delete files that no row names, a day after they came; mark the rows whose file is gone."""
    known = set(Attachment.objects.values_list("file", flat=True))
    orphans = 0
    for place in _kept_files(FOLDER):
        if place in known:
            continue
        old = timezone.now() - timedelta(hours=ORPHAN_HOURS)
        if default_storage.get_modified_time(place) < old:
            # A row may have come since the first look.
            if Attachment.objects.filter(file=place).exists():
                continue
            default_storage.delete(place)
            orphans += 1
    missing = found_again = 0
    for row in Attachment.objects.order_by("pk").iterator(chunk_size=2000):
        is_missing = not default_storage.exists(str(row.file.name))
        if is_missing == row.is_missing:
            continue
        _mark(row, is_missing=is_missing, by=by)
        missing += is_missing
        found_again += not is_missing
    return Swept(orphans, missing, found_again)


@transaction.atomic
def _mark(row: Attachment, *, is_missing: bool, by: Actor) -> None:
    if Attachment.objects.filter(pk=row.pk, is_missing=not is_missing).update(
        is_missing=is_missing
    ):
        record_event(
            EventKind.ATTACHMENT_MISSING,
            target=row,
            by=by,
            changes={"is_missing": [not is_missing, is_missing]},
        )


def _kept_files(folder: str) -> Any:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _kept_files(f"{folder}/{name}")


def _digest(content: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


__all__ = (
    "Swept",
    "attach_file",
    "clean_name",
    "end_attachment",
    "note_attachment_taken",
    "sweep_attachments",
)
