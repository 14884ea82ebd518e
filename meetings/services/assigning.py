"""Resolutions go to their units, each with its deadlines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F

from meetings.enums import EventKind, PartyRole, PartyState, ResolutionState, Via
from meetings.exceptions import ResolutionNeedsALead
from meetings.models import Council, Resolution, ResolutionParty
from meetings.queries.charter import charter_of
from meetings.services import wording
from meetings.services.debts import owe_anew
from meetings.services.resolution_steps import ACCEPT, REPORT, accept_party, follow_lead
from partybuild.access import Actor
from partybuild.accounts.services import issue_link
from partybuild.areas.models.area import area_keys
from partybuild.areas.queries import parameters_of
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt


@transaction.atomic
def assign_resolutions(resolutions: Iterable[Resolution], *, by: Actor) -> int:
    """Send resolutions to their units, each with its deadline to accept and to report; returns how many."""
    return sum(assign_resolution(resolution, by=by) for resolution in resolutions)


@transaction.atomic
def assign_resolution(resolution: Resolution, *, by: Actor) -> bool:
    """Send a resolution to its units (下达); False if it was out already."""
    parties = list(
        ResolutionParty.objects.filter(resolution=resolution)
        .standing()
        .select_related("organization__area")
    )
    if resolution.due_on is None or not any(party.role == PartyRole.LEAD for party in parties):
        raise ResolutionNeedsALead
    council = resolution.council
    if not Resolution.objects.filter(pk=resolution.pk, state=ResolutionState.PENDING).update(
        state=ResolutionState.ASSIGNED,
        assigned_on=today(),
        version=F("version") + 1,
        **area_keys(council.area),
    ):
        return False
    resolution.refresh_from_db()
    waiting = [party for party in parties if party.state == PartyState.WAITING]
    others = [party for party in waiting if party.organization_id != council.convener_id]
    _owe_work(resolution, council, waiting, others, by)
    for party in others:
        notify(
            kind="resolution.assigned",
            subject=party,
            recipients=[Recipient(organization=party.organization)],
            title=f"议定事项待接件：{resolution.text}",
            body=wording.assigned_body(resolution, party),
            path=resolution.get_absolute_url(),
            link_action="resolution.work",
            link_target=resolution,
            by=by,
        )
    days = parameters_of(council.area, ("link.days",))["link.days"]
    until_due = (resolution.due_on - today()).days if resolution.due_on else 0
    issue_link(resolution, action="resolution.work", days=max(days, until_due + days), by=by)
    record_event(
        EventKind.RESOLUTION_ASSIGNED,
        target=resolution,
        by=by,
        changes={"parties": [party.organization.name for party in waiting]},
    )
    for party in waiting:
        # Nobody sends a paper to themselves and waits for an answer.
        if party.organization_id == council.convener_id:
            accept_party(party, via=Via.POST, channel="")
    follow_lead(resolution)
    resolution.refresh_from_db()
    return True


def _owe_work(
    resolution: Resolution,
    council: Council,
    waiting: list[ResolutionParty],
    others: list[ResolutionParty],
    by: Actor,
) -> None:
    accept_by = add_working_days(today(), charter_of(council).accept_days)
    assert resolution.due_on is not None
    debts = [_debt(ACCEPT, resolution, party, accept_by) for party in others]
    debts += [_debt(REPORT, resolution, party, resolution.due_on) for party in waiting]
    owe_anew(debts, reason="重新下达", by=by)


def _debt(duty: str, resolution: Resolution, party: ResolutionParty, due_on: date) -> Debt:
    return Debt(
        duty=duty,
        bearer_organization=party.organization,
        owed_to=resolution.council.convener,
        subject=resolution,
        period=str(Period.of(due_on)),
        due_on=due_on,
        area=resolution.council.area,
    )
