"""The steps that several deeds on resolutions share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import PartyRole, PartyState, ProgressKind, ResolutionState, Via
from meetings.exceptions import FileRefusedHere, ResolutionMovedOn
from meetings.models import Progress, Resolution, ResolutionParty
from meetings.queries.cards import ACCEPT, EXTEND, REPORT, VERIFY
from meetings.queries.committees import committee_above
from meetings.queries.links import ASSIGNMENT
from meetings.queries.papers import PROOF
from meetings.services.debts import owe_anew
from meetings.services.doors import via_of
from partybuild.access import Actor
from partybuild.accounts.services import issue_link
from partybuild.areas.queries import parameters_of
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.documents.services import attach_file, sign_by_answering
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import pay

__all__ = (
    "ACCEPT",
    "EXTEND",
    "REPORT",
    "VERIFY",
    "accept_party",
    "accept_silently",
    "follow_lead",
    "lock",
    "lock_resolution",
    "owe_verdict",
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
        sign_by_answering(
            ASSIGNMENT, resolution, organization=party.organization, by=by, channel=channel
        )
        follow_lead(resolution)
    party.refresh_from_db()
    if party.state != PartyState.ACCEPTED:
        raise ResolutionMovedOn


def owe_verdict(
    duty: str, resolution: Resolution, subject: Any, days_key: str, *, by: Actor
) -> None:
    """Let the convener owe its verdict on what a unit reported or asked, some working days from now."""
    council = resolution.council
    days = parameters_of(council.area, (days_key,))[days_key]
    due_on = add_working_days(today(), days)
    debt = Debt(
        duty=duty,
        bearer_organization=council.convener,
        owed_to=committee_above(council),
        subject=subject,
        period=str(Period.of(due_on)),
        due_on=due_on,
        area=council.area,
    )
    owe_anew((debt,), reason=_("再次申报"), by=by)


def write_progress(
    resolution: Resolution,
    party: ResolutionParty | None,
    kind: ProgressKind,
    text: str,
    *,
    by: Actor,
    channel: str = "",
    files: Sequence[UploadedFile] = (),
) -> Progress:
    """Write a line of the resolution's progress with its files, all or nothing."""
    progress = Progress.objects.create(
        resolution=resolution,
        party=party,
        kind=kind,
        text=text.strip(),
        at=now(),
        by_post=by.post,
        via=via_of(by, party.organization, channel) if party else "",
        channel=channel,
    )
    for file in files:
        try:
            attach_file(progress, upload=file, kind=PROOF, by=by)
        except ValidationError as refused:
            raise FileRefusedHere(file.name or "", refused) from refused
    return progress


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
