"""Units leave a council; a council ends."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from meetings.enums import EventKind, MeetingState, MemberState
from meetings.exceptions import (
    CouncilHasEnded,
    CouncilHasOpenWork,
    MemberHasOpenTasks,
    NotAMember,
    ReasonIsMissing,
)
from meetings.models import Council, CouncilMember, Meeting
from meetings.queries.membership import open_tasks, open_work
from meetings.services import council_wording as wording
from meetings.services.debts import void_unpaid
from meetings.services.doors import heard_by
from meetings.services.rotating import skip_leaver
from partybuild.access import Actor
from partybuild.accounts.services import revoke_links
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import void


@transaction.atomic
def end_membership(
    member: CouncilMember, *, reason: str, by: Actor, on: date | None = None, channel: str = ""
) -> CouncilMember:
    """Let a unit leave a council; not while it answers for open resolutions.

    An invitation that nobody has answered is taken back the same way.
    """
    if not reason.strip():
        raise ReasonIsMissing
    # Locks the membership first, so that an assignment at the same moment waits and then sees it.
    standing = CouncilMember.objects.select_for_update().filter(
        pk=member.pk, state__in=(MemberState.MEMBER, MemberState.INVITED)
    )
    if not standing:
        raise NotAMember
    if open_tasks(member.organization, council=member.council):
        raise MemberHasOpenTasks
    CouncilMember.objects.filter(pk=member.pk).update(
        state=MemberState.LEFT, valid_to=on or today(), end_reason=reason.strip()
    )
    member.refresh_from_db()
    council = member.council
    # It owes no answer to the notices that it has received.
    for meeting in Meeting.objects.filter(council=council, state=MeetingState.NOTIFIED):
        void(
            duty="meeting.answer",
            subject=meeting,
            bearer=member.organization,
            reason="退出联席会",
            by=by,
        )
    skip_leaver(council, organization=member.organization)
    _tell_other_side(member, by)
    record_event(
        EventKind.COUNCIL_LEFT,
        target=council,
        by=by,
        reason=reason,
        changes={
            "organization": member.organization.name,
            "channel": heard_by(council.area, channel),
        },
    )
    return member


def _tell_other_side(member: CouncilMember, by: Actor) -> None:
    is_own = by.organization_id == member.organization_id
    told = member.council.convener if is_own else member.organization
    notify(
        kind="council.left",
        subject=member,
        recipients=[Recipient(organization=told)],
        title=wording.left_title(member),
        body=wording.left_body(member),
        path=member.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def end_council(
    council: Council, *, reason: str, version: int, by: Actor, on: date | None = None
) -> Council:
    """End a council (终止) when nothing is open in it; its members leave, its history stays."""
    if not reason.strip():
        raise ReasonIsMissing
    # The council's row is the lock: meetings are planned and numbers given under it.
    locked = Council.objects.select_for_update().get(pk=council.pk)
    if locked.ended_on is not None:
        raise CouncilHasEnded
    if open_work(locked):
        raise CouncilHasOpenWork
    day = on or today()
    members = list(
        CouncilMember.objects.select_for_update(of=("self",))
        .filter(council=council)
        .standing()
        .select_related("organization__area")
    )
    Council.objects.filter(pk=council.pk).update(
        ended_on=day, end_reason=reason.strip(), version=F("version") + 1
    )
    CouncilMember.objects.filter(pk__in=[member.pk for member in members]).update(
        state=MemberState.LEFT, valid_to=day, end_reason="联席会终止"
    )
    council.refresh_from_db()
    void_unpaid(duty="meeting.hold", subject=council, reason=reason.strip(), by=by)
    revoke_links(council, action="council.answer", by=by)
    notify(
        kind="council.ended",
        subject=council,
        recipients=[Recipient(organization=member.organization) for member in members],
        title=wording.ended_title(council),
        body=wording.ended_body(council),
        by=by,
    )
    record_event(
        EventKind.COUNCIL_ENDED,
        target=council,
        by=by,
        reason=reason,
        changes={"成员单位": [len(members), 0]},
    )
    return council
