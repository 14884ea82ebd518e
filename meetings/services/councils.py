"""Founding councils; inviting, joining, leaving."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import EventKind, MemberState, Via
from meetings.exceptions import (
    AlreadyInCouncil,
    CouncilHasEnded,
    InvitationAlreadyAnswered,
    NotAMember,
    TextChangedMeanwhile,
)
from meetings.models import Council, CouncilMember
from meetings.services.doors import via_of
from meetings.services.wording import invited_body
from partybuild.access import Actor
from partybuild.accounts.services import issue_link
from partybuild.areas.models import Area
from partybuild.areas.queries import parameters_of
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import now, today
from partybuild.notices.services import Recipient, notify
from partybuild.organizations.models import Organization

CHANGEABLE = ("kind", "name", "founded_on", "charter")


@transaction.atomic
def create_council(
    *,
    area: Area,
    kind: str,
    name: str,
    convener: Organization,
    by: Actor,
    founded_on: date | None = None,
    charter: str = "",
) -> Council:
    """Found a council; the committee that leads its area convenes it."""
    council = Council(
        area=area, kind=kind, name=name, convener=convener, founded_on=founded_on, charter=charter
    )
    council.full_clean()
    council.save()
    record_event(EventKind.COUNCIL_CREATED, target=council, by=by)
    return council


@transaction.atomic
def change_council(council: Council, *, version: int, by: Actor, **values: Any) -> Council:
    """Change a council's name, kind and charter, from the version that was read."""
    before = Council.objects.get(pk=council.pk)
    if set(values) - set(CHANGEABLE):
        raise TypeError(f"{set(values) - set(CHANGEABLE)} is not changed here")
    for name, value in values.items():
        setattr(council, name, value)
    council.full_clean()
    if not Council.objects.filter(pk=council.pk, version=version).update(
        version=F("version") + 1, **values
    ):
        raise TextChangedMeanwhile
    council.refresh_from_db()
    changes = differences(before, council, tuple(values))
    record_event(EventKind.COUNCIL_CHANGED, target=council, by=by, changes=changes)
    return council


@transaction.atomic
def invite_units(
    council: Council,
    *,
    organizations: Iterable[Organization],
    by: Actor,
    joined_on: date | None = None,
    channel: str = "",
) -> list[CouncilMember]:
    """Invite organizations into a council; with `joined_on` they had agreed already, by `channel`."""
    if council.ended_on is not None:
        raise CouncilHasEnded
    members = []
    for organization in organizations:
        member = CouncilMember(
            council=council,
            organization=organization,
            invited_on=today(),
            liaison_name=organization.contact_name,
            liaison_phone=organization.contact_phone,
        )
        if joined_on is not None:
            member.state = MemberState.MEMBER
            member.valid_from = joined_on
            member.answered_at = now()
            member.via = Via.PROXY
            member.channel = channel
        try:
            with transaction.atomic():
                member.save()
        except IntegrityError:
            raise AlreadyInCouncil from None
        members.append(member)
    if members:
        names = "、".join(member.organization.called for member in members)
        kind = EventKind.COUNCIL_INVITED if joined_on is None else EventKind.COUNCIL_JOINED
        record_event(kind, target=council, by=by, changes={"organization": names})
    if joined_on is None and members:
        _send_invitations(council, members, by)
    return members


def _send_invitations(council: Council, members: list[CouncilMember], by: Actor) -> None:
    # Each membership is its own subject: a unit invited again after declining is asked again.
    for member in members:
        notify(
            kind="council.invited",
            subject=member,
            recipients=[Recipient(organization=member.organization)],
            title=f"邀请加入{council.name}",
            body=invited_body(council),
            path=council.get_absolute_url(),
            link_action="council.answer",
            link_target=council,
            by=by,
        )
    days = parameters_of(council.area, ("link.days",))["link.days"]
    issue_link(council, action="council.answer", days=days, by=by)


@transaction.atomic
def answer_invitation(
    member: CouncilMember,
    *,
    accepts: bool,
    by: Actor,
    reason: str = "",
    representative_name: str = "",
    representative_post: str = "",
    liaison_name: str = "",
    liaison_phone: str = "",
    channel: str = "",
    joined_on: date | None = None,
) -> CouncilMember:
    """Join a council, or decline: by the unit, its link, or somebody for it."""
    values: dict[str, Any] = {
        "answered_at": now(),
        "via": via_of(by, member.organization, channel),
        "channel": channel,
    }
    if accepts:
        values |= {
            "state": MemberState.MEMBER,
            "valid_from": joined_on or today(),
            "representative_name": representative_name,
            "representative_post": representative_post,
            "liaison_name": liaison_name or member.liaison_name,
            "liaison_phone": liaison_phone or member.liaison_phone,
        }
    else:
        values |= {"state": MemberState.DECLINED, "valid_to": today(), "end_reason": reason}
    # The filter is the lock: of link and proxy at once, one answers and one is told.
    if not CouncilMember.objects.filter(pk=member.pk, state=MemberState.INVITED).update(**values):
        raise InvitationAlreadyAnswered
    member.refresh_from_db()
    record_event(
        EventKind.COUNCIL_JOINED if accepts else EventKind.COUNCIL_DECLINED,
        target=member.council,
        by=by,
        reason=reason,
        changes={"organization": member.organization.name, "via": member.via},
    )
    return member


@transaction.atomic
def change_representative(
    member: CouncilMember,
    *,
    representative_name: str,
    by: Actor,
    representative_post: str = "",
    liaison_name: str = "",
    liaison_phone: str = "",
    channel: str = "",
    on: date | None = None,
) -> CouncilMember:
    """Name another representative or liaison; the earlier row stays as history."""
    day = on or today()
    if not CouncilMember.objects.filter(pk=member.pk, state=MemberState.MEMBER).update(
        state=MemberState.REPLACED, valid_to=day, end_reason="更换代表或联络员"
    ):
        raise NotAMember
    newer = CouncilMember.objects.create(
        council=member.council,
        organization=member.organization,
        state=MemberState.MEMBER,
        invited_on=member.invited_on,
        sort=member.sort,
        answered_at=now(),
        via=via_of(by, member.organization, channel),
        channel=channel,
        valid_from=day,
        representative_name=representative_name,
        representative_post=representative_post,
        liaison_name=liaison_name,
        liaison_phone=liaison_phone,
    )
    record_event(
        EventKind.COUNCIL_REPRESENTATIVE_CHANGED,
        target=member.council,
        by=by,
        changes={
            "organization": member.organization.name,
            "via": newer.via,
        },
    )
    return newer


@transaction.atomic
def order_members(council: Council, *, members: Iterable[CouncilMember], by: Actor) -> None:
    """Put the member units into their order of protocol (排序)."""
    for position, member in enumerate(members, 1):
        CouncilMember.objects.filter(pk=member.pk, council=council).update(sort=position)
    record_event(EventKind.COUNCIL_ORDERED, target=council, by=by)
