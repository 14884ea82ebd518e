"""Taking everything about a record in one archive."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from partybuild.access import require
from partybuild.accounts.actors import actor_of
from partybuild.calendar import now
from partybuild.documents.bundles import bundle_about
from partybuild.documents.file_types import clean_name
from partybuild.documents.queries import entries_of
from partybuild.documents.rendering.archive import archive_of
from partybuild.documents.services import note_download
from partybuild.exchange.downloads import attachment

logger = logging.getLogger(__name__)
_PIECE = 256 * 1024


@require_GET
def bundle_file(request: HttpRequest, label: str, uid: UUID) -> HttpResponseBase:
    """Send the papers and files about a record as one archive, to be filed; written down as one download."""
    by = actor_of(request)
    require(by, "document.make")
    bundle = bundle_about(label)
    if bundle is None:
        raise Http404
    model: Any = apps.get_model(label)
    subject = get_object_or_404(model.objects.visible_to(by.scope), uid=uid)
    require(by, bundle.right, subject)
    moment = now()
    try:
        held, _count = archive_of(
            entries_of(bundle, subject, by), title=str(subject), moment=moment
        )
    except OSError:
        logger.exception("the archive of %s could not be made", uid)
        messages.error(request, _("有文件读不出来，没有打包成功。请告知系统管理员。"))
        return redirect(subject.get_absolute_url())
    note_download(subject, kind="bundle", extension="zip", by=by)
    size = held.seek(0, 2)
    held.seek(0)
    name = clean_name(f"{subject}_{moment:%Y%m%d}.zip", ending="zip")
    pieces = iter(lambda: held.read(_PIECE), b"")
    answer = attachment(pieces, name=name, content_type="application/zip", size=size)
    # Closed with the answer, however it ends.
    answer._resource_closers.append(held.close)  # type: ignore[attr-defined]
    return answer
