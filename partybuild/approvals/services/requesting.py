"""Asking, and taking back what was asked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction

from partybuild.access import Actor, Level, Refused, cell
from partybuild.approvals.enums import ApprovalState, EventKind
from partybuild.approvals.exceptions import (
    AlreadyAsked,
    ApprovalAlreadyDecided,
    NobodyToDecide,
    ReasonMissing,
)
from partybuild.approvals.models import Approval
from partybuild.approvals.queries import route_of
from partybuild.approvals.queries.deciding import LEVELS
from partybuild.approvals.registry import Approvable, approvable_of, needs_approval
from partybuild.approvals.services.wording import tell_deciders
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import SHANGHAI, now
from partybuild.organizations.models import Organization


@transaction.atomic
def request_approval(
    key: str, *, target: models.Model, payload: dict[str, Any], reason: str, by: Actor
) -> Approval:
    """Ask a second person for what the line allows this post only together with one."""
    kind = approvable_of(key)
    if by.kind != "appointment" or by.person_id is None or by.appointment_id is None:
        raise Refused(key)
    if not needs_approval(by, key) or not kind.holds(by, target):
        raise Refused(key)
    if not reason.strip():
        raise ReasonMissing
    kind.check(target, payload, by=by)
    area, base_level = _place(kind, target, by)
    approval = Approval(
        key=key,
        target_label=target._meta.label,
        target_uid=target.uid,  # type: ignore[attr-defined]
        payload=payload,
        once=kind.once(payload, by),
        reason=reason.strip()[:500],
        requested_person_id=by.person_id,
        requested_appointment_id=by.appointment_id,
        requested_organization_id=by.organization_id,
        requested_post=by.post,
        area=area,
        base_level=base_level,
        unit=kind.unit(target),
        expires_at=expiry(area),
    )
    try:
        with transaction.atomic():
            approval.save()
    except IntegrityError as clash:
        raise AlreadyAsked from clash
    route = route_of(approval, target)
    if not route.told:
        raise NobodyToDecide
    approval.asked_posts = [post.pk for post in route.told]
    approval.save(update_fields=("higher_area", "is_for_security", "asked_posts"))
    record_event(
        EventKind.REQUESTED,
        target=target,
        by=by,
        reason=approval.reason,
        changes={"approval": str(approval.uid), "key": key},
    )
    tell_deciders(approval, route.told, by=by)
    return approval


def _place(kind: Approvable, target: models.Model, by: Actor) -> tuple[Area | None, int]:
    """Return over which area a request is decided, and above which level the next one begins.

    What a unit or a member asks is decided at the street: its community learns nothing by it.
    """
    if by.scope.is_area and by.scope.area_id is not None:
        own = Area.objects.get(pk=by.scope.area_id)
        area = kind.area(target)
        return (area if area is not None and area.is_below(own) else own), own.level
    area = kind.area(target)
    if by.scope.is_unit and by.organization_id is not None:
        body = Organization.objects.select_related("area").get(pk=by.organization_id)
        return _street_of(body.area), Level.COMMUNITY
    # A member has no level: above those who hold the line.
    return area, min(
        (level for column, level in LEVELS.items() if cell(kind.key, column).allows),
        default=Level.COMMUNITY,
    )


def _street_of(area: Area | None) -> Area | None:
    if area is None or area.level <= Level.STREET:
        return area
    return (
        Area.objects.filter(pk__in=area.line(), level__lte=Level.STREET).order_by("-level").first()
    )


def expiry(area: Area | None) -> datetime:
    """Return the end of the day on which an unanswered request ends."""
    day = now().astimezone(SHANGHAI).date() + timedelta(days=parameter(area, "approval.days"))
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI) - timedelta(seconds=1)


@transaction.atomic
def withdraw_approval(approval: Approval, *, by: Actor) -> Approval:
    """Take back one's own request while nobody has decided."""
    if by.kind != "appointment" or by.person_id != approval.requested_person_id:
        raise Refused("approval.withdraw")
    # The filter is the lock: of withdrawing and deciding at once, one updates a row.
    if not Approval.objects.filter(
        pk=approval.pk, state=ApprovalState.REQUESTED, requested_person=by.person_id
    ).update(state=ApprovalState.WITHDRAWN):
        raise ApprovalAlreadyDecided
    approval.refresh_from_db()
    if approval.target is not None:
        approval.kind.end(approval, approval.target, by=by)
    record_event(
        EventKind.WITHDRAWN,
        target=approval.target,
        by=by,
        changes={"approval": str(approval.uid), "key": approval.key},
    )
    return approval


__all__ = ("expiry", "request_approval", "withdraw_approval")
