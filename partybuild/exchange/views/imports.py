"""Imports from the file to the result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.audit.queries import history_of
from partybuild.exchange.enums import BatchState, RowState
from partybuild.exchange.exceptions import SheetRefused
from partybuild.exchange.forms import UndoForm, UploadForm
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.queries import (
    earlier_batches,
    may_apply,
    may_undo,
    preview_page,
    sees_as_sent,
    waits_too_long,
)
from partybuild.exchange.services import confirm_batch, discard_batch, undo_batch, upload_file
from partybuild.exchange.sheets import Sheet, sheet_of, sheets_for
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on

UNDER_WAY = frozenset({BatchState.UPLOADED, BatchState.APPLYING})
FINISHED = frozenset({BatchState.APPLIED, BatchState.UNDONE})
TONES = {
    BatchState.UPLOADED: "info",
    BatchState.REFUSED: "bad",
    BatchState.STAGED: "warn",
    BatchState.APPLYING: "info",
    BatchState.APPLIED: "good",
    BatchState.UNDONE: "plain",
    BatchState.DISCARDED: "plain",
}
ROW_TONES = {
    RowState.NEW: "good",
    RowState.CHANGED: "info",
    RowState.SAME: "plain",
    RowState.AMBIGUOUS: "warn",
    RowState.WRONG: "bad",
}


def offered(by: Actor) -> list[Sheet]:
    """Return what a post may import; Refused if nothing."""
    sheets = sheets_for(by)
    if not sheets:
        raise Refused("import.rows")
    return sheets


def sheet_for(by: Actor, key: str) -> Sheet:
    """Return a sheet that a post may import: 404 for an unknown one, refused without the right."""
    try:
        sheet = sheet_of(key)
    except KeyError:
        raise Http404 from None
    for right in sheet.rights:
        require(by, right)
    return sheet


def find_batch(by: Actor, uid: UUID) -> ImportBatch:
    """Return a batch in sight; 404 otherwise."""
    batch: ImportBatch = get_object_or_404(
        ImportBatch.objects.visible_to(by.scope).select_related("appointment"), uid=uid
    )
    return batch


@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """What was imported, and what waits for somebody."""
    by = actor_of(request)
    sheets = offered(by)
    page = keyset_page(
        ImportBatch.objects.visible_to(by.scope).select_related(
            "appointment__person", "appointment__organization"
        ),
        order=("-id",),
        params=request.GET,
    )
    rows = [
        (batch, sheet_of(batch.resource).label, TONES[BatchState(batch.state)])
        for batch in page.rows
    ]
    return render(
        request, "exchange/import_list.html", {"page": page, "rows": rows, "sheets": sheets}
    )


@require_GET
def import_new(request: HttpRequest) -> HttpResponse:
    """What is to be imported; a post that may import one thing goes on at once."""
    sheets = offered(actor_of(request))
    if len(sheets) == 1:
        return redirect("exchange:import-upload", key=sheets[0].key)
    return render(request, "exchange/import_new.html", {"sheets": sheets})


@require_http_methods(["GET", "POST"])
def import_upload(request: HttpRequest, key: str) -> HttpResponse:
    """Choose the file; it is read elsewhere, by a process of its own."""
    by = actor_of(request)
    sheet = sheet_for(by, key)
    form = UploadForm(request.POST or None, request.FILES or None, sheet=sheet, by=by)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = upload_file(
                sheet=sheet,
                file_name=file.name,
                content=file.read(),
                options=form.chosen(),
                reason=form.cleaned_data.get("reason", ""),
                by=by,
            )
        except SheetRefused as refused:
            form.add_error("file", refused)
        else:
            return redirect("exchange:import-preview", uid=batch.uid)
    return render(
        request,
        "exchange/import_upload.html",
        {"form": form, "sheet": sheet, "several": len(sheets_for(by)) > 1},
        status=422 if form.is_bound else 200,
    )


@require_GET
def import_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What a file would do, cell by cell; before that, how far the reading is."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    if batch.state in FINISHED:
        return redirect("exchange:import-result", uid=batch.uid)
    if batch.state in UNDER_WAY:
        return render(
            request,
            "exchange/import_progress.html",
            {
                "batch": batch,
                "label": sheet_of(batch.resource).label,
                "is_late": waits_too_long(batch),
            },
        )
    if batch.state != BatchState.STAGED:
        return render(
            request,
            "exchange/import_refused.html",
            {"batch": batch, "label": sheet_of(batch.resource).label},
        )
    return render(request, "exchange/import_preview.html", _preview(request, batch, by))


def _preview(request: HttpRequest, batch: ImportBatch, by: Actor) -> dict[str, Any]:
    default = RowState.WRONG if batch.wrong_count else ""
    chosen = request.GET.get("state", default)
    page = preview_page(
        batch,
        by=by,
        state=chosen,
        newer=request.GET.get("newer", ""),
        older=request.GET.get("older", ""),
    )
    counts = [(state, label, getattr(batch, f"{state}_count")) for state, label in RowState.choices]
    layout = batch.layout["layout"]
    return {
        "batch": batch,
        "label": sheet_of(batch.resource).label,
        "page": page,
        "rows": [(row, ROW_TONES[RowState(row.state)]) for row in page.rows],
        "chosen": chosen,
        "counts": [each for each in counts if each[2]],
        "layout": layout,
        "header_line": layout["header_row"] + 1,
        "passed": batch.layout.get("passed", 0),
        "absent": batch.layout.get("report", {}).get("absent"),
        "earlier": earlier_batches(batch).visible_to(by.scope).first(),
        "may_apply": may_apply(batch, by),
        "as_sent": sees_as_sent(batch, by),
    }


@require_GET
def import_progress(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a batch is, for a page that asks every few seconds."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    here = reverse("exchange:import-preview", args=(batch.uid,))
    if request.headers.get("HX-Request") != "true":
        return redirect(here)
    response = render(
        request,
        "exchange/_progress.html",
        {"batch": batch, "is_late": waits_too_long(batch)},
    )
    if batch.state not in UNDER_WAY:
        response["HX-Redirect"] = here
    return response


@require_POST
def import_apply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Confirm a preview: the good rows are written, all of them or none."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    if not may_apply(batch, by):
        raise Refused("import.rows")
    try:
        confirm_batch(batch, by=by)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    return redirect("exchange:import-preview", uid=batch.uid)


@require_POST
def import_discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a preview up."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    if not may_apply(batch, by):
        raise Refused("import.rows")
    try:
        discard_batch(batch, by=by)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect("exchange:import-preview", uid=batch.uid)
    messages.success(request, _("已放弃这次导入，没有写入任何数据。"))
    return redirect("exchange:import-list")


@require_GET
def import_result(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What was written, what is left to correct, and the way back."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    if batch.state not in FINISHED:
        return redirect("exchange:import-preview", uid=batch.uid)
    return render(request, "exchange/import_result.html", _result(batch, by, UndoForm()))


def _result(batch: ImportBatch, by: Actor, form: UndoForm) -> dict[str, Any]:
    return {
        "batch": batch,
        "label": sheet_of(batch.resource).label,
        "tone": TONES[BatchState(batch.state)],
        "form": form,
        "left": batch.wrong_count + batch.ambiguous_count,
        "may_undo": may_undo(batch, by),
        "has_rows": batch.wiped_at is None,
        "as_sent": sees_as_sent(batch, by),
        "absent": batch.layout.get("report", {}).get("absent"),
        "history": [line.entry() for line in history_of(batch, by.scope, limit=20)],
    }


@require_POST
def import_undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a whole batch back where nobody has built upon it."""
    by = actor_of(request)
    batch = find_batch(by, uid)
    if not may_apply(batch, by):
        raise Refused("import.rows")
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            undo_batch(batch, by=by, **form.cleaned_data)
        except ValidationError as refused:
            batch.refresh_from_db()
            put_on(form, refused)
        else:
            messages.success(request, _("已整批撤销，导入前的数据已恢复。"))
            return redirect("exchange:import-result", uid=batch.uid)
    return render(request, "exchange/import_result.html", _result(batch, by, form), status=422)
