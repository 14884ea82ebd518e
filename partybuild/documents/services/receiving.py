"""Signing for a document that came, and what is owed until then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from partybuild.access import Actor
from partybuild.areas.queries import parameter, word
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.documents.enums import DocumentState, EventKind
from partybuild.documents.exceptions import AlreadySignedFor
from partybuild.documents.models import Delivery, OfficialDocument
from partybuild.obligations.models import Obligation
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import owe, pay, void
from partybuild.organizations.models import Organization

SIGN = "document.sign"


def owe_signatures(
    document: OfficialDocument, organizations: Iterable[Organization], *, by: Actor
) -> int:
    """Let each body owe its signature, where the place asks for one; returns how many."""
    days = parameter(document.area, "document.sign_days")
    if not days:
        return 0
    due_on = add_working_days(today(), days)
    return owe(
        (
            Debt(
                duty=SIGN,
                bearer_organization=organization,
                owed_to=document.issuer,
                subject=document,
                period=str(Period.of(due_on)),
                due_on=due_on,
                area=document.area,
            )
            for organization in organizations
        ),
        by=by,
    )


@transaction.atomic
def sign_for_document(
    delivery: Delivery, *, by: Actor, channel: str = "", follows: bool = False
) -> None:
    """Sign for a document in force, once; with `channel` it is entered for the body (代录).

    `follows`: the signature comes with another answer.
    """
    # The document's row first: nobody withdraws it meanwhile. Each row is asked by its own columns only, since
    # an UPDATE over a join is a subquery that a second one passes as well.
    in_force = OfficialDocument.objects.select_for_update().filter(
        pk=delivery.document_id, state=DocumentState.ISSUED
    )
    waiting = Delivery.objects.filter(pk=delivery.pk, signed_at=None)
    if in_force.first() is None or not waiting.update(
        signed_at=now(), signed_by=by.post or by.name, channel=channel
    ):
        raise AlreadySignedFor
    delivery.refresh_from_db()
    document = delivery.document
    pay(
        duty=SIGN,
        bearer=delivery.organization,
        subject=document,
        paid_with=delivery,
        by=by,
    )
    heard = word(document.area, "proxy.channel", channel) if channel else ""
    record_event(
        EventKind.SIGNED_FOR,
        target=document,
        by=by,
        reason=heard,
        changes={"organization": delivery.organization.name} if channel else None,
        follows=follows,
    )


@transaction.atomic
def sign_by_answering(
    kind: str, subject: Any, *, organization: Organization, by: Actor, channel: str = ""
) -> bool:
    """Whoever answers what a paper asks has received it: the answer signs for it. False where none waits."""
    delivery = (
        Delivery.objects.filter(
            document__kind=kind,
            document__subject_uid=subject.uid,
            document__state=DocumentState.ISSUED,
            organization=organization.pk,
            signed_at=None,
        )
        .select_related("document__area", "organization")
        .first()
    )
    if delivery is None:
        return False
    sign_for_document(delivery, by=by, channel=channel, follows=True)
    return True


def let_signatures_go(document: OfficialDocument, *, reason: str, by: Actor) -> None:
    """Nobody signs for a paper out of force; who has signed, has."""
    for debt in Obligation.objects.filter(duty=SIGN, subject_uid=document.uid).unpaid():
        void(
            duty=SIGN,
            subject=document,
            bearer=debt.bearer_organization,
            period=debt.period,
            reason=reason,
            by=by,
        )
