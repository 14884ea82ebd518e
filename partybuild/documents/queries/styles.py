"""The style that holds in an area."""

from __future__ import annotations

from dataclasses import replace

from partybuild.areas.models import Area
from partybuild.documents.models import DocumentStyle
from partybuild.documents.registry import DocumentKind, Style

TEXTS = ("mark", "prefix", "opening", "closing", "copies_to", "note")


def style_of(kind: DocumentKind, area: Area | None) -> Style:
    """Return the kind's own words with what the area and those above it have set, the nearest last."""
    style = kind.style
    if area is None:
        return style
    rows = DocumentStyle.objects.filter(area__in=area.line(), kind=kind.key).order_by("area__level")
    for row in rows:
        said = {name: getattr(row, name) for name in TEXTS if getattr(row, name)}
        style = replace(style, is_sealed=row.is_sealed, **said)
    return style
