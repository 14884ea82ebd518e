"""The steps that several deeds on resolutions share."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from meetings.enums import PartyRole, PartyState, ProgressKind, ResolutionState, Via
from meetings.exceptions import ResolutionMovedOn
from meetings.models import Progress, Resolution, ResolutionParty
from meetings.queries.cards import ACCEPT, REPORT
from meetings.services.doors import via_of
from partybuild.access import Actor
from partybuild.accounts.services import issue_link
from partybuild.areas.queries import parameters_of
from partybuild.calendar import now, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import pay

__all__ = (
    "ACCEPT",
    "REPORT",
    "accept_party",
    "accept_silently",
    "follow_lead",
    "lock",
    "lock_resolution",
    "renew_link",
    "tell_parties",
    "write_progress",
)


def lock(resolution: Resolution) -> Resolution:
    """Return a resolution read anew, locked until the transaction ends: every deed on it begins so."""
    return (
        Resolution.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council__convener", "council__area", "meeting")
        .get(pk=resolution.pk)
    )


def lock_resolution(party: ResolutionParty) -> Resolution:
    """Return the resolution of a party, locked until the transaction ends."""
    return lock(Resolution(pk=party.resolution_id))


def renew_link(resolution: Resolution, *, by: Actor) -> None:
    """Keep the link for the chat group open until some time after the deadline."""
    days = parameters_of(resolution.council.area, ("link.days",))["link.days"]
    until_due = (resolution.due_on - today()).days if resolution.due_on else 0
    issue_link(resolution, action="resolution.work", days=max(days, until_due + days), by=by)


def accept_party(party: ResolutionParty, *, via: Via, channel: str, **values: Any) -> bool:
    """Claim the step from waiting to accepted; False where somebody did it before."""
    moment = now()
    return bool(
        ResolutionParty.objects.filter(pk=party.pk, state=PartyState.WAITING).update(
            state=PartyState.ACCEPTED,
            accepted_at=moment,
            answered_at=moment,
            via=via,
            channel=channel,
            **values,
        )
    )


def follow_lead(resolution: Resolution) -> None:
    """Work begins when the leading unit has accepted."""
    lead_accepted = ResolutionParty.objects.filter(
        resolution=resolution, role=PartyRole.LEAD, state=PartyState.ACCEPTED
    )
    if lead_accepted.exists():
        Resolution.objects.filter(pk=resolution.pk, state=ResolutionState.ASSIGNED).update(
            state=ResolutionState.WORKING, version=F("version") + 1
        )


def accept_silently(
    party: ResolutionParty, resolution: Resolution, by: Actor, channel: str
) -> None:
    """Who works on it has accepted it: steps may be skipped."""
    via = via_of(by, party.organization, channel)
    if accept_party(party, via=via, channel=channel):
        pay(duty=ACCEPT, bearer=party.organization, subject=resolution, paid_with=party, by=by)
        follow_lead(resolution)
    party.refresh_from_db()
    if party.state != PartyState.ACCEPTED:
        raise ResolutionMovedOn


def write_progress(
    resolution: Resolution,
    party: ResolutionParty | None,
    kind: ProgressKind,
    text: str,
    *,
    by: Actor,
    channel: str = "",
) -> Progress:
    return Progress.objects.create(
        resolution=resolution,
        party=party,
        kind=kind,
        text=text.strip(),
        at=now(),
        by_post=by.post,
        via=via_of(by, party.organization, channel) if party else "",
        channel=channel,
    )


def tell_parties(resolution: Resolution, progress: Progress, title: str, by: Actor) -> None:
    parties = ResolutionParty.objects.filter(resolution=resolution).standing()
    notify(
        kind="resolution.settled",
        subject=progress,
        recipients=[
            Recipient(organization=party.organization)
            for party in parties.select_related("organization")
            if party.organization_id != resolution.council.convener_id
        ],
        title=title,
        body=progress.text,
        path=resolution.get_absolute_url(),
        by=by,
    )
