"""Workbooks to take away: the blank template, the rows to be corrected."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from partybuild.access import Refused
from partybuild.accounts.actors import actor_of
from partybuild.exchange.downloads import attachment
from partybuild.exchange.queries import rows_to_correct, sees_as_sent, template_workbook
from partybuild.exchange.services import note_rows_returned
from partybuild.exchange.views.imports import find_batch, sheet_for
from partybuild.exchange.writer import XLSX


@require_GET
def import_template(request: HttpRequest, key: str) -> HttpResponseBase:
    """A blank sheet with drop-downs and hints."""
    by = actor_of(request)
    sheet = sheet_for(by, key)
    return attachment(
        template_workbook(sheet, by), name=f"{sheet.label}导入模板.xlsx", content_type=XLSX
    )


@require_GET
def import_rows(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The rows that were not taken, as they were sent, each with what to change."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    if not sees_as_sent(batch, by):
        raise Refused("import.rows")
    content = rows_to_correct(batch, by)
    note_rows_returned(batch, by=by)
    name = _("待更正_%(name)s.xlsx") % {"name": batch.file_name.rsplit(".", 1)[0]}
    return attachment(content, name=name, content_type=XLSX)
