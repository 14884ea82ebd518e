"""What responsible units do: accept or return, note progress, report completion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from meetings.enums import (
    OPEN_RESOLUTION,
    EventKind,
    PartyRole,
    PartyState,
    ProgressKind,
    ResolutionState,
)
from meetings.exceptions import PartyAlreadyAnswered, ReasonIsMissing, ResolutionMovedOn
from meetings.models import Progress, Resolution, ResolutionParty
from meetings.queries.links import ASSIGNMENT
from meetings.services.carding import lift_settled
from meetings.services.debts import void_unpaid
from meetings.services.doors import heard_by, via_of
from meetings.services.extending import withdraw_waiting
from meetings.services.resolution_steps import (
    ACCEPT,
    REPORT,
    VERIFY,
    accept_party,
    accept_silently,
    follow_lead,
    lock_resolution,
    owe_verdict,
    write_progress,
)
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now, today
from partybuild.documents.services import sign_by_answering
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import pay, void
from partybuild.organizations.models import Organization


@transaction.atomic
def accept_resolution(
    party: ResolutionParty,
    *,
    by: Actor,
    in_charge_name: str = "",
    in_charge_phone: str = "",
    channel: str = "",
) -> ResolutionParty:
    """Accept a resolution (接件), naming who is in charge."""
    resolution = lock_resolution(party)
    if resolution.state not in {ResolutionState.ASSIGNED, ResolutionState.WORKING}:
        raise ResolutionMovedOn
    if not accept_party(
        party,
        via=via_of(by, party.organization, channel),
        channel=channel,
        in_charge_name=in_charge_name,
        in_charge_phone=in_charge_phone,
    ):
        raise PartyAlreadyAnswered
    party.refresh_from_db()
    follow_lead(resolution)
    pay(duty=ACCEPT, bearer=party.organization, subject=resolution, paid_with=party, by=by)
    sign_by_answering(
        ASSIGNMENT, resolution, organization=party.organization, by=by, channel=channel
    )
    record_event(
        EventKind.RESOLUTION_ACCEPTED,
        target=resolution,
        by=by,
        reason=heard_by(resolution.council.area, channel),
        changes={"organization": party.organization.name, "via": party.via},
    )
    lift_settled(resolution, why=_("已接件"), by=by)
    return party


@transaction.atomic
def return_resolution(
    party: ResolutionParty,
    *,
    reason: str,
    by: Actor,
    channel: str = "",
    files: Sequence[UploadedFile] = (),
) -> ResolutionParty:
    """Return a resolution for negotiation (退回协商); the convener settles it with the unit and assigns anew."""
    if not reason.strip():
        raise ReasonIsMissing
    resolution = lock_resolution(party)
    if resolution.state not in {ResolutionState.ASSIGNED, ResolutionState.WORKING}:
        raise ResolutionMovedOn
    moment = now()
    if not ResolutionParty.objects.filter(pk=party.pk, state=PartyState.WAITING).update(
        state=PartyState.RETURNED,
        reason=reason.strip(),
        answered_at=moment,
        via=via_of(by, party.organization, channel),
        channel=channel,
    ):
        raise PartyAlreadyAnswered
    party.refresh_from_db()
    pay(duty=ACCEPT, bearer=party.organization, subject=resolution, paid_with=party, by=by)
    sign_by_answering(
        ASSIGNMENT, resolution, organization=party.organization, by=by, channel=channel
    )
    # Without its lead the resolution is to be negotiated again; without a helper it goes on.
    if party.role == PartyRole.LEAD:
        Resolution.objects.filter(pk=resolution.pk).update(
            state=ResolutionState.PENDING, version=F("version") + 1
        )
        waiting = ResolutionParty.objects.filter(resolution=resolution, state=PartyState.WAITING)
        for duty in (ACCEPT, REPORT):
            # Nobody can answer until it is sent out again.
            void_unpaid(
                duty=duty,
                subject=resolution,
                bearers=waiting.values_list("organization", flat=True),
                reason="主办单位退回协商",
                by=by,
            )
    write_progress(
        resolution,
        party,
        ProgressKind.RETURNED,
        reason.strip(),
        by=by,
        channel=channel,
        files=files,
    )
    void(duty=REPORT, subject=resolution, bearer=party.organization, reason="退回协商", by=by)
    notify(
        kind="resolution.returned",
        subject=party,
        recipients=[Recipient(organization=resolution.council.convener)],
        title=f"{party.organization.called}退回协商：{resolution.text}",
        body=f"{party.organization.name}说明：{reason.strip()}\n请与该单位协商后重新确定责任单位或期限，再下达。",
        path=resolution.get_absolute_url(),
        by=by,
    )
    record_event(
        EventKind.RESOLUTION_RETURNED,
        target=resolution,
        by=by,
        reason=reason,
        changes={"organization": party.organization.name},
    )
    lift_settled(resolution, why=_("已退回协商"), by=by)
    return party


@transaction.atomic
def report_progress(
    party: ResolutionParty,
    *,
    text: str,
    by: Actor,
    channel: str = "",
    files: Sequence[UploadedFile] = (),
) -> Progress:
    """Write down how far a unit is, with what shows it."""
    resolution = lock_resolution(party)
    if resolution.state not in OPEN_RESOLUTION:
        raise ResolutionMovedOn
    accept_silently(party, resolution, by, channel)
    progress = write_progress(
        resolution, party, ProgressKind.NOTE, text, by=by, channel=channel, files=files
    )
    record_event(EventKind.RESOLUTION_PROGRESSED, target=resolution, by=by)
    return progress


@transaction.atomic
def report_progress_of_many(lines: Iterable[tuple[ResolutionParty, str]], *, by: Actor) -> int:
    """Write down how far several are, all or none; returns how many."""
    return len([report_progress(party, text=text, by=by) for party, text in lines])


@transaction.atomic
def report_completion(
    party: ResolutionParty,
    *,
    text: str,
    by: Actor,
    channel: str = "",
    files: Sequence[UploadedFile] = (),
) -> Progress:
    """Report a unit's part done (申报办结); the lead's report puts the resolution up for verification."""
    if not text.strip():
        raise ReasonIsMissing
    resolution = lock_resolution(party)
    if resolution.state not in {
        ResolutionState.ASSIGNED,
        ResolutionState.WORKING,
        ResolutionState.REPORTED,
    }:
        raise ResolutionMovedOn
    accept_silently(party, resolution, by, channel)
    if party.role == PartyRole.LEAD and not Resolution.objects.filter(
        pk=resolution.pk, state__in=(ResolutionState.ASSIGNED, ResolutionState.WORKING)
    ).update(state=ResolutionState.REPORTED, reported_on=today(), version=F("version") + 1):
        raise ResolutionMovedOn
    progress = write_progress(
        resolution, party, ProgressKind.REPORT, text, by=by, channel=channel, files=files
    )
    pay(duty=REPORT, bearer=party.organization, subject=resolution, paid_with=progress, by=by)
    record_event(
        EventKind.RESOLUTION_REPORTED,
        target=resolution,
        by=by,
        changes={"organization": party.organization.name},
    )
    if party.role == PartyRole.LEAD:
        withdraw_waiting(resolution, why=_("已申报办结"), by=by)
        owe_verdict(VERIFY, resolution, resolution, "resolution.verify_days", by=by)
    lift_settled(resolution, why=_("已申报办结"), by=by)
    told = _who_is_told(resolution, party)
    if told.pk != party.organization_id:
        notify(
            kind="resolution.reported",
            subject=progress,
            recipients=[Recipient(organization=told)],
            title=f"{party.organization.called}申报办结：{resolution.text}",
            body=text.strip(),
            path=resolution.get_absolute_url(),
            by=by,
        )
    return progress


def _who_is_told(resolution: Resolution, party: ResolutionParty) -> Organization:
    """The lead reports to the convener, a helping unit to the lead."""
    if party.role == PartyRole.HELPER:
        lead = (
            ResolutionParty.objects.filter(resolution=resolution, role=PartyRole.LEAD)
            .standing()
            .select_related("organization")
            .first()
        )
        if lead is not None:
            return lead.organization
    return resolution.council.convener
