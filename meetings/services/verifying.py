"""What the convener does at the end: close, send back to work, or stop."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from meetings.enums import (
    OPEN_RESOLUTION,
    Closing,
    EventKind,
    PartyRole,
    ProgressKind,
    ResolutionState,
)
from meetings.exceptions import ReasonIsMissing, ResolutionMovedOn
from meetings.models import Resolution, ResolutionParty
from meetings.services.debts import void_unpaid
from meetings.services.resolution_steps import ACCEPT, REPORT, tell_parties, write_progress
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.obligations.services import pay, return_debt


@transaction.atomic
def close_resolution(
    resolution: Resolution, *, closing: Closing, by: Actor, text: str = ""
) -> Resolution:
    """Verify and close (销号): in substance, by procedure, or for this stage.

    What was settled by telephone may be closed without a report: nobody owes one afterwards.
    """
    if not Resolution.objects.filter(
        pk=resolution.pk,
        state__in=(ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED),
    ).update(
        state=ResolutionState.CLOSED,
        closing=closing,
        closed_on=today(),
        result=text.strip(),
        version=F("version") + 1,
    ):
        raise ResolutionMovedOn
    resolution.refresh_from_db()
    progress = write_progress(
        resolution, None, ProgressKind.CLOSED, text or str(Closing(closing).label), by=by
    )
    parties = ResolutionParty.objects.filter(resolution=resolution).standing()
    for party in parties.select_related("organization"):
        for duty in (ACCEPT, REPORT):
            pay(
                duty=duty,
                bearer=party.organization,
                subject=resolution,
                paid_with=progress,
                by=by,
            )
    tell_parties(resolution, progress, f"议定事项已销号：{resolution.text}", by)
    record_event(
        EventKind.RESOLUTION_CLOSED, target=resolution, by=by, changes={"closing": str(closing)}
    )
    return resolution


@transaction.atomic
def refuse_report(resolution: Resolution, *, reason: str, by: Actor) -> Resolution:
    """Send a report back to work: the lead owes it again."""
    if not reason.strip():
        raise ReasonIsMissing
    if not Resolution.objects.filter(pk=resolution.pk, state=ResolutionState.REPORTED).update(
        state=ResolutionState.WORKING, reported_on=None, version=F("version") + 1
    ):
        raise ResolutionMovedOn
    resolution.refresh_from_db()
    progress = write_progress(resolution, None, ProgressKind.REFUSED, reason, by=by)
    lead = (
        ResolutionParty.objects.filter(resolution=resolution, role=PartyRole.LEAD)
        .standing()
        .select_related("organization")
        .get()
    )
    return_debt(
        {"duty": REPORT, "bearer": lead.organization, "subject": resolution},
        reason=reason,
        by=by,
    )
    tell_parties(resolution, progress, f"请继续办理：{resolution.text}", by)
    record_event(EventKind.RESOLUTION_REFUSED, target=resolution, by=by, reason=reason)
    return resolution


@transaction.atomic
def stop_resolution(resolution: Resolution, *, reason: str, by: Actor) -> Resolution:
    """Stop a resolution (中止) with a reason; what is unpaid is owed no more."""
    if not reason.strip():
        raise ReasonIsMissing
    if not Resolution.objects.filter(pk=resolution.pk, state__in=OPEN_RESOLUTION).update(
        state=ResolutionState.STOPPED,
        closed_on=today(),
        result=reason.strip(),
        version=F("version") + 1,
    ):
        raise ResolutionMovedOn
    resolution.refresh_from_db()
    progress = write_progress(resolution, None, ProgressKind.STOPPED, reason, by=by)
    for duty in (ACCEPT, REPORT):
        void_unpaid(duty=duty, subject=resolution, reason=reason, by=by)
    tell_parties(resolution, progress, f"议定事项已中止：{resolution.text}", by)
    record_event(EventKind.RESOLUTION_STOPPED, target=resolution, by=by, reason=reason)
    return resolution
