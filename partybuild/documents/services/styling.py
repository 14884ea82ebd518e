"""Setting how a place writes a kind of document."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.documents.enums import EventKind
from partybuild.documents.exceptions import UnknownWord
from partybuild.documents.models import DocumentStyle
from partybuild.documents.queries.styles import OF_ONE_BODY, TEXTS
from partybuild.documents.registry import ISSUER_WORDS, DocumentKind, unknown_words

FIELDS = (*TEXTS, "is_sealed", "has_head", "parts")
NOTHING_SET: dict[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    "is_sealed": None,
    "has_head": None,
    "parts": [],
}


@transaction.atomic
def set_style(kind: DocumentKind, *, area: Area, by: Actor, **values: Any) -> DocumentStyle:
    """Set an area's words for a kind; documents already issued stay as they are."""
    refuse_unknown_words(kind, values)
    style, created = DocumentStyle.objects.select_for_update().get_or_create(
        area=area, kind=kind.key, defaults=values
    )
    before = None if created else copy(style)
    if not created:
        for name, value in values.items():
            setattr(style, name, value)
        style.full_clean()
        style.save()
    record_event(
        EventKind.STYLE_CHANGED,
        target=style,
        by=by,
        changes=differences(before, style, FIELDS),
    )
    return style


def reset_style(kind: DocumentKind, *, area: Area, by: Actor) -> DocumentStyle:
    """Set nothing any more: what the areas above have, else the default, holds again."""
    return set_style(kind, area=area, by=by, **NOTHING_SET)


def words_of(kind: DocumentKind, name: str) -> dict[str, Any]:
    """Return {placeholder: what stands for it} that a field of the style may use."""
    if name in OF_ONE_BODY:
        return ISSUER_WORDS
    return kind.words if name in {"opening", "closing"} else {}


def refuse_unknown_words(kind: DocumentKind, values: dict[str, Any]) -> None:
    """UnknownWord, at its field, for a placeholder that nothing will be put in for."""
    for name in TEXTS:
        known = words_of(kind, name)
        if wrong := unknown_words(values.get(name) or "", known):
            raise UnknownWord(name, wrong, list(known))
