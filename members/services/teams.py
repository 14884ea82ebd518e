"""Teams of volunteers: formed, joined, led, left, dissolved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from members.enums import EventKind, TeamRole
from members.exceptions import (
    AlreadyInTeam,
    NotInTeam,
    NotReportedInHere,
    TeamHasEnded,
    TeamNameTaken,
)
from members.models import PartyMember, ReportIn, Team, TeamMember
from members.queries.posts import place_in
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import today

CHANGEABLE = ("name", "kind", "grid", "content")


@transaction.atomic
def form_team(
    *,
    community: Area,
    name: str,
    kind: str,
    by: Actor,
    grid: Area | None = None,
    content: str = "",
    leader: PartyMember | None = None,
) -> Team:
    """Form a team, with its leader where there is one already."""
    team = Team(
        community=community,
        name=name.strip(),
        kind=kind,
        grid=grid,
        content=content.strip(),
        valid_from=today(),
    )
    team.full_clean(exclude=("community", "grid"), validate_constraints=False)
    _save(team)
    record_event(EventKind.TEAM_FORMED, target=team, by=by)
    if leader is not None:
        join_team(team, member=leader, role=TeamRole.LEADER, by=by)
    return team


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as clash:
        raise TeamNameTaken from clash


def _locked(team: Team) -> Team:
    row = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if row.valid_to is not None:
        raise TeamHasEnded
    return row


@transaction.atomic
def change_team(team: Team, *, by: Actor, **values: Any) -> Team:
    """Change what a team is called and does."""
    unknown = set(values) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"not changeable: {sorted(unknown)}")
    team = _locked(team)
    before = Team.objects.get(pk=team.pk)
    for name, value in values.items():
        setattr(team, name, value)
    team.full_clean(exclude=("community", "grid"), validate_constraints=False)
    _save(team)
    if changes := differences(before, team, tuple(values)):
        record_event(EventKind.TEAM_CHANGED, target=team, by=by, changes=changes)
    return team


@transaction.atomic
def join_team(
    team: Team, *, member: PartyMember, by: Actor, role: str = TeamRole.MEMBER
) -> TeamMember:
    """Place a member who has reported in here in a team."""
    team = _locked(team)
    place = place_in(team.community, member)
    if place is None:
        raise NotReportedInHere
    if role == TeamRole.LEADER:
        _step_down(team)
    row = TeamMember(
        team=team,
        member=member,
        role=role,
        member_name=place.name,
        unit_name=place.unit_name,
        valid_from=today(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as clash:
        raise AlreadyInTeam from clash
    # The first team is the one that stands on the report-in.
    ReportIn.objects.standing().filter(member=member, community=team.community, team=None).update(
        team=team
    )
    record_event(EventKind.TEAM_JOINED, target=row, by=by)
    return row


@transaction.atomic
def join_team_many(team: Team, *, members: Iterable[PartyMember], by: Actor) -> list[TeamMember]:
    """Place several members in a team; those who are in it already stay as they are."""
    joined = []
    for member in members:
        try:
            with transaction.atomic():
                joined.append(join_team(team, member=member, by=by))
        except AlreadyInTeam:
            continue
    return joined


def _step_down(team: Team) -> None:
    TeamMember.objects.current().leaders().filter(team=team).update(role=TeamRole.MEMBER)


@transaction.atomic
def lead_team(row: TeamMember, *, by: Actor) -> TeamMember:
    """Make one of a team its leader; whoever led before stays in it."""
    _locked(row.team)
    if not TeamMember.objects.current().filter(pk=row.pk).exists():
        raise NotInTeam
    _step_down(row.team)
    TeamMember.objects.filter(pk=row.pk).update(role=TeamRole.LEADER)
    row.refresh_from_db()
    record_event(EventKind.TEAM_LED, target=row, by=by)
    return row


@transaction.atomic
def leave_team(
    row: TeamMember, *, by: Actor, reason: str = "", on: date | None = None
) -> TeamMember:
    """A member leaves a team; the row stays, with its end."""
    return _leave(row, by=by, reason=reason, on=on)


def _leave(
    row: TeamMember, *, by: Actor, reason: str, on: date | None = None, follows: bool = False
) -> TeamMember:
    day = max(on or today(), row.valid_from)
    if not TeamMember.objects.current().filter(pk=row.pk).update(valid_to=day, end_reason=reason):
        raise NotInTeam
    row.refresh_from_db()
    _point_report_in_elsewhere(row)
    record_event(EventKind.TEAM_LEFT, target=row, by=by, reason=reason, follows=follows)
    return row


def _point_report_in_elsewhere(row: TeamMember) -> None:
    others = TeamMember.objects.current().filter(
        member=row.member_id, team__community=row.team.community_id
    )
    other = others.order_by("valid_from", "id").first()
    ReportIn.objects.standing().filter(member=row.member_id, team=row.team_id).update(
        team=other.team_id if other else None
    )


@transaction.atomic
def end_team(team: Team, *, reason: str, by: Actor) -> Team:
    """Dissolve a team; its people leave with it."""
    team = _locked(team)
    for row in TeamMember.objects.current().filter(team=team).select_related("team"):
        _leave(row, reason=reason, by=by, follows=True)
    Team.objects.filter(pk=team.pk).update(
        valid_to=max(today(), team.valid_from), end_reason=reason
    )
    team.refresh_from_db()
    record_event(EventKind.TEAM_ENDED, target=team, by=by, reason=reason)
    return team


@transaction.atomic
def leave_teams(
    member: PartyMember, *, reason: str, by: Actor, community: Area | None = None
) -> int:
    """Take a member out of the teams of a community, or of all."""
    rows = TeamMember.objects.current().filter(member=member).select_related("team")
    if community is not None:
        rows = rows.filter(team__community=community)
    found = list(rows)
    for row in found:
        _leave(row, reason=reason, by=by, follows=True)
    return len(found)
