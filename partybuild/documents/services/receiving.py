"""Signing for a document that came."""

from __future__ import annotations

from django.db import transaction

from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.documents.enums import DocumentState, EventKind
from partybuild.documents.exceptions import AlreadySignedFor
from partybuild.documents.models import Delivery, OfficialDocument


@transaction.atomic
def sign_for_document(delivery: Delivery, *, by: Actor) -> None:
    """Sign for a document in force, once."""
    # The document's row first: nobody withdraws it meanwhile. Each row is asked by its own columns only, since
    # an UPDATE over a join is a subquery that a second one passes as well.
    in_force = OfficialDocument.objects.select_for_update().filter(
        pk=delivery.document_id, state=DocumentState.ISSUED
    )
    waiting = Delivery.objects.filter(pk=delivery.pk, signed_at=None)
    if in_force.first() is None or not waiting.update(
        signed_at=now(), signed_by=by.post or by.name
    ):
        raise AlreadySignedFor
    delivery.refresh_from_db()
    record_event(EventKind.SIGNED_FOR, target=delivery.document, by=by)
