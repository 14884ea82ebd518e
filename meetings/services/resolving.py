"""Resolutions as they are written down: what was decided, who answers for it, until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F, Max

from meetings.enums import (
    TOOK_PLACE,
    EventKind,
    MinutesState,
    PartyRole,
    PartyState,
    ResolutionState,
)
from meetings.exceptions import (
    MeetingNotHeld,
    MinutesAreCirculating,
    NotAMember,
    ResolutionMovedOn,
    TextChangedMeanwhile,
)
from meetings.models import (
    AgendaItem,
    Council,
    CouncilMember,
    Meeting,
    Minutes,
    Resolution,
    ResolutionParty,
)
from meetings.queries.cards import ACCEPT, REPORT
from meetings.services.debts import void_unpaid
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.organizations.models import Organization


@dataclass(frozen=True)
class ResolutionDraft:
    """What a meeting decided, as the form has it."""

    text: str
    lead: Organization | None = None
    helpers: Sequence[Organization] = ()
    due_on: date | None = None
    category: str = ""
    agenda_item: AgendaItem | None = None


@transaction.atomic
def add_resolution(meeting: Meeting, *, draft: ResolutionDraft, by: Actor) -> Resolution:
    """Write down what a meeting decided; it goes to the units when assigned."""
    locked = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if locked.state not in TOOK_PLACE:
        raise MeetingNotHeld
    _must_not_circulate(locked)
    if draft.agenda_item is not None and draft.agenda_item.meeting_id != meeting.pk:
        raise ResolutionMovedOn
    last = Resolution.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"]
    resolution = Resolution(
        meeting=meeting,
        council_id=meeting.council_id,
        number=(last or 0) + 1,
        text=draft.text,
        category=draft.category,
        due_on=draft.due_on,
        agenda_item=draft.agenda_item,
    )
    resolution.full_clean(
        exclude=("frozen_community", "frozen_street", "frozen_district", "frozen_city")
    )
    resolution.save()
    _write_parties(resolution, draft, by=by)
    record_event(EventKind.RESOLUTION_ADDED, target=resolution, by=by)
    return resolution


@transaction.atomic
def change_resolution(
    resolution: Resolution, *, draft: ResolutionDraft, version: int, by: Actor
) -> Resolution:
    """Change a resolution that is not assigned, or was returned for negotiation."""
    # Locked as by sending the minutes round: what units are reading does not change.
    _must_not_circulate(
        Meeting.objects.select_for_update(no_key=True).get(pk=resolution.meeting_id)
    )
    if not Resolution.objects.filter(
        pk=resolution.pk, state=ResolutionState.PENDING, version=version
    ).update(
        text=draft.text, category=draft.category, due_on=draft.due_on, version=F("version") + 1
    ):
        if Resolution.objects.filter(pk=resolution.pk, state=ResolutionState.PENDING).exists():
            raise TextChangedMeanwhile
        raise ResolutionMovedOn
    resolution.refresh_from_db()
    _write_parties(resolution, draft, by=by)
    record_event(EventKind.RESOLUTION_CHANGED, target=resolution, by=by)
    return resolution


def _must_not_circulate(meeting: Meeting) -> None:
    if Minutes.objects.filter(meeting=meeting, state=MinutesState.COUNTERSIGNING).exists():
        raise MinutesAreCirculating


def _write_parties(resolution: Resolution, draft: ResolutionDraft, *, by: Actor) -> None:
    """Make the parties these; whoever is no longer one, or had returned it, is released."""
    wished: dict[int, tuple[PartyRole, Organization]] = {
        helper.pk: (PartyRole.HELPER, helper) for helper in draft.helpers
    }
    if draft.lead is not None:
        wished[draft.lead.pk] = (PartyRole.LEAD, draft.lead)
    must_take_part(resolution.council, list(wished))
    standing = {
        party.organization_id: party
        for party in ResolutionParty.objects.filter(resolution=resolution).standing()
    }
    released = [
        party.pk
        for pk, party in standing.items()
        if pk not in wished or party.role != wished[pk][0] or party.state == PartyState.RETURNED
    ]
    release_parties(
        resolution, [party for party in standing.values() if party.pk in released], by=by
    )
    for pk, (role, organization) in wished.items():
        party = standing.get(pk)
        if party is None or party.pk in released:
            ResolutionParty.objects.create(
                resolution=resolution, organization_id=organization.pk, role=role
            )


def release_parties(
    resolution: Resolution, parties: Iterable[ResolutionParty], *, by: Actor
) -> None:
    """Let units go that are no longer responsible; what they have not done is owed no more."""
    gone = list(parties)
    ResolutionParty.objects.filter(pk__in=[party.pk for party in gone]).update(
        state=PartyState.RELEASED
    )
    for duty in (ACCEPT, REPORT):
        void_unpaid(
            duty=duty,
            subject=resolution,
            bearers=[party.organization_id for party in gone],
            reason="不再是责任单位",
            by=by,
        )


def must_take_part(council: Council, organizations: list[int]) -> None:
    """Only members and the convener answer; locked, so that nobody leaves at the same moment."""
    members = set(
        CouncilMember.objects.select_for_update(no_key=True)
        .filter(council=council, organization__in=organizations)
        .members()
        .values_list("organization_id", flat=True)
    )
    if set(organizations) - members - {council.convener_id}:
        raise NotAMember
