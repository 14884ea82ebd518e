"""How a place writes its documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.audit.queries import history_of
from partybuild.documents.forms import StyleForm
from partybuild.documents.models import DocumentStyle
from partybuild.documents.queries import origins_of, preview_of, said_by, style_of
from partybuild.documents.registry import DocumentKind, kind_of, kinds
from partybuild.documents.rendering import as_pdf
from partybuild.documents.services import reset_style, set_style


def _area(by: Actor) -> Area:
    """Return the area for which a post sets styles: its own."""
    area = Area.objects.visible_to(by.scope).filter(pk=by.scope.area_id).first()
    if area is None:
        # The system administrator sets them for the whole place.
        area = Area.objects.visible_to(by.scope).order_by("level", "path").first()
    if area is None:
        raise Http404
    return area


@require_GET
def style_list(request: HttpRequest) -> HttpResponse:
    """Every kind of document with what holds in one's own area."""
    by = actor_of(request)
    require(by, "document.template")
    area = _area(by)
    own = set(
        DocumentStyle.objects.visible_to(by.scope).filter(area=area).values_list("kind", flat=True)
    )
    return render(
        request,
        "documents/style_list.html",
        {
            "area": area,
            "rows": [
                (kind, style_of(kind, area), kind.key in own)
                for kind in kinds()
                if _is_adjustable(kind)
            ],
        },
    )


def _is_adjustable(kind: DocumentKind) -> bool:
    return bool(kind.parts or kind.words) or not kind.is_form


def _kind(key: str) -> DocumentKind:
    try:
        kind = kind_of(key)
    except KeyError:
        raise Http404 from None
    if not _is_adjustable(kind):
        raise Http404
    return kind


def _row(kind: DocumentKind, area: Area, by: Actor) -> DocumentStyle:
    """Return the area's own row, a new one where it has set nothing."""
    row: DocumentStyle | None = (
        DocumentStyle.objects.visible_to(by.scope).filter(area=area, kind=kind.key).first()
    )
    return row or DocumentStyle(area=area, kind=kind.key)


def _form(kind: DocumentKind, area: Area, by: Actor, data: Any = None) -> StyleForm:
    row = _row(kind, area, by)
    above = origins_of(kind, area, instead=DocumentStyle(area=area, kind=kind.key))
    return StyleForm(data, instance=row, kind=kind, origins=above)


@require_http_methods(["GET", "POST"])
def style_change(request: HttpRequest, key: str) -> HttpResponse:
    """Set how one kind is written here; what is left empty is inherited."""
    by = actor_of(request)
    require(by, "document.template")
    kind, area = _kind(key), _area(by)
    form = _form(kind, area, by, request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_style(kind, area=area, by=by, **form.values())
        messages.success(request, _("已保存。此前生成的文书不变。"))
        return redirect("documents:style-change", key=key)
    return _page(request, kind, area, by, form)


def _page(
    request: HttpRequest, kind: DocumentKind, area: Area, by: Actor, form: StyleForm
) -> HttpResponse:
    row = _row(kind, area, by)
    return render(
        request,
        "documents/style_form.html",
        {
            "form": form,
            "kind": kind,
            "area": area,
            "holds": _holds(kind, area),
            "has_own": bool(said_by(row)),
            "history": (
                [line.entry() for line in history_of(row, by.scope)] if row.pk is not None else []
            ),
        },
        status=422 if form.errors else 200,
    )


def _holds(kind: DocumentKind, area: Area) -> list[tuple[Any, Any, str]]:
    """Return (field, what holds, where it was set) for the side of the page."""
    names = {part.key: str(part.name) for part in kind.parts}
    lines: list[tuple[Any, Any, str]] = []
    for name, origin in origins_of(kind, area).items():
        field: Any = DocumentStyle._meta.get_field(name)
        if name == "parts" and kind.parts:
            keys = origin.value or kind.chosen(kind.style)
            value: Any = "、".join(names[key] for key in keys if key in names)
        elif name not in kind.fields:
            continue
        elif isinstance(origin.value, bool):
            value = _("是") if origin.value else _("否")
        else:
            value = origin.value or "—"
        lines.append(
            (field.verbose_name, value, origin.area.name if origin.area else _("平台默认"))
        )
    return lines


@require_POST
def style_reset(request: HttpRequest, key: str) -> HttpResponse:
    """Take back everything set here for one kind."""
    by = actor_of(request)
    require(by, "document.template")
    kind, area = _kind(key), _area(by)
    reset_style(kind, area=area, by=by)
    messages.success(request, _("已恢复：本级不再单独设置，按上级或平台默认的写法。"))
    return redirect("documents:style-change", key=key)


@require_POST
def style_preview(request: HttpRequest, key: str) -> HttpResponse:
    """Draw the newest paper in sight as the form stands now; nothing is saved."""
    by = actor_of(request)
    require(by, "document.template")
    kind, area = _kind(key), _area(by)
    form = _form(kind, area, by, request.POST)
    if not form.is_valid():
        return _page(request, kind, area, by, form)
    paper = preview_of(kind, DocumentStyle(area=area, kind=kind.key, **form.values()), by)
    if paper is None:
        form.add_error(None, _("辖区里还没有可以用来预览的记录；有了第一次会议后再看。"))
        return _page(request, kind, area, by, form)
    answer = HttpResponse(as_pdf(paper), content_type="application/pdf")
    # Shown, not saved: it is drawn here from plain values, and nobody sent it.
    answer["Content-Disposition"] = "inline; filename=preview.pdf"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer
