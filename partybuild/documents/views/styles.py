"""How a place writes its documents."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from partybuild.access import Actor, require
from partybuild.accounts.actors import actor_of
from partybuild.areas.models import Area
from partybuild.documents.forms import StyleForm
from partybuild.documents.models import DocumentStyle
from partybuild.documents.queries import style_of
from partybuild.documents.registry import kind_of, kinds
from partybuild.documents.services import set_style


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
    return render(
        request,
        "documents/style_list.html",
        {
            "area": area,
            "rows": [(kind, style_of(kind, area)) for kind in kinds() if not kind.is_form],
        },
    )


@require_http_methods(["GET", "POST"])
def style_change(request: HttpRequest, key: str) -> HttpResponse:
    """Set the words of one kind."""
    by = actor_of(request)
    require(by, "document.template")
    try:
        kind = kind_of(key)
    except KeyError:
        raise Http404 from None
    area = _area(by)
    row = DocumentStyle.objects.visible_to(by.scope).filter(area=area, kind=key).first()
    if row is None:
        style = style_of(kind, area)
        row = DocumentStyle(
            area=area, kind=key, mark=style.mark, prefix=style.prefix, is_sealed=style.is_sealed
        )
    form = StyleForm(request.POST or None, instance=row, kind=kind)
    if request.method == "POST" and form.is_valid():
        set_style(kind, area=area, by=by, **form.cleaned_data)
        messages.success(request, _("已保存。此前生成的文书不变。"))
        return redirect("documents:style-list")
    return render(
        request,
        "documents/style_form.html",
        {"form": form, "kind": kind, "area": area},
        status=422 if form.is_bound else 200,
    )
