"""Pages of lists that leave as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from partybuild.access import Actor, Refused, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.step_up import ask_step_up
from partybuild.exchange.downloads import attachment
from partybuild.exchange.enums import ExportFormat, ExportState
from partybuild.exchange.forms import ExportForm
from partybuild.exchange.kept_files import pieces
from partybuild.exchange.lists import ListExport, list_of, may_export
from partybuild.exchange.models import ExportJob
from partybuild.exchange.services.exporting import (
    AT_ONCE,
    fetch_export,
    request_export,
    run_export,
)
from partybuild.exchange.writer import CSV, XLSX
from partybuild.fields.keyset import keyset_page
from partybuild.fields.refusals import put_on

TONES = {
    ExportState.ASKED: "info",
    ExportState.WAITING: "info",
    ExportState.RUNNING: "info",
    ExportState.READY: "good",
    ExportState.FAILED: "bad",
    ExportState.EXPIRED: "plain",
}
UNDER_WAY = frozenset({ExportState.WAITING, ExportState.RUNNING})


def _list(by: Actor, key: str) -> ListExport:
    try:
        export = list_of(key)
    except KeyError:
        raise Http404 from None
    require(by, export.line)
    require(by, "export.masked")
    if not may_export(by, export):
        raise Refused("export.masked")
    return export


def _job(by: Actor, uid: UUID) -> ExportJob:
    """Return a job of one's own, of this post; 404 otherwise."""
    job: ExportJob = get_object_or_404(
        ExportJob.objects.visible_to(by.scope)
        .filter(appointment=by.appointment_id)
        .select_related("appointment__person"),
        uid=uid,
    )
    return job


@require_http_methods(["GET", "POST"])
def export_new(request: HttpRequest, key: str) -> HttpResponse:
    """Say for what, then take the list away as the page shows it."""
    by = actor_of(request)
    export = _list(by, key)
    form = ExportForm(request.POST or None, export=export, by=by)
    if form.is_valid():
        unmasked = bool(form.cleaned_data.get("unmasked"))
        if unmasked:
            asked = ask_step_up(request)
            if asked is not None:
                return asked
        try:
            job = request_export(
                export,
                query=request.GET,
                file_format=form.cleaned_data["file_format"],
                reason=form.cleaned_data["reason"],
                unmasked=unmasked,
                by=by,
            )
        except ValidationError as refused:
            put_on(form, refused)
        else:
            if job.state == ExportState.WAITING and job.row_count <= AT_ONCE:
                run_export(job.pk, quietly=True)
            return redirect(job)
    columns = export.columns(by, unmasked=False)
    return render(
        request,
        "exchange/export_new.html",
        {
            "form": form,
            "export": export,
            "count": export.rows(by, request.GET).count(),
            "columns": [str(column.label) for column in columns],
        },
        status=422 if form.is_bound else 200,
    )


@require_GET
def export_list(request: HttpRequest) -> HttpResponse:
    """What this post has taken away, and what still waits."""
    by = actor_of(request)
    require(by, "export.masked")
    page = keyset_page(
        ExportJob.objects.visible_to(by.scope).filter(appointment=by.appointment_id),
        order=("-id",),
        params=request.GET,
    )
    rows = [(job, _name(job), TONES[ExportState(job.state)]) for job in page.rows]
    return render(request, "exchange/export_list.html", {"page": page, "rows": rows})


def _name(job: ExportJob) -> Any:
    try:
        return list_of(job.key).name
    except KeyError:
        return job.key


@require_GET
def export_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a file is, and where to fetch it."""
    by = actor_of(request)
    job = _job(by, uid)
    return render(
        request,
        "exchange/export_detail.html",
        {
            "job": job,
            "name": _name(job),
            "tone": TONES[ExportState(job.state)],
            "is_under_way": job.state in UNDER_WAY,
            "again_url": f"{reverse('exports:export-new', args=(job.key,))}?{job.query}",
            "share": 100 * job.done_count // job.row_count if job.row_count else 0,
        },
    )


@require_GET
def export_progress(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far a file is, for a page that asks every few seconds."""
    job = _job(actor_of(request), uid)
    if request.headers.get("HX-Request") != "true":
        return redirect(job)
    response = render(
        request,
        "exchange/_export_progress.html",
        {
            "job": job,
            "share": 100 * job.done_count // job.row_count if job.row_count else 0,
        },
    )
    if job.state not in UNDER_WAY:
        response["HX-Redirect"] = job.get_absolute_url()
    return response


@require_GET
def export_download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send the file to who asked for it, if they still may; written down each time."""
    by = actor_of(request)
    job = _job(by, uid)
    require(by, "export.unmasked" if job.is_unmasked else "export.masked")
    if job.is_unmasked:
        asked = ask_step_up(request)
        if asked is not None:
            return asked
    try:
        fetch_export(job, by=by)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
        return redirect(job)
    kind = CSV if job.file_format == ExportFormat.CSV else XLSX
    return attachment(
        pieces(job.place, job.uid), name=job.file_name, content_type=kind, size=job.file_size
    )
