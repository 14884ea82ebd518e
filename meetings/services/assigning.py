"""Resolutions go to their units, each with its deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import EventKind, PartyRole, PartyState, ProgressKind, ResolutionState, Via
from meetings.exceptions import ResolutionMovedOn, ResolutionNeedsALead
from meetings.models import Council, Resolution, ResolutionParty
from meetings.queries.cards import UNDER_WAY
from meetings.queries.charter import charter_of
from meetings.queries.links import ASSIGNMENT
from meetings.services import wording
from meetings.services.carding import lift_settled
from meetings.services.debts import owe_anew
from meetings.services.resolution_steps import (
    ACCEPT,
    REPORT,
    accept_party,
    follow_lead,
    lock,
    renew_link,
    write_progress,
)
from meetings.services.resolving import must_take_part, release_parties
from partybuild.access import Actor
from partybuild.accounts.services import issue_link
from partybuild.areas.models.area import area_keys
from partybuild.areas.queries import parameters_of
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, today
from partybuild.documents.registry import kind_of
from partybuild.documents.services import issue_document
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import change_due
from partybuild.organizations.models import Organization
from partybuild.ui.filters import short_date_cn


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
    progress = write_progress(
        resolution, None, ProgressKind.ASSIGNED, _said(resolution, parties), by=by
    )
    send_to(resolution, waiting, by=by)
    # Who had accepted before the others returned it works to the new date.
    change_due(duty=REPORT, subject=resolution, due_on=resolution.due_on, by=by)
    notify(
        kind="resolution.settled",
        subject=progress,
        recipients=[
            Recipient(organization=party.organization)
            for party in parties
            if party.state == PartyState.ACCEPTED and party.organization_id != council.convener_id
        ],
        title=f"议定事项重新下达：{resolution.text}",
        body=progress.text,
        path=resolution.get_absolute_url(),
        by=by,
    )
    renew_link(resolution, by=by)
    # The paper goes with the assignment; assigned anew, it is a further edition under its number.
    issue_document(kind_of(ASSIGNMENT), resolution, by=by)
    record_event(
        EventKind.RESOLUTION_ASSIGNED,
        target=resolution,
        by=by,
        changes={"parties": [party.organization.name for party in waiting]},
    )
    follow_lead(resolution)
    resolution.refresh_from_db()
    return True


def _said(resolution: Resolution, parties: list[ResolutionParty]) -> str:
    """What was agreed in the end; between two of these lines stands the negotiation."""
    lead = [p.organization.called for p in parties if p.role == PartyRole.LEAD]
    helpers = [p.organization.called for p in parties if p.role == PartyRole.HELPER]
    return "；".join(
        filter(
            None,
            (
                _("主办：%(units)s") % {"units": "、".join(lead)},
                _("协办：%(units)s") % {"units": "、".join(helpers)} if helpers else "",
                _("期限：%(day)s") % {"day": short_date_cn(resolution.due_on)},
                resolution.text,
            ),
        )
    )


def send_to(resolution: Resolution, waiting: list[ResolutionParty], *, by: Actor) -> None:
    """Owe units their answer and their report, and tell them."""
    council = resolution.council
    others = [party for party in waiting if party.organization_id != council.convener_id]
    _owe_work(resolution, council, waiting, others, by)
    times = resolution.progress.filter(kind=ProgressKind.ASSIGNED).count() or 1
    days = parameters_of(council.area, ("link.days",))["link.days"]
    for party in others:
        # Besides the link to this one, whose page leads on to it, a lasting one to all of the unit's.
        issue_link(
            party.organization,
            action="resolution.work",
            organization=party.organization,
            days=days,
            by=by,
        )
        notify(
            kind="resolution.assigned",
            subject=party,
            round=times,
            recipients=[Recipient(organization=party.organization)],
            title=f"议定事项待接件：{resolution.text}",
            body=wording.assigned_body(resolution, party),
            path=resolution.get_absolute_url(),
            link_action="resolution.work",
            link_target=resolution,
            by=by,
        )
    for party in waiting:
        # Nobody sends a paper to themselves and waits for an answer.
        if party.organization_id == council.convener_id:
            accept_party(party, via=Via.POST, channel="")


@transaction.atomic
def change_helpers(
    resolution: Resolution, *, helpers: Sequence[Organization], by: Actor
) -> Resolution:
    """Make the helping units of a resolution under way these: added ones are asked, others let go."""
    resolution = lock(resolution)
    if resolution.state not in UNDER_WAY:
        raise ResolutionMovedOn
    standing = {
        party.organization_id: party
        for party in ResolutionParty.objects.filter(resolution=resolution)
        .standing()
        .select_related("organization")
    }
    wished = {helper.pk: helper for helper in helpers}
    wished = {
        pk: helper
        for pk, helper in wished.items()
        if pk not in standing or standing[pk].role != PartyRole.LEAD
    }
    must_take_part(resolution.council, list(wished))
    gone = [
        party
        for pk, party in standing.items()
        if party.role == PartyRole.HELPER
        and (pk not in wished or party.state == PartyState.RETURNED)
    ]
    release_parties(resolution, gone, by=by)
    kept = {pk for pk, party in standing.items() if party not in gone}
    fresh = [
        ResolutionParty.objects.create(
            resolution=resolution, organization_id=pk, role=PartyRole.HELPER
        )
        for pk in wished
        if pk not in kept
    ]
    if not gone and not fresh:
        return resolution
    names = [helper.called for helper in wished.values()]
    text = (
        _("协办单位调整为：%(units)s") % {"units": "、".join(names)}
        if names
        else _("不再安排协办单位")
    )
    write_progress(resolution, None, ProgressKind.ASSIGNED, text, by=by)
    send_to(resolution, fresh, by=by)
    lift_settled(resolution, why=_("已调整协办单位"), by=by)
    record_event(
        EventKind.RESOLUTION_HELPERS_CHANGED,
        target=resolution,
        by=by,
        changes={"parties": [helper.name for helper in wished.values()]},
    )
    resolution.refresh_from_db()
    return resolution


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
