"""Part-time committee members: proposed, selected, approved, published, appointed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from meetings.enums import CANDIDATE, EventKind, PartTimeState
from meetings.exceptions import (
    AlreadyPartTimeMember,
    CouncilHasEnded,
    ObjectionIsOpen,
    ObjectionWasUpheld,
    OwnMatter,
    PartTimeMovedOn,
    PublicityNotOver,
    ReasonIsMissing,
    TermIsWrong,
    TimeIsAhead,
)
from meetings.models import Council, PartTimeMember, PartTimeObjection
from meetings.queries.committees import committee_above
from meetings.services import council_wording as wording
from meetings.services.debts import owe_anew
from partybuild.access import Actor
from partybuild.areas.models.area import area_keys
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import Period, add_working_days, today
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.registry import Debt
from partybuild.obligations.services import pay, void
from partybuild.organizations.models import Organization
from partybuild.people.models import Person

APPROVE = "part_time.approve"
RENEW = "part_time.renew"


def _move(
    member: PartTimeMember, *states: PartTimeState, to: PartTimeState, **values: Any
) -> PartTimeMember:
    """Claim the step: of two people taking it at once, one updates a row and one updates none."""
    if not PartTimeMember.objects.filter(pk=member.pk, state__in=states).update(
        state=to, version=F("version") + 1, **values
    ):
        raise PartTimeMovedOn
    member.refresh_from_db()
    return member


def must_be_another(member: PartTimeMember, by: Actor) -> None:
    """Nobody selects, approves, appoints or evaluates themselves."""
    if by.person_id is not None and by.person_id == member.person_id:
        raise OwnMatter


def _past(day: date) -> date:
    if day > today():
        raise TimeIsAhead
    return day


@transaction.atomic
def propose_part_time_member(
    council: Council,
    *,
    person: Person,
    organization: Organization,
    by: Actor,
    unit_post: str = "",
    title: str = "兼职委员",
    division: str = "",
    proposal: str = "",
    on: date | None = None,
) -> PartTimeMember:
    """Propose somebody of a unit for a committee (推荐)."""
    if council.ended_on is not None:
        raise CouncilHasEnded
    member = PartTimeMember(
        council=council,
        person=person,
        organization=organization,
        person_name=person.name,
        unit_name=organization.name,
        unit_post=unit_post,
        title=title,
        division=division,
        proposal=proposal,
        proposed_on=_past(on or today()),
    )
    member.freeze_areas(council.area)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError:
        raise AlreadyPartTimeMember from None
    record_event(EventKind.PART_TIME_PROPOSED, target=member, by=by, about=(person,))
    return member


@transaction.atomic
def change_part_time_proposal(
    member: PartTimeMember, *, version: int, by: Actor, **values: Any
) -> PartTimeMember:
    """Correct what is proposed, until the street has decided."""
    if set(values) - {"unit_post", "title", "division", "proposal"}:
        raise TypeError("only the proposal is changed here")
    if not PartTimeMember.objects.filter(
        pk=member.pk,
        version=version,
        state__in=(PartTimeState.PROPOSED, PartTimeState.SELECTED),
    ).update(version=F("version") + 1, **values):
        raise PartTimeMovedOn
    member.refresh_from_db()
    record_event(EventKind.PART_TIME_CHANGED, target=member, by=by, about=(member.person,))
    return member


@transaction.atomic
def select_part_time_member(
    member: PartTimeMember, *, selected_on: date, selection: str, by: Actor
) -> PartTimeMember:
    """Write down that the Party organization's meeting selected the candidate (遴选)."""
    must_be_another(member, by)
    if not selection.strip():
        raise ReasonIsMissing
    _move(
        member,
        PartTimeState.PROPOSED,
        PartTimeState.SELECTED,
        to=PartTimeState.SELECTED,
        selected_on=_past(selected_on),
        selection=selection.strip(),
    )
    record_event(EventKind.PART_TIME_SELECTED, target=member, by=by, about=(member.person,))
    return member


@transaction.atomic
def report_part_time_member(
    member: PartTimeMember, *, by: Actor, on: date | None = None
) -> PartTimeMember:
    """Report the candidate upwards: the committee above owes its answer (上报)."""
    _move(
        member,
        PartTimeState.SELECTED,
        to=PartTimeState.REPORTED,
        reported_on=_past(on or today()),
        state_reason="",
    )
    council = member.council
    above = committee_above(council)
    due = add_working_days(today(), parameter(council.area, "parttime.approve_days"))
    owe_anew(
        [
            Debt(
                duty=APPROVE,
                bearer_organization=above,
                owed_to=council.convener,
                subject=member,
                period=str(Period.of(due)),
                due_on=due,
                area=council.area,
            )
        ],
        reason="重新上报",
        by=by,
    )
    record_event(EventKind.PART_TIME_REPORTED, target=member, by=by, about=(member.person,))
    return member


@transaction.atomic
def return_part_time_member(member: PartTimeMember, *, reason: str, by: Actor) -> PartTimeMember:
    """Send a reported candidate back with a reason (退回)."""
    if not reason.strip():
        raise ReasonIsMissing
    _move(
        member,
        PartTimeState.REPORTED,
        to=PartTimeState.SELECTED,
        state_reason=reason.strip(),
    )
    pay(duty=APPROVE, bearer=committee_above(member.council), subject=member, by=by)
    _tell_convener(member, "part_time.returned", wording.part_time_returned(member), by)
    record_event(
        EventKind.PART_TIME_RETURNED, target=member, by=by, reason=reason, about=(member.person,)
    )
    return member


@transaction.atomic
def approve_part_time_member(
    member: PartTimeMember, *, by: Actor, number: str = "", on: date | None = None
) -> PartTimeMember:
    """Approve a reported candidate (批复); the street does it with a second person."""
    must_be_another(member, by)
    _move(
        member,
        PartTimeState.REPORTED,
        to=PartTimeState.APPROVED,
        approved_on=_past(on or today()),
        approval_number=number.strip(),
        approved_by=by.post,
        state_reason="",
    )
    pay(
        duty=APPROVE,
        bearer=committee_above(member.council),
        subject=member,
        paid_with=member,
        by=by,
    )
    _tell_convener(member, "part_time.approved", wording.part_time_approved(member), by)
    record_event(EventKind.PART_TIME_APPROVED, target=member, by=by, about=(member.person,))
    return member


def _tell_convener(member: PartTimeMember, kind: str, text: tuple[str, str], by: Actor) -> None:
    title, body = text
    notify(
        kind=kind,
        subject=member,
        recipients=[Recipient(organization=member.council.convener)],
        # Sent back and approved later: each is told.
        round=member.version,
        title=title,
        body=body,
        path=member.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def publish_part_time_member(
    member: PartTimeMember, *, published_on: date, published_at: str, by: Actor
) -> PartTimeMember:
    """Publish the name for so many working days (公示)."""
    days = parameter(member.council.area, "publicity.days")
    _move(
        member,
        PartTimeState.APPROVED,
        to=PartTimeState.PUBLISHED,
        published_on=_past(published_on),
        # The day of publication does not count.
        published_until=add_working_days(published_on, days),
        published_at=published_at.strip(),
    )
    record_event(
        EventKind.PART_TIME_PUBLISHED,
        target=member,
        by=by,
        changes={"published_until": member.published_until.isoformat()}
        if member.published_until
        else {},
        about=(member.person,),
    )
    return member


@transaction.atomic
def record_objection(
    member: PartTimeMember, *, said_on: date, text: str, by: Actor, sayer_name: str = ""
) -> PartTimeObjection:
    """Write down what somebody objects to a published name; unnamed where they wish."""
    if not text.strip():
        raise ReasonIsMissing
    locked = PartTimeMember.objects.select_for_update().get(pk=member.pk)
    if locked.state != PartTimeState.PUBLISHED:
        raise PartTimeMovedOn
    objection = PartTimeObjection.objects.create(
        member=member, said_on=_past(said_on), text=text.strip(), sayer_name=sayer_name.strip()
    )
    record_event(EventKind.PART_TIME_OBJECTED, target=member, by=by, about=(member.person,))
    return objection


@transaction.atomic
def settle_objection(
    objection: PartTimeObjection, *, is_upheld: bool, finding: str, by: Actor
) -> PartTimeObjection:
    """Write down what came out of looking into an objection."""
    must_be_another(objection.member, by)
    if not finding.strip():
        raise ReasonIsMissing
    if not PartTimeObjection.objects.filter(pk=objection.pk, settled_on=None).update(
        settled_on=today(), is_upheld=is_upheld, finding=finding.strip()
    ):
        raise PartTimeMovedOn
    objection.refresh_from_db()
    record_event(
        EventKind.PART_TIME_SETTLED,
        target=objection.member,
        by=by,
        changes={"is_upheld": is_upheld},
        about=(objection.member.person,),
    )
    return objection


@transaction.atomic
def appoint_part_time_member(
    member: PartTimeMember,
    *,
    term_from: date,
    term_to: date,
    by: Actor,
    division: str = "",
    appointed_on: date | None = None,
) -> PartTimeMember:
    """Appoint a published candidate for a term with a division of work (聘任)."""
    must_be_another(member, by)
    if term_to <= term_from:
        raise TermIsWrong
    locked = PartTimeMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if locked.state != PartTimeState.PUBLISHED:
        raise PartTimeMovedOn
    day = _past(appointed_on or today())
    assert locked.published_until is not None
    if today() <= locked.published_until or day <= locked.published_until:
        raise PublicityNotOver(locked.published_until)
    objections = PartTimeObjection.objects.filter(member=member)
    if objections.filter(settled_on=None).exists():
        raise ObjectionIsOpen
    if objections.filter(is_upheld=True).exists():
        raise ObjectionWasUpheld
    _move(
        member,
        PartTimeState.PUBLISHED,
        to=PartTimeState.APPOINTED,
        appointed_on=day,
        term_from=term_from,
        term_to=term_to,
        division=division.strip() or locked.division,
        # What the letter says is frozen as it is on this day.
        person_name=member.person.name,
        unit_name=member.organization.name,
        **area_keys(member.council.area),
    )
    _tell_appointed(member, by)
    record_event(
        EventKind.PART_TIME_APPOINTED,
        target=member,
        by=by,
        changes={"term_from": str(term_from), "term_to": str(term_to)},
        about=(member.person,),
    )
    return member


def _tell_appointed(member: PartTimeMember, by: Actor) -> None:
    title, body = wording.part_time_appointed(member)
    notify(
        kind="part_time.appointed",
        subject=member,
        recipients=[Recipient(organization=member.organization), Recipient(person=member.person)],
        title=title,
        body=body,
        path=member.get_absolute_url(),
        by=by,
    )


@transaction.atomic
def drop_part_time_member(member: PartTimeMember, *, reason: str, by: Actor) -> PartTimeMember:
    """Let a candidate go at any step before the appointment (不再聘任)."""
    if not reason.strip():
        raise ReasonIsMissing
    was = PartTimeMember.objects.get(pk=member.pk).state
    _move(member, *CANDIDATE, to=PartTimeState.DROPPED, state_reason=reason.strip())
    if was == PartTimeState.REPORTED:
        void(duty=APPROVE, subject=member, reason="不再聘任", by=by)
    record_event(
        EventKind.PART_TIME_DROPPED, target=member, by=by, reason=reason, about=(member.person,)
    )
    return member
