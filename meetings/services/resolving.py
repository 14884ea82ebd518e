"""Resolutions: assigned, accepted or returned, worked on, reported, verified."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from meetings.enums import (
    OPEN_RESOLUTION,
    TOOK_PLACE,
    Closing,
    EventKind,
    PartyRole,
    PartyState,
    ProgressKind,
    ResolutionState,
    Via,
)
from meetings.exceptions import (
    MeetingNotHeld,
    NotAMember,
    PartyAlreadyAnswered,
    ReasonIsMissing,
    ResolutionMovedOn,
    ResolutionNeedsALead,
    TextChangedMeanwhile,
)
from meetings.models import (
    Council,
    CouncilMember,
    Meeting,
    Progress,
    Resolution,
    ResolutionParty,
)
from meetings.services import wording
from meetings.services.debts import owe_anew, void_unpaid
from meetings.services.doors import heard_by, via_of
from partybuild.access import Actor
from partybuild.accounts.services import issue_link
from partybuild.areas.models.area import area_keys
from partybuild.areas.queries import parameters_of
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, now, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import pay, return_debt, void
from partybuild.organizations.models import Organization

ACCEPT = "resolution.accept"
REPORT = "resolution.report"


@dataclass(frozen=True)
class ResolutionDraft:
    """What a meeting decided, as the form has it."""

    text: str
    lead: Organization | None = None
    helpers: Sequence[Organization] = ()
    due_on: date | None = None
    category: str = ""


@transaction.atomic
def add_resolution(meeting: Meeting, *, draft: ResolutionDraft, by: Actor) -> Resolution:
    """Write down what a meeting decided; it goes to the units when assigned."""
    locked = Meeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    if locked.state not in TOOK_PLACE:
        raise MeetingNotHeld
    last = Resolution.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"]
    resolution = Resolution(
        meeting=meeting,
        council_id=meeting.council_id,
        number=(last or 0) + 1,
        text=draft.text,
        category=draft.category,
        due_on=draft.due_on,
    )
    resolution.full_clean(
        exclude=("frozen_community", "frozen_street", "frozen_district", "frozen_city")
    )
    resolution.save()
    _write_parties(resolution, draft)
    record_event(EventKind.RESOLUTION_ADDED, target=resolution, by=by)
    return resolution


@transaction.atomic
def change_resolution(
    resolution: Resolution, *, draft: ResolutionDraft, version: int, by: Actor
) -> Resolution:
    """Change a resolution that is not assigned, or was returned for negotiation."""
    if not Resolution.objects.filter(
        pk=resolution.pk, state=ResolutionState.PENDING, version=version
    ).update(
        text=draft.text, category=draft.category, due_on=draft.due_on, version=F("version") + 1
    ):
        if Resolution.objects.filter(pk=resolution.pk, state=ResolutionState.PENDING).exists():
            raise TextChangedMeanwhile
        raise ResolutionMovedOn
    resolution.refresh_from_db()
    _write_parties(resolution, draft)
    record_event(EventKind.RESOLUTION_CHANGED, target=resolution, by=by)
    return resolution


def _write_parties(resolution: Resolution, draft: ResolutionDraft) -> None:
    """Make the parties these; whoever is no longer one, or had returned it, is released."""
    wished: dict[int, tuple[PartyRole, Organization]] = {
        helper.pk: (PartyRole.HELPER, helper) for helper in draft.helpers
    }
    if draft.lead is not None:
        wished[draft.lead.pk] = (PartyRole.LEAD, draft.lead)
    _must_take_part(resolution.council, list(wished))
    standing = {
        party.organization_id: party
        for party in ResolutionParty.objects.filter(resolution=resolution).standing()
    }
    released = [
        party.pk
        for pk, party in standing.items()
        if pk not in wished or party.role != wished[pk][0] or party.state == PartyState.RETURNED
    ]
    ResolutionParty.objects.filter(pk__in=released).update(state=PartyState.RELEASED)
    for pk, (role, organization) in wished.items():
        party = standing.get(pk)
        if party is None or party.pk in released:
            ResolutionParty.objects.create(
                resolution=resolution, organization_id=organization.pk, role=role
            )


def _must_take_part(council: Council, organizations: list[int]) -> None:
    """Only members and the convener answer; locked, so that nobody leaves at the same moment."""
    members = set(
        CouncilMember.objects.select_for_update(no_key=True)
        .filter(council=council, organization__in=organizations)
        .members()
        .values_list("organization_id", flat=True)
    )
    if set(organizations) - members - {council.convener_id}:
        raise NotAMember


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
            _accept(party, via=Via.POST, channel="")
    _follow_lead(resolution)
    resolution.refresh_from_db()
    return True


def _owe_work(
    resolution: Resolution,
    council: Council,
    waiting: list[ResolutionParty],
    others: list[ResolutionParty],
    by: Actor,
) -> None:
    days = parameters_of(council.area, ("resolution.accept_days",))["resolution.accept_days"]
    accept_by = add_working_days(today(), days)
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


def _accept(party: ResolutionParty, *, via: Via, channel: str, **values: Any) -> bool:
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


def _follow_lead(resolution: Resolution) -> None:
    """Work begins when the leading unit has accepted."""
    lead_accepted = ResolutionParty.objects.filter(
        resolution=resolution, role=PartyRole.LEAD, state=PartyState.ACCEPTED
    )
    if lead_accepted.exists():
        Resolution.objects.filter(pk=resolution.pk, state=ResolutionState.ASSIGNED).update(
            state=ResolutionState.WORKING, version=F("version") + 1
        )


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
    resolution = _locked(party)
    if resolution.state not in {ResolutionState.ASSIGNED, ResolutionState.WORKING}:
        raise ResolutionMovedOn
    if not _accept(
        party,
        via=via_of(by, party.organization, channel),
        channel=channel,
        in_charge_name=in_charge_name,
        in_charge_phone=in_charge_phone,
    ):
        raise PartyAlreadyAnswered
    party.refresh_from_db()
    _follow_lead(resolution)
    pay(duty=ACCEPT, bearer=party.organization, subject=resolution, paid_with=party, by=by)
    record_event(
        EventKind.RESOLUTION_ACCEPTED,
        target=resolution,
        by=by,
        reason=heard_by(resolution.council.area, channel),
        changes={"organization": party.organization.name, "via": party.via},
    )
    return party


def _locked(party: ResolutionParty) -> Resolution:
    return (
        Resolution.objects.select_for_update(of=("self",), no_key=True)
        .select_related("council__convener")
        .get(pk=party.resolution_id)
    )


@transaction.atomic
def return_resolution(
    party: ResolutionParty, *, reason: str, by: Actor, channel: str = ""
) -> ResolutionParty:
    """Return a resolution for negotiation (退回协商); the convener settles it with the unit and assigns anew."""
    if not reason.strip():
        raise ReasonIsMissing
    resolution = _locked(party)
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
    # Without its lead the resolution is to be negotiated again; without a helper it goes on.
    if party.role == PartyRole.LEAD:
        Resolution.objects.filter(pk=resolution.pk).update(
            state=ResolutionState.PENDING, version=F("version") + 1
        )
    pay(duty=ACCEPT, bearer=party.organization, subject=resolution, paid_with=party, by=by)
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
    return party


@transaction.atomic
def report_progress(party: ResolutionParty, *, text: str, by: Actor, channel: str = "") -> Progress:
    """Write down how far a unit is."""
    resolution = _locked(party)
    if resolution.state not in OPEN_RESOLUTION:
        raise ResolutionMovedOn
    _accept_silently(party, resolution, by, channel)
    progress = _write(resolution, party, ProgressKind.NOTE, text, by=by, channel=channel)
    record_event(EventKind.RESOLUTION_PROGRESSED, target=resolution, by=by)
    return progress


@transaction.atomic
def report_completion(
    party: ResolutionParty, *, text: str, by: Actor, channel: str = ""
) -> Progress:
    """Report a unit's part done (申报办结); the lead's report puts the resolution up for verification."""
    if not text.strip():
        raise ReasonIsMissing
    resolution = _locked(party)
    if resolution.state not in {
        ResolutionState.ASSIGNED,
        ResolutionState.WORKING,
        ResolutionState.REPORTED,
    }:
        raise ResolutionMovedOn
    _accept_silently(party, resolution, by, channel)
    if party.role == PartyRole.LEAD and not Resolution.objects.filter(
        pk=resolution.pk, state__in=(ResolutionState.ASSIGNED, ResolutionState.WORKING)
    ).update(state=ResolutionState.REPORTED, reported_on=today(), version=F("version") + 1):
        raise ResolutionMovedOn
    progress = _write(resolution, party, ProgressKind.REPORT, text, by=by, channel=channel)
    pay(duty=REPORT, bearer=party.organization, subject=resolution, paid_with=progress, by=by)
    record_event(
        EventKind.RESOLUTION_REPORTED,
        target=resolution,
        by=by,
        changes={"organization": party.organization.name},
    )
    if party.organization_id != resolution.council.convener_id:
        notify(
            kind="resolution.reported",
            subject=progress,
            recipients=[Recipient(organization=resolution.council.convener)],
            title=f"{party.organization.called}申报办结：{resolution.text}",
            body=text.strip(),
            path=resolution.get_absolute_url(),
            by=by,
        )
    return progress


def _accept_silently(
    party: ResolutionParty, resolution: Resolution, by: Actor, channel: str
) -> None:
    """Who works on it has accepted it: steps may be skipped."""
    via = via_of(by, party.organization, channel)
    if _accept(party, via=via, channel=channel):
        pay(duty=ACCEPT, bearer=party.organization, subject=resolution, paid_with=party, by=by)
        _follow_lead(resolution)
    party.refresh_from_db()
    if party.state != PartyState.ACCEPTED:
        raise ResolutionMovedOn


def _write(
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
    progress = _write(
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
    _tell_parties(resolution, progress, f"议定事项已销号：{resolution.text}", by)
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
    progress = _write(resolution, None, ProgressKind.REFUSED, reason, by=by)
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
    _tell_parties(resolution, progress, f"请继续办理：{resolution.text}", by)
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
    progress = _write(resolution, None, ProgressKind.STOPPED, reason, by=by)
    for duty in (ACCEPT, REPORT):
        void_unpaid(duty=duty, subject=resolution, reason=reason, by=by)
    _tell_parties(resolution, progress, f"议定事项已中止：{resolution.text}", by)
    record_event(EventKind.RESOLUTION_STOPPED, target=resolution, by=by, reason=reason)
    return resolution


def _tell_parties(resolution: Resolution, progress: Progress, title: str, by: Actor) -> None:
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
