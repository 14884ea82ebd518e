"""Files on records: adding, taking, taking off."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.documents.attachment_kinds import AttachmentKind, attachment_kind
from partybuild.documents.forms import AttachForm, EndAttachmentForm
from partybuild.documents.models import Attachment
from partybuild.documents.queries import is_ones_own, panel_of
from partybuild.documents.services import attach_file, end_attachment, note_attachment_taken
from partybuild.exchange.downloads import attachment
from partybuild.fields.refusals import put_on

logger = logging.getLogger(__name__)


def _kind(key: str) -> AttachmentKind:
    try:
        return attachment_kind(key)
    except KeyError:
        raise Http404 from None


def _record(kind: AttachmentKind, uid: UUID, by: Actor) -> Any:
    model: Any = apps.get_model(kind.subject)
    return get_object_or_404(model.objects.visible_to(by.scope), uid=uid)


@require_http_methods(["GET", "POST"])
def attachment_add(request: HttpRequest, key: str, uid: UUID) -> HttpResponse:
    """Put files on a record: those in order are kept, of the others it says what is wrong."""
    by = actor_of(request)
    require(by, "attachment.add")
    kind = _kind(key)
    record = _record(kind, uid, by)
    if not kind.may_add(by, record):
        raise Refused(kind.add or "attachment.add")
    form = AttachForm(request.POST or None, request.FILES or None, kind=kind)
    if request.method == "POST":
        form = AttachForm(request.POST, request.FILES, kind=kind)
        kept = _keep(form, record, kind, by) if form.is_valid() else 0
        said = ngettext("已上传%(count)d个文件。", "已上传%(count)d个文件。", kept) % {
            "count": kept
        }
        if not form.errors:
            return _added(request, record, kind, by, said)
        if kept:
            form.add_error(None, _("其余%(count)d个已经保存，不用再传。") % {"count": kept})
    panel = panel_of(record, kind, by)
    status = 422 if form.is_bound else 200
    if _asks_for_panel(request):
        context = {
            "panel": panel,
            "form": form,
            "next": request.POST.get("next", ""),
            "is_open": False,
        }
        return render(request, "documents/_attachments.html", context, status=status)
    return render(
        request,
        "documents/attachment_add.html",
        {
            "panel": panel,
            "form": form,
            "kind": kind,
            "record": record,
            "back": _back(record),
            "next": _back(record),
        },
        status=status,
    )


def _asks_for_panel(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _keep(form: AttachForm, record: Any, kind: AttachmentKind, by: Actor) -> int:
    kept = 0
    for file in form.chosen():
        try:
            attach_file(record, upload=file, kind=kind, by=by)
        except ValidationError as refused:
            form.add_error("uploads", f"{file.name}：{''.join(refused.messages)}")
        else:
            kept += 1
    return kept


def _added(
    request: HttpRequest, record: Any, kind: AttachmentKind, by: Actor, said: str
) -> HttpResponse:
    if _asks_for_panel(request):
        panel = panel_of(record, kind, by)
        wished = request.POST.get("next", "")
        context = {"panel": panel, "form": AttachForm(kind=kind), "next": wished, "is_open": False}
        return render(request, "documents/_attachments.html", context)
    messages.success(request, said)
    wished = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wished, allowed_hosts=None):
        return redirect(wished)
    return redirect(_back(record) or "/")


def _back(record: Any) -> str:
    address = getattr(record, "get_absolute_url", None)
    return str(address()) if address else ""


def _found(by: Actor, uid: UUID) -> tuple[Attachment, AttachmentKind, Any]:
    """Return a file with the record that it is on; 404 for what is out of sight now."""
    row: Attachment = get_object_or_404(Attachment.objects.visible_to(by.scope), uid=uid)
    kind = _kind(row.kind)
    return row, kind, _record(kind, row.subject_uid, by)


@require_GET
def attachment_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send a file to who sees its record at this moment; written down before it leaves."""
    by = actor_of(request)
    require(by, "attachment.view")
    row, kind, record = _found(by, uid)
    # One that was taken off is there for those who take off.
    if row.ended_at and not kind.may_add(by, record):
        raise Http404
    try:
        with default_storage.open(str(row.file.name), "rb") as file:
            content = file.read()
    except OSError:
        logger.exception("attachment %s is not in the storage", row.uid)
        return render(
            request,
            "documents/attachment_gone.html",
            {"row": row, "back": _back(record)},
            status=503,
        )
    note_attachment_taken(row, by=by)
    return attachment(content, name=row.file_name, content_type=row.media_type)


@require_http_methods(["GET", "POST"])
def attachment_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a file off its record, with a reason."""
    by = actor_of(request)
    require(by, "attachment.add")
    row, kind, record = _found(by, uid)
    if not kind.may_add(by, record) or not is_ones_own(row, by):
        raise Refused(kind.add or "attachment.add")
    form = EndAttachmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_attachment(row, reason=form.cleaned_data["reason"], by=by)
        except ValidationError as refused:
            put_on(form, refused)
        else:
            messages.success(request, _("附件已移除。"))
            return redirect(_back(record) or "/")
    return render(
        request,
        "documents/attachment_end.html",
        {"form": form, "row": row, "record": record, "back": _back(record)},
        status=422 if form.is_bound else 200,
    )
