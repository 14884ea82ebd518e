"""What the convener does at the end: close, send back to work, or stop."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import (
    OPEN_RESOLUTION,
    Closing,
    EventKind,
    PartyRole,
    ProgressKind,
    ResolutionState,
)
from meetings.exceptions import ReasonIsMissing, ResolutionMovedOn, ReviewDayMissing
from meetings.models import Progress, Resolution, ResolutionParty
from meetings.services.carding import lift_all
from meetings.services.debts import void_unpaid
from meetings.services.extending import give_time, must_be_later, withdraw_waiting
from meetings.services.resolution_steps import ACCEPT, REPORT, VERIFY, tell_parties, write_progress
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.obligations.services import pay, return_debt
from partybuild.ui.filters import short_date_cn


@transaction.atomic
def close_resolution(
    resolution: Resolution,
    *,
    closing: Closing,
    by: Actor,
    text: str = "",
    review_on: date | None = None,
) -> Resolution:
    """Verify and close (销号): in substance, by procedure, or for this stage, until it is reviewed.

    What was settled by telephone may be closed without a report: nobody owes one afterwards.
    """
    if closing == Closing.STAGE and (review_on is None or review_on <= today()):
        raise ReviewDayMissing
    if not Resolution.objects.filter(
        pk=resolution.pk,
        state__in=(ResolutionState.ASSIGNED, ResolutionState.WORKING, ResolutionState.REPORTED),
    ).update(
        state=ResolutionState.CLOSED,
        closing=closing,
        closed_on=today(),
        result=text.strip(),
        review_on=review_on if closing == Closing.STAGE else None,
        reviewed_on=None,
        version=F("version") + 1,
    ):
        raise ResolutionMovedOn
    resolution.refresh_from_db()
    said = [str(Closing(closing).label)]
    if resolution.review_on:
        said.append(_("%(day)s前复查") % {"day": short_date_cn(resolution.review_on)})
    progress = write_progress(
        resolution,
        None,
        ProgressKind.CLOSED,
        "：".join(filter(None, ("，".join(said), text.strip()))),
        by=by,
    )
    withdraw_waiting(resolution, why=_("已销号"), by=by)
    lift_all(resolution, why=_("已销号"), by=by)
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
    _verdict_given(resolution, progress, by=by)
    tell_parties(resolution, progress, f"议定事项已销号：{resolution.text}", by)
    record_event(
        EventKind.RESOLUTION_CLOSED, target=resolution, by=by, changes={"closing": str(closing)}
    )
    return resolution


@transaction.atomic
def refuse_report(
    resolution: Resolution, *, reason: str, by: Actor, due_on: date | None = None
) -> Resolution:
    """Send a report back to work: the lead owes it again, by a later date where one is given."""
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
    _verdict_given(resolution, progress, by=by)
    return_debt(
        {"duty": REPORT, "bearer": lead.organization, "subject": resolution},
        reason=reason,
        by=by,
    )
    if due_on is not None and due_on != resolution.due_on:
        must_be_later(resolution, due_on)
        give_time(resolution, due_on=due_on, reason=reason.strip(), by=by)
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
    withdraw_waiting(resolution, why=_("已中止"), by=by)
    lift_all(resolution, why=_("已中止"), by=by)
    for duty in (ACCEPT, REPORT, VERIFY):
        void_unpaid(duty=duty, subject=resolution, reason=reason, by=by)
    tell_parties(resolution, progress, f"议定事项已中止：{resolution.text}", by)
    record_event(EventKind.RESOLUTION_STOPPED, target=resolution, by=by, reason=reason)
    return resolution


def _verdict_given(resolution: Resolution, progress: Progress, *, by: Actor) -> None:
    """The convener has said what it owed to say."""
    convener = resolution.council.convener
    pay(duty=VERIFY, bearer=convener, subject=resolution, paid_with=progress, by=by)
