"""Setting how a place writes a kind of document."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.documents.enums import EventKind
from partybuild.documents.models import DocumentStyle
from partybuild.documents.queries.styles import TEXTS
from partybuild.documents.registry import DocumentKind

FIELDS = (*TEXTS, "is_sealed")


@transaction.atomic
def set_style(kind: DocumentKind, *, area: Area, by: Actor, **values: Any) -> DocumentStyle:
    """Set an area's words for a kind; documents already issued stay as they are."""
    style, created = DocumentStyle.objects.select_for_update().get_or_create(
        area=area, kind=kind.key, defaults=values
    )
    before = None if created else DocumentStyle.objects.get(pk=style.pk)
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
