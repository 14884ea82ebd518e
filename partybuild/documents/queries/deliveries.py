"""Who has taken and signed for a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from partybuild.access import Actor
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.documents.models import Delivery, OfficialDocument


@dataclass(frozen=True)
class DeliveryLine:
    """One body: when it first took the file, when it signed."""

    delivery: Delivery
    taken_at: datetime | None
    is_own: bool


def deliveries_of(document: OfficialDocument, by: Actor) -> list[DeliveryLine]:
    """Return the bodies that a document went to, as far as a post sees them."""
    rows = list(
        Delivery.objects.visible_to(by.scope)
        .filter(document=document)
        .select_related("organization")
    )
    taken = dict(
        Event.objects.filter(
            kind=EventKind.DOWNLOADED,
            object_uid=document.uid,
            organization_id__in=[row.organization_id for row in rows],
        )
        .values_list("organization_id")
        .annotate(first=Min("at"))
        .values_list("organization_id", "first")
        .order_by()
    )
    return [
        DeliveryLine(row, taken.get(row.organization_id), row.organization_id == by.organization_id)
        for row in rows
    ]
