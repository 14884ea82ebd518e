"""What time does to requests: they expire, are overtaken, and find new people to decide them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from partybuild.access import Actor
from partybuild.approvals.enums import OPEN, ApprovalState, EventKind
from partybuild.approvals.models import Approval
from partybuild.approvals.queries import deciders, lost_right, route_of
from partybuild.approvals.services.wording import remind_deciders, tell_deciders, tell_requester
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.calendar.clock import Now

# Told beforehand: so long before the end.
_BEFORE = timedelta(days=2)


def sweep_approvals(*, by: Actor) -> int:
    """Let expire what nobody decided in time, end what is overtaken, tell new deciders.

    Each request is its own transaction; a second run finds nothing. Returns how many ended.
    """
    ended = 0
    for pk in Approval.objects.filter(state__in=OPEN).order_by("pk").values_list("pk", flat=True):
        ended += _look_at(pk, by=by)
    return ended


@transaction.atomic
def _look_at(pk: int, *, by: Actor) -> int:
    # Whoever decides at this moment holds the row: next time.
    approval = (
        Approval.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=pk, state__in=OPEN)
        .first()
    )
    if approval is None:
        return 0
    if approval.expires_at <= now():
        return _end(approval, ApprovalState.EXPIRED, EventKind.EXPIRED, by=by)
    target = approval.target
    why = "对象已不存在" if target is None else lost_right(approval, target)
    why = why or str(approval.kind.still_valid(approval, target))
    if why:
        return _end(approval, ApprovalState.OVERTAKEN, EventKind.OVERTAKEN, by=by, why=why)
    if approval.is_waiting:
        _route_anew(approval, by=by)
    return 0


def _end(
    approval: Approval, state: ApprovalState, kind: EventKind, *, by: Actor, why: str = ""
) -> int:
    Approval.objects.filter(pk=approval.pk).update(state=state, outcome=why[:300])
    approval.refresh_from_db()
    target = approval.target
    if target is not None:
        approval.kind.end(approval, target, by=by)
    record_event(
        kind,
        target=target,
        by=by,
        reason=why,
        changes={"approval": str(approval.uid), "key": approval.key},
    )
    tell_requester(approval, by=by)
    return 1


def _route_anew(approval: Approval, *, by: Actor) -> None:
    target = approval.target
    before = (approval.higher_area_id, approval.is_for_security, sorted(approval.asked_posts))
    route = route_of(approval, target)
    told = [post.pk for post in route.told]
    after = (
        route.higher_area.pk if route.higher_area else None,
        route.is_for_security,
        sorted(told),
    )
    if after == before:
        return
    Approval.objects.filter(pk=approval.pk).update(
        higher_area=route.higher_area, is_for_security=route.is_for_security, asked_posts=told
    )
    tell_deciders(approval, route.told, by=by)


def remind_of_approvals(*, by: Actor) -> int:
    """Tell beforehand what will expire: everybody who may decide, and who asked; once each."""
    told = 0
    soon = Approval.objects.waiting().filter(expires_at__lte=now() + _BEFORE, expires_at__gt=Now())
    for approval in soon.with_names().order_by("pk"):
        target = approval.target
        if target is not None:
            told += remind_deciders(approval, deciders(approval, target), by=by)
    return told
