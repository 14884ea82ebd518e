"""Signing in at the door: by the code on the screen, or by hand for whoever has no phone."""

from __future__ import annotations

from django.db import transaction

from meetings.enums import EventKind, MeetingState, PresenceState, SignedVia
from meetings.exceptions import (
    CodeIsStale,
    MeetingAlreadyClosed,
    NameIsMissing,
    NotInvited,
    ReasonIsMissing,
    SignInNotOpen,
)
from meetings.models import Meeting, Presence, Receipt, SignIn
from meetings.queries.codes import accepts, is_sign_in_open, late_from, opens_at
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.calendar import now
from partybuild.organizations.models import Organization
from partybuild.ui.filters import datetime_cn


@transaction.atomic
def sign_in_by_code(
    meeting: Meeting,
    *,
    organization: Organization,
    code: str,
    person_name: str,
    by: Actor,
    post: str = "",
) -> SignIn:
    """Sign somebody in who shows the code of the screen; a second press changes nothing."""
    if not accepts(meeting, code, speaker=speaker_of(by)):
        raise CodeIsStale
    via = SignedVia.LINK if by.kind == "link" else SignedVia.CODE
    return _sign_in(
        meeting, organization=organization, person_name=person_name, post=post, via=via, by=by
    )


def speaker_of(by: Actor) -> str:
    """Return who has scanned, as the proof of it names them."""
    return str(by.appointment_uid or "")


@transaction.atomic
def sign_in_by_hand(
    meeting: Meeting,
    *,
    organization: Organization,
    person_name: str,
    reason: str,
    by: Actor,
    post: str = "",
) -> SignIn:
    """Sign somebody in who cannot by phone (代签), with the reason."""
    if not reason.strip():
        raise ReasonIsMissing
    return _sign_in(
        meeting,
        organization=organization,
        person_name=person_name,
        post=post,
        via=SignedVia.HAND,
        reason=reason.strip(),
        by=by,
    )


def _sign_in(
    meeting: Meeting,
    *,
    organization: Organization,
    person_name: str,
    post: str,
    via: SignedVia,
    by: Actor,
    reason: str = "",
) -> SignIn:
    name = " ".join(person_name.split())
    if not name:
        raise NameIsMissing
    # Signing in waits for who closes, moves or cancels the meeting, and they for it.
    locked = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "council__area"
    )
    meeting = locked.get(pk=meeting.pk)
    if not is_sign_in_open(meeting):
        raise _shut(meeting)
    if not may_sign_in(meeting, organization):
        raise NotInvited
    moment = now()
    row, is_new = SignIn.objects.get_or_create(
        meeting=meeting,
        organization=organization,
        person_name=name[:50],
        defaults={
            "person_id": by.person_id if via == SignedVia.CODE else None,
            "post": post.strip()[:150],
            "via": via,
            "reason": reason[:300],
            "signed_at": moment,
        },
    )
    if not is_new:
        return row
    _put_on_the_sheet(meeting, row)
    record_event(
        EventKind.MEETING_SIGNED_IN_BY_HAND
        if via == SignedVia.HAND
        else EventKind.MEETING_SIGNED_IN,
        target=meeting,
        by=by,
        reason=row.reason,
        changes={"organization": organization.name, "via": via},
    )
    return row


def _shut(meeting: Meeting) -> Exception:
    if meeting.state not in {MeetingState.PLANNED, MeetingState.NOTIFIED}:
        return MeetingAlreadyClosed()
    return SignInNotOpen(datetime_cn(opens_at(meeting)))


def may_sign_in(meeting: Meeting, organization: Organization) -> bool:
    """Tell whether somebody comes for a body that belongs here: invited, a member, or the convener."""
    if organization.pk == meeting.council.convener_id:
        return True
    invited = Receipt.objects.filter(
        meeting=meeting, organization=organization.pk, round=meeting.notice_round
    )
    members = meeting.council.members.members().filter(organization=organization.pk)
    return invited.exists() or members.exists()


def _put_on_the_sheet(meeting: Meeting, row: SignIn) -> None:
    """The first to come makes the unit present, or late; the others are counted with it."""
    people = SignIn.objects.filter(meeting=meeting, organization=row.organization_id).count()
    late = row.signed_at > late_from(meeting)
    line, is_new = Presence.objects.get_or_create(
        meeting=meeting,
        organization_id=row.organization_id,
        defaults={
            "person_name": row.person_name,
            "post": row.post,
            "state": PresenceState.LATE if late else PresenceState.PRESENT,
            "arrived_at": row.signed_at,
            "via": row.via,
            "reason": row.reason,
        },
    )
    if is_new:
        return
    if line.came:
        # Written down by somebody already: what they wrote stays, the people are counted.
        line.people = max(line.people, people)
        line.save(update_fields=("people",))
        return
    line.state = PresenceState.LATE if late else PresenceState.PRESENT
    line.person_name, line.post, line.people = row.person_name, row.post, people
    line.arrived_at, line.left_at, line.via, line.reason = row.signed_at, None, row.via, row.reason
    line.save()
