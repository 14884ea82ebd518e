"""The style that holds in an area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from partybuild.areas.models import Area
from partybuild.documents.models import DocumentStyle
from partybuild.documents.registry import ISSUER_WORDS, DocumentKind, Style, filled
from partybuild.organizations.models import Organization

TEXTS = ("mark", "prefix", "opening", "closing", "copies_to", "note")
# A head and a prefix belong to one body: bodies below inherit them only as a pattern.
OF_ONE_BODY = ("mark", "prefix")


@dataclass(frozen=True)
class Origin:
    """What holds for one field, and where it was set: None for the kind's own default."""

    value: Any
    area: Area | None


def origins_of(
    kind: DocumentKind, area: Area | None, *, instead: DocumentStyle | None = None
) -> dict[str, Origin]:
    """Return for each field what holds in an area and which area has set it, the nearest winning.

    `instead`: a row not saved yet, to be tried in place of its area's own.
    """
    found = {name: Origin(getattr(kind.style, name), None) for name in (*TEXTS, "is_sealed")}
    found["has_head"] = Origin(kind.style.has_head, None)
    found["parts"] = Origin(kind.style.parts, None)
    if area is None:
        return found
    rows = list(
        DocumentStyle.objects.filter(area__in=area.line(), kind=kind.key)
        .select_related("area")
        .order_by("area__level")
    )
    if instead is not None:
        rows = [row for row in rows if row.area_id != instead.area_id]
        if instead.area_id in area.line():
            rows = sorted([*rows, instead], key=lambda row: row.area.level)
    for row in rows:
        for name, value in said_by(row).items():
            if name in OF_ONE_BODY and row.area_id != area.pk and not is_pattern(value):
                continue
            found[name] = Origin(value, row.area)
    return found


def said_by(row: DocumentStyle) -> dict[str, Any]:
    """Return what a row sets itself; what it leaves open is not there."""
    said: dict[str, Any] = {name: getattr(row, name) for name in TEXTS if getattr(row, name)}
    for name in ("is_sealed", "has_head"):
        if getattr(row, name) is not None:
            said[name] = getattr(row, name)
    if row.parts:
        said["parts"] = tuple(row.parts)
    return said


def is_pattern(text: str) -> bool:
    """Tell whether a mark or prefix names the issuer by a placeholder."""
    return any("{" + word + "}" in text for word in ISSUER_WORDS)


def style_of(
    kind: DocumentKind,
    area: Area | None,
    issuer: Organization | None = None,
    *,
    instead: DocumentStyle | None = None,
) -> Style:
    """Return the kind's own words with what the area and those above it have set, the nearest last."""
    of_the_issuer = issuer.area if issuer is not None and issuer.area_id else area
    said = {name: origin.value for name, origin in origins_of(kind, area, instead=instead).items()}
    if of_the_issuer is not None and of_the_issuer != area:
        # The street's own paper about a community's matter bears the street's head.
        own = origins_of(kind, of_the_issuer, instead=instead)
        said |= {name: own[name].value for name in OF_ONE_BODY}
    if issuer is not None:
        words = {"发文机关": issuer.name, "简称": issuer.called}
        said |= {name: filled(said[name], words) for name in OF_ONE_BODY}
    if not said["has_head"]:
        said["mark"] = ""
    return replace(kind.style, **said)
