"""Who has taken and signed for a document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from partybuild.access import Actor
from partybuild.audit.enums import EventKind
from partybuild.audit.models import Event
from partybuild.documents.models import Delivery, OfficialDocument
from partybuild.documents.queries.verification import subject_of
from partybuild.documents.registry import kind_of


@dataclass(frozen=True)
class DeliveryLine:
    """One body: when it first took the file, when it answered what the paper asks, when it signed."""

    delivery: Delivery
    taken_at: datetime | None
    answered_at: datetime | None
    is_own: bool

    @property
    def waits(self) -> bool:
        """Whether its signature is still awaited: whoever had answered before has received what it says."""
        return self.delivery.signed_at is None and self.answered_at is None


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
    answered = _answers(document) if rows else {}
    return [
        DeliveryLine(
            row,
            taken.get(row.organization_id),
            answered.get(row.organization_id),
            row.organization_id == by.organization_id,
        )
        for row in rows
    ]


def _answers(document: OfficialDocument) -> dict[int, datetime]:
    """Who answered before the paper was drawn up: it has received what the paper says."""
    try:
        kind = kind_of(document.kind)
    except KeyError:
        return {}
    subject = subject_of(document)
    given = {} if subject is None else kind.answered(subject)
    return {key: moment for key, moment in given.items() if moment <= document.issued_at}
