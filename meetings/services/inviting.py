"""Inviting others than the members: guests (列席), superiors (上级参加), and whoever was forgotten (补发)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from meetings.enums import NOT_YET_HELD, EventKind, InvitedAs, MeetingState
from meetings.exceptions import (
    AlreadyInvited,
    InviteeAlreadyNotified,
    MeetingAlreadyClosed,
    NameIsMissing,
    NobodyToInvite,
)
from meetings.models import Invitee, Meeting, Receipt
from meetings.services import wording
from meetings.services.notifying import (
    KIND,
    agenda_texts,
    ask_bodies,
    hold_left,
    invited_organizations,
    paper_titles,
)
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.organizations.models import Organization


@transaction.atomic
def invite_besides(
    meeting: Meeting,
    *,
    invited_as: InvitedAs,
    by: Actor,
    organizations: Iterable[Organization] = (),
    person_name: str = "",
    post: str = "",
) -> list[Invitee]:
    """Put bodies, or a person without one, on the list; where the notice is out they get it now."""
    bodies = list(organizations)
    name = " ".join(person_name.split())
    if not bodies and not name:
        raise NameIsMissing
    locked = _lock(meeting)
    members = {body.pk for body in invited_organizations(locked)}
    if members & {body.pk for body in bodies}:
        raise AlreadyInvited
    rows = [Invitee(meeting=locked, invited_as=invited_as, organization=body) for body in bodies]
    if name:
        rows.append(
            Invitee(
                meeting=locked,
                invited_as=invited_as,
                person_name=name[:50],
                post=post.strip()[:150],
            )
        )
    try:
        with transaction.atomic():
            for row in rows:
                row.save()
    except IntegrityError:
        raise AlreadyInvited from None
    if locked.state == MeetingState.NOTIFIED and bodies:
        _send_late(locked, [(body, invited_as) for body in bodies], by=by)
    record_event(
        EventKind.MEETING_INVITEE_ADDED,
        target=meeting,
        by=by,
        changes={
            "as": invited_as,
            "bodies": "、".join(body.name for body in bodies),
            "persons": int(bool(name)),
        },
    )
    return rows


@transaction.atomic
def invite_late_members(meeting: Meeting, *, by: Actor) -> int:
    """Send the standing notice to the units that became members after it went out (补发)."""
    locked = _lock(meeting)
    bodies = missing_members(locked)
    if not bodies:
        raise NobodyToInvite
    _send_late(locked, [(body, InvitedAs.MEMBER) for body in bodies], by=by)
    record_event(
        EventKind.MEETING_INVITEE_ADDED,
        target=meeting,
        by=by,
        changes={"as": InvitedAs.MEMBER, "bodies": "、".join(body.name for body in bodies)},
    )
    return len(bodies)


def missing_members(meeting: Meeting) -> list[Organization]:
    """Return the members that the standing notice did not go to."""
    if meeting.state != MeetingState.NOTIFIED:
        return []
    asked = set(
        Receipt.objects.filter(meeting=meeting, round=meeting.notice_round).values_list(
            "organization_id", flat=True
        )
    )
    return [body for body in invited_organizations(meeting) if body.pk not in asked]


@transaction.atomic
def take_off_invitee(invitee: Invitee, *, by: Actor) -> None:
    """Take somebody off the list while no notice has gone to them."""
    meeting = _lock(invitee.meeting)
    asked = Receipt.objects.filter(
        meeting=meeting, round=meeting.notice_round, organization=invitee.organization_id
    )
    if invitee.organization_id is not None and asked.exists():
        raise InviteeAlreadyNotified
    if not Invitee.objects.filter(pk=invitee.pk, is_current=True).update(is_current=False):
        return
    record_event(
        EventKind.MEETING_INVITEE_REMOVED,
        target=meeting,
        by=by,
        changes={"bodies": invitee.organization.name if invitee.organization else ""},
    )


def _lock(meeting: Meeting) -> Meeting:
    locked: Meeting = (
        Meeting.objects.select_for_update(no_key=True, of=("self",))
        .select_related("council__area", "council__convener")
        .get(pk=meeting.pk)
    )
    if locked.state not in NOT_YET_HELD:
        raise MeetingAlreadyClosed
    return locked


def _send_late(
    meeting: Meeting, bodies: list[tuple[Organization, InvitedAs]], *, by: Actor
) -> None:
    try:
        with transaction.atomic():
            ask_bodies(
                meeting,
                bodies,
                kind=KIND,
                title=wording.notice_title(meeting),
                body=wording.notice_body(meeting, agenda_texts(meeting), paper_titles(meeting)),
                hold_minutes=hold_left(meeting),
                by=by,
            )
    except IntegrityError:
        raise AlreadyInvited from None
