"""The archive of a record: PDFs, attached files, and a list of what is inside."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from partybuild.documents.file_types import clean_name
from partybuild.documents.queries.bundles import Entry
from partybuild.documents.rendering.pdf import as_pdf
from partybuild.documents.rendering.seal import Seal
from partybuild.documents.services.issuing import draft_of


def archive_of(entries: Iterable[Entry], *, title: str, moment: datetime) -> tuple[IO[bytes], int]:
    """Return an open temporary file with the archive, and how many files stand in it."""
    # Not in memory: thirty scans are a hundred megabytes.
    held: IO[bytes] = tempfile.TemporaryFile(prefix="bundle-")  # noqa: SIM115
    lines = [title, _("生成时间：%(at)s") % {"at": f"{moment:%Y-%m-%d %H:%M}"}, ""]
    lines.append(
        "\t".join((_("序号"), _("文件"), _("发文字号"), _("大小（字节）"), _("摘要值（SM3）")))
    )
    count = 0
    try:
        with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
            for count, entry in enumerate(entries, start=1):
                content = _content(entry)
                name = clean_name(f"{count:02d}_{entry.name}.{entry.ending}")
                archive.writestr(name, content)
                said = (
                    str(count),
                    name,
                    entry.number or "—",
                    str(len(content)),
                    entry.digest or "—",
                )
                lines.append("\t".join(said))
            # The sign at the beginning tells Windows that this is UTF-8.
            archive.writestr(_("00_目录.txt"), "\ufeff" + "\r\n".join(lines) + "\r\n")
        held.seek(0)
    except BaseException:
        held.close()
        raise
    return held, count


def _content(entry: Entry) -> bytes:
    if entry.attachment is not None:
        with default_storage.open(str(entry.attachment.file.name), "rb") as file:
            return bytes(file.read())
    if entry.document is not None:
        seal = Seal(entry.document.code, settings.BASE_URL + reverse("documents:verify"))
        return as_pdf(entry.document.composition, seal)
    assert entry.form is not None
    return as_pdf(draft_of(*entry.form))
