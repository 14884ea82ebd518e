"""What was done: the auditor's pages, a street's search in its own area, one's own events."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, Reach, Role, may, require
from partybuild.accounts.actors import actor_of
from partybuild.accounts.step_up import step_up_required
from partybuild.areas.models import Area
from partybuild.audit.models import Event
from partybuild.calendar import today
from partybuild.exchange.writer import CSV, XLSX
from partybuild.fields.keyset import keyset_page
from partybuild.ops.forms.events import EventFilterForm, ExportForm
from partybuild.ops.queries.events import (
    ACTOR_KINDS,
    chain_state,
    changes_in_words,
    companions,
    figures,
    line_of,
    lines_of,
    rows_changed,
    seal_of,
)
from partybuild.ops.services.audit import MOST_ROWS, export_events
from partybuild.ops.services.chain import verify_and_tell

ORDER = ("-id",)
# Counting years of events for one line of text is not worth the wait.
COUNTED = 10_000
# Verified while the auditor waits; above that by the nightly task.
VERIFIED_AT_ONCE = 300_000


def _seen(by: Actor) -> QuerySet[Event]:
    rows: QuerySet[Event] = Event.objects.visible_to(by.scope)
    return rows


def _sees_all(by: Actor) -> bool:
    return by.scope.cell("audit.view").reach is Reach.EVERYWHERE


@require_GET
def audit_home(request: HttpRequest) -> HttpResponse:
    """Tell how the chain stands and what happened in the last day: the auditor's first page."""
    by = actor_of(request)
    require(by, "audit.verify")
    rows = _seen(by)
    latest = rows.filter(result__in=("refused", "failed")).order_by("-id")[:10]
    return render(
        request,
        "ops/audit_home.html",
        {
            "state": chain_state(),
            "figures": figures(rows),
            "latest": lines_of(latest),
            "may_export": may(by, "audit.export"),
        },
    )


@require_GET
def event_list(request: HttpRequest) -> HttpResponse:
    """Search events: all of them, those of the own area, or one's own."""
    by = actor_of(request)
    require(by, "audit.view")
    form = EventFilterForm(request.GET)
    found = form.found_in(_seen(by))
    page = keyset_page(found, order=ORDER, params=request.GET)
    count = found.order_by()[: COUNTED + 1].count()
    return render(
        request,
        "ops/event_list.html",
        {
            "form": form,
            "page": page,
            "lines": lines_of(page.rows),
            "count": count if count <= COUNTED else None,
            "counted": COUNTED,
            "is_own": by.scope.role == Role.MEMBER,
            "sees_all": _sees_all(by),
            "may_export": may(by, "audit.export"),
            "query": _query(request),
            "since": form.first_day() if form.is_valid() else None,
        },
    )


@require_GET
def event_detail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show one event: who, what, on what, what it changed, under which seal."""
    by = actor_of(request)
    require(by, "audit.view")
    rows = _seen(by)
    event = get_object_or_404(rows, uid=uid)
    area = Area.objects.visible_to(by.scope).filter(path=event.area_path).first()
    where = event.changes if event.kind == "access.refused" else {}
    return render(
        request,
        "ops/event_detail.html",
        {
            "event": event,
            "line": line_of(event),
            "actor_kind": ACTOR_KINDS.get(event.actor_kind, event.actor_kind),
            "role": str(dict(Role.choices).get(event.role, "")),
            "area": area,
            "where": where,
            "changes": changes_in_words(event, by.scope),
            "rows_changed": rows_changed(event) if _sees_all(by) else [],
            "companions": companions(event, rows),
            "seal": seal_of(event),
            "sees_all": _sees_all(by),
            "about_count": len(event.about),
        },
    )


@require_http_methods(["GET", "POST"])
@step_up_required(key="audit.export")
def event_export(request: HttpRequest) -> HttpResponse:
    """Take the found events away as a file, for a reason."""
    by = actor_of(request)
    require(by, "audit.export")
    filters = EventFilterForm(request.GET)
    found = filters.found_in(_seen(by))
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = export_events(
            found,
            form=given["form"],
            reason=given["reason"],
            conditions=_conditions(filters),
            by=by,
        )
        name = f"{_('操作记录')}_{today():%Y%m%d}.{given['form']}"
        response = FileResponse(file, content_type=CSV if given["form"] == "csv" else XLSX)
        response["Content-Disposition"] = (
            f"attachment; filename=\"events.{given['form']}\"; filename*=UTF-8''{quote(name)}"
        )
        return response  # type: ignore[return-value]
    return render(
        request,
        "ops/event_export.html",
        {
            "form": form,
            "count": found.count(),
            "most": MOST_ROWS,
            "query": _query(request),
            "conditions": _conditions(filters),
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Verify the chain now, while the auditor waits."""
    by = actor_of(request)
    require(by, "audit.verify")
    state = chain_state()
    if state.seal is not None and state.seal.highest_id > VERIFIED_AT_ONCE:
        messages.info(request, _("记录较多，系统每天凌晨自动核对，结果显示在本页。"))
        return redirect("ops:audit-home")
    found = verify_and_tell(by=by)
    if found.ok:
        messages.success(request, _("核对完成：已封存的记录完整，没有改动。"))
    else:
        messages.error(request, _("核对未通过：记录与封存内容不一致，请看下面的位置。"))
    return redirect("ops:audit-home")


def _query(request: HttpRequest) -> str:
    params = request.GET.copy()
    for name in ("newer", "older"):
        params.pop(name, None)
    return params.urlencode()


def _conditions(form: EventFilterForm) -> dict[str, Any]:
    """Return what narrowed the list, as it was typed."""
    if not form.is_valid():
        return {}
    given = {name: str(value) for name, value in form.cleaned_data.items() if value}
    return {**given, "since": str(form.first_day())}
