"""Deciding what somebody else asked for."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from partybuild.access import Actor, Refused
from partybuild.accounts.models import Appointment
from partybuild.approvals.enums import ApprovalState, EventKind
from partybuild.approvals.exceptions import (
    ApprovalAlreadyDecided,
    ApprovalNotUsable,
    OpinionMissing,
    OwnRequest,
)
from partybuild.approvals.models import Approval
from partybuild.approvals.queries.deciding import is_own, lost_right, may_decide
from partybuild.approvals.services.requesting import expiry
from partybuild.approvals.services.wording import tell_requester
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.clock import Now


@transaction.atomic
def decide_approval(approval: Approval, *, approve: bool, opinion: str, by: Actor) -> Approval:
    """Approve and execute, or refuse; what cannot be executed any more comes back as overtaken.

    Decision, execution, event and notices are one transaction.
    """
    target = approval.target
    if by.kind == "appointment" and is_own(by, approval, target):
        raise OwnRequest
    if not may_decide(by, approval, target):
        raise Refused("approval.decide")
    opinion = opinion.strip()[:500]
    if not approve and not opinion:
        raise OpinionMissing
    waiting = Approval.objects.filter(
        pk=approval.pk, state=ApprovalState.REQUESTED, expires_at__gt=Now()
    )
    # The filter is the lock: of two deciding at once, one updates a row and one updates none.
    if not waiting.update(
        state=ApprovalState.APPROVED if approve else ApprovalState.REFUSED,
        decided_person=by.person_id,
        decided_organization=by.organization_id,
        decided_post=by.post,
        decided_at=now(),
        opinion=opinion,
    ):
        raise ApprovalAlreadyDecided
    approval.refresh_from_db()
    # Held until the end, so that a term that is being ended does not slip through.
    Appointment.objects.select_for_update(of=("self",), no_key=True).get(
        pk=approval.requested_appointment_id
    )
    if approve:
        _carry_out(approval, by=by)
    if approval.state in {ApprovalState.REFUSED, ApprovalState.OVERTAKEN} and target is not None:
        approval.kind.end(approval, target, by=by)
    kind = {
        ApprovalState.REFUSED: EventKind.REFUSED,
        ApprovalState.OVERTAKEN: EventKind.OVERTAKEN,
    }.get(ApprovalState(approval.state), EventKind.APPROVED)
    record_event(
        kind,
        target=target,
        by=by,
        reason=approval.outcome or opinion or approval.reason,
        changes={
            "approval": str(approval.uid),
            "key": approval.key,
            "asked": approval.requested_post,
        },
    )
    tell_requester(approval, by=by)
    return approval


def _carry_out(approval: Approval, *, by: Actor) -> None:
    kind, target = approval.kind, approval.read_target()
    why = lost_right(approval, target) or kind.still_valid(approval, target)
    if why:
        _become(approval, ApprovalState.OVERTAKEN, outcome=str(why)[:300])
    elif kind.executes_at_once:
        kind.execute(approval, target, by=by)
        _become(approval, ApprovalState.EXECUTED)
    else:
        _become(approval, ApprovalState.APPROVED, expires_at=expiry(approval.area))


def _become(approval: Approval, state: ApprovalState, **values: Any) -> None:
    Approval.objects.filter(pk=approval.pk).update(state=state, **values)
    approval.refresh_from_db()


@transaction.atomic
def claim_approved(approval: Approval, *, by: Actor) -> Approval:
    """Use what was approved, once: by who asked, in that post, while they still hold the right.

    For what the requester carries out, such as an export; call it in the transaction of the act.
    """
    target = approval.target
    in_own_post = (
        by.kind == "appointment" and by.appointment_id == approval.requested_appointment_id
    )
    if not in_own_post:
        raise Refused(approval.key)
    if target is None or lost_right(approval, target):
        raise ApprovalNotUsable
    if approval.kind.still_valid(approval, target):
        raise ApprovalNotUsable
    usable = Approval.objects.filter(
        pk=approval.pk, state=ApprovalState.APPROVED, expires_at__gt=Now()
    )
    # The filter is the lock: used twice at once, it is used once.
    if not usable.update(state=ApprovalState.EXECUTED):
        raise ApprovalNotUsable
    approval.refresh_from_db()
    record_event(
        EventKind.EXECUTED,
        target=target,
        by=by,
        reason=approval.reason,
        changes={"approval": str(approval.uid), "key": approval.key},
    )
    return approval
