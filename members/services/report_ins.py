"""Reporting in: submitted by the member or at the desk, confirmed or returned, ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from members.enums import ACTIVE_REPORT_IN, EmploymentState, EventKind, MemberState, ReportInState
from members.exceptions import (
    AlreadyReportedIn,
    DecidesOnOneself,
    MemberHasEnded,
    ReportInAlreadyDecided,
    TooManyCommunities,
)
from members.models import Employment, PartyMember, ReportIn
from members.services.members import add_member, employ, person_with_id_number
from members.services.places import refresh_places
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.fields.codes import normalize_id_number, validate_id_number
from partybuild.organizations.models import Organization


def _locked(member: PartyMember) -> PartyMember:
    # One member's report-ins are counted one at a time, whichever communities they are for.
    return PartyMember.objects.select_for_update().get(pk=member.pk)


def _check_number_of_communities(
    member: PartyMember, community: Area, states: tuple[ReportInState, ...]
) -> None:
    most = parameter(community, "report_in.max_communities")
    others = ReportIn.objects.filter(member=member, state__in=states).exclude(community=community)
    if others.count() >= most:
        raise TooManyCommunities(most)


def _create(member: PartyMember, *, community: Area, by: Actor, **values: Any) -> ReportIn:
    report_in = ReportIn(member=member, community=community, **values)
    report_in.full_clean(exclude=("member", "community", "unit", "decided_on", "ended_on"))
    try:
        with transaction.atomic():
            report_in.save()
    except IntegrityError as clash:
        raise AlreadyReportedIn from clash
    record_event(EventKind.REPORT_IN_SUBMITTED, target=report_in, by=by, reason=report_in.channel)
    return report_in


@transaction.atomic
def submit_report_in(
    member: PartyMember,
    *,
    community: Area,
    by: Actor,
    building: str = "",
    address: str = "",
    skills: str = "",
    note: str = "",
    grid: Area | None = None,
    channel: str = "",
    on: date | None = None,
) -> ReportIn:
    """A member reports in at a community; unit, post and branch are copied as they are now."""
    member = _locked(member)
    if member.state == MemberState.ENDED:
        raise MemberHasEnded
    if ReportIn.objects.active().filter(member=member, community=community).exists():
        raise AlreadyReportedIn
    _check_number_of_communities(member, community, ACTIVE_REPORT_IN)
    employment = (
        Employment.objects.current()
        .filter(member=member)
        .select_related("unit", "branch__organization")
        .first()
    )
    return _create(
        member,
        community=community,
        by=by,
        submitted_on=on or today(),
        channel=channel,
        grid=grid,
        unit=employment.unit if employment else None,
        stated_name=member.person.name,
        unit_name=employment.unit.name if employment else "",
        post=employment.post if employment else "",
        branch_name=str(employment.branch) if employment and employment.branch else "",
        building=building,
        address=address,
        skills=skills,
        note=note,
    )


@transaction.atomic
def submit_at_desk(
    *,
    community: Area,
    id_number: str,
    name: str,
    channel: str,
    by: Actor,
    phone: str = "",
    unit: Organization | None = None,
    unit_name: str = "",
    post: str = "",
    building: str = "",
    address: str = "",
    skills: str = "",
    note: str = "",
    on: date | None = None,
) -> None:
    """Take a report-in at the desk by proxy; a full valid ID number is enough to begin.

    Returns nothing, whoever the number belongs to: the desk learns nothing about people who are
    not here yet. Whether it is one community too many is told when it is decided.
    """
    number = normalize_id_number(id_number)
    validate_id_number(number)
    person = person_with_id_number(number)
    known = PartyMember.objects.filter(person=person).first() if person else None
    if known is None:
        known = add_member(
            name=name, id_number=number, phone=phone, state=MemberState.PENDING, by=by
        )
    member = _locked(known)
    if ReportIn.objects.active().filter(member=member, community=community).exists():
        return
    if unit is not None and not Employment.objects.current().filter(member=member).exists():
        # The unit settles who is one of its people, and doubles.
        employ(
            member,
            unit=unit,
            post=post,
            valid_from=on or today(),
            state=EmploymentState.STATED,
            by=by,
        )
    _create(
        member,
        community=community,
        by=by,
        submitted_on=on or today(),
        channel=channel,
        unit=unit,
        stated_name=name,
        unit_name=unit.name if unit else unit_name,
        post=post,
        building=building,
        address=address,
        skills=skills,
        note=note,
    )


def _refuse_own(report_in: ReportIn, by: Actor) -> None:
    if by.person_id is not None and by.person_id == report_in.member.person_id:
        raise DecidesOnOneself


@transaction.atomic
def confirm_report_in(
    report_in: ReportIn, *, by: Actor, grid: Area | None = None, on: date | None = None
) -> ReportIn:
    """The community takes a member in, and places them in a grid if it likes."""
    _refuse_own(report_in, by)
    member = _locked(report_in.member)
    _check_number_of_communities(member, report_in.community, (ReportInState.CONFIRMED,))
    day = max(on or today(), report_in.submitted_on)
    report_in.freeze_areas(report_in.community)
    # The filter is the lock: of two deciding at once, one updates a row and one updates none.
    if (
        not ReportIn.objects.waiting()
        .filter(pk=report_in.pk)
        .update(
            state=ReportInState.CONFIRMED,
            grid=grid or report_in.grid,
            decided_on=day,
            decided_by=by.post,
            frozen_community=report_in.frozen_community_id,
            frozen_street=report_in.frozen_street_id,
            frozen_district=report_in.frozen_district_id,
            frozen_city=report_in.frozen_city_id,
        )
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_CONFIRMED, target=report_in, by=by)
    refresh_places(member)
    return report_in


@transaction.atomic
def return_report_in(report_in: ReportIn, *, reason: str, by: Actor) -> ReportIn:
    """The community sends a report-in back, as when the member lives elsewhere."""
    _refuse_own(report_in, by)
    if (
        not ReportIn.objects.waiting()
        .filter(pk=report_in.pk)
        .update(
            state=ReportInState.RETURNED,
            decided_on=max(today(), report_in.submitted_on),
            decided_by=by.post,
            return_reason=reason,
        )
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_RETURNED, target=report_in, by=by, reason=reason)
    return report_in


@transaction.atomic
def withdraw_report_in(report_in: ReportIn, *, by: Actor) -> ReportIn:
    """The member takes a report-in back before the community has decided."""
    if not ReportIn.objects.waiting().filter(pk=report_in.pk).update(state=ReportInState.WITHDRAWN):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_WITHDRAWN, target=report_in, by=by)
    return report_in


@transaction.atomic
def end_report_in(
    report_in: ReportIn, *, reason: str, by: Actor, note: str = "", on: date | None = None
) -> ReportIn:
    """End a standing report-in with a word of report_in.end_reason; records made here stay."""
    day = max(on or today(), report_in.submitted_on)
    if (
        not ReportIn.objects.standing()
        .filter(pk=report_in.pk)
        .update(state=ReportInState.ENDED, ended_on=day, end_reason=reason, end_note=note)
    ):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_ENDED, target=report_in, by=by, reason=note or reason)
    refresh_places(report_in.member)
    return report_in


@transaction.atomic
def place_in_grid(report_in: ReportIn, *, grid: Area | None, by: Actor) -> ReportIn:
    """Place a member in a grid of the community."""
    if not ReportIn.objects.standing().filter(pk=report_in.pk).update(grid=grid):
        raise ReportInAlreadyDecided
    report_in.refresh_from_db()
    record_event(EventKind.REPORT_IN_PLACED, target=report_in, by=by)
    refresh_places(report_in.member)
    return report_in
