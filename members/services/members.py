"""The roster: adding, changing and ending members; where they work; who looked at what."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from members.enums import (
    EmploymentState,
    EventKind,
    LetterState,
    MemberEndReason,
    MemberState,
    ReportInState,
)
from members.exceptions import (
    DecidesOnOneself,
    EmploymentAlreadyDecided,
    MemberAlreadyRegistered,
    MemberHasEnded,
)
from members.models import AnnualForm, Employment, PartyMember, RecommendationLetter, ReportIn
from members.queries.report_ins import DECIDE_REPORT_IN_DUTY, FIRST_DUTY, RENEW_DUTY
from members.registry import end_elsewhere
from members.services.annual_forms import withdraw_annual_form
from members.services.claims import end_claims
from members.services.doubles import known_under, open_double
from members.services.endings import tell_community_of_end
from members.services.places import refresh_places
from members.services.teams import leave_teams
from partybuild.access import Actor
from partybuild.audit.services import record_event
from partybuild.audit.services.events import differences
from partybuild.calendar import today
from partybuild.fields import keyed_hash
from partybuild.fields.codes import normalize_id_number
from partybuild.obligations.services import void
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.people.models import Person
from partybuild.people.services import change_person, create_person

MEMBER_FIELDS = (
    "kind",
    "category",
    "joined_on",
    "home_area",
    "home_building",
    "home_address",
    "skills",
    "availability",
)
PERSON_FIELDS = ("name", "gender", "birth_date", "phone", "id_number", "mail", "sort")


def _split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    unknown = set(values) - set(MEMBER_FIELDS) - set(PERSON_FIELDS)
    if unknown:
        raise TypeError(f"{sorted(unknown)} is not set here")
    return (
        {name: values[name] for name in PERSON_FIELDS if name in values},
        {name: values[name] for name in MEMBER_FIELDS if name in values},
    )


def person_with_id_number(id_number: str) -> Person | None:
    """Return the person who carries an ID number, found by its keyed hash."""
    number = normalize_id_number(id_number)
    if not number:
        return None
    return Person.objects.filter(id_number_hash=keyed_hash(number, "id_number")).first()


@transaction.atomic
def add_member(
    *,
    by: Actor,
    unit: Organization | None = None,
    branch: PartyOrganization | None = None,
    post: str = "",
    since: date | None = None,
    state: MemberState = MemberState.ACTIVE,
    **values: Any,
) -> PartyMember:
    """Put a person on the roster, at a unit if given; an ID number known in sight is the same person.

    One that stands out of sight is taken in as typed, and told to nobody: see services/doubles.py.
    """
    of_person, of_member = _split(values)
    known = known_under(of_person.get("id_number", ""), name=of_person.get("name", ""), by=by)
    if known.member is not None:
        return _take_in(known.member, unit, branch=branch, post=post, since=since, by=by)
    person = known.person
    if person is None:
        sort = of_person.pop("sort", None)
        person = create_person(by=by, is_double=known.is_hidden, **of_person)
        if sort:
            Person.objects.filter(pk=person.pk).update(sort=sort)
            person.sort = sort
    member = PartyMember(person=person, state=state, **of_member)
    member.full_clean(exclude=("person",))
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as clash:
        # Two at once with the same ID number: the other one stands.
        raise MemberAlreadyRegistered from clash
    record_event(EventKind.MEMBER_ADDED, target=member, by=by)
    if known.first is not None:
        open_double(known.first, double=member, by=by)
    if unit is not None:
        employ(member, unit=unit, branch=branch, post=post, valid_from=since or today(), by=by)
    return member


def _take_in(
    member: PartyMember,
    unit: Organization | None,
    *,
    branch: PartyOrganization | None,
    post: str,
    since: date | None,
    by: Actor,
) -> PartyMember:
    """Let a unit take somebody onto its roster who stands on nobody's."""
    if unit is None or member.state == MemberState.ENDED:
        raise MemberAlreadyRegistered
    current = Employment.objects.current().filter(member=member).first()
    if current is not None and current.state == EmploymentState.CONFIRMED:
        raise MemberAlreadyRegistered
    if current is not None and current.unit_id == unit.pk:
        confirm_employment(current, by=by)
        return member
    if current is not None:
        _close(current, on=today(), reason="单位另行列入花名册", by=by)
    employ(member, unit=unit, branch=branch, post=post, valid_from=since or today(), by=by)
    return member


@transaction.atomic
def employ(
    member: PartyMember,
    *,
    unit: Organization,
    valid_from: date,
    by: Actor,
    branch: PartyOrganization | None = None,
    post: str = "",
    state: EmploymentState = EmploymentState.CONFIRMED,
) -> Employment:
    """Say where a member works from a day on; the one before must have ended."""
    employment = Employment(
        member=member, unit=unit, branch=branch, post=post, valid_from=valid_from, state=state
    )
    employment.full_clean(exclude=("member", "unit", "branch"))
    try:
        with transaction.atomic():
            employment.save()
    except IntegrityError as clash:
        raise MemberAlreadyRegistered from clash
    if state == EmploymentState.CONFIRMED and member.state == MemberState.PENDING:
        PartyMember.objects.filter(pk=member.pk).update(state=MemberState.ACTIVE)
        member.state = MemberState.ACTIVE
    record_event(EventKind.EMPLOYMENT_STARTED, target=employment, by=by)
    refresh_places(member)
    return employment


def _refuse_own(employment: Employment, by: Actor) -> None:
    if by.person_id is not None and by.person_id == employment.member.person_id:
        raise DecidesOnOneself


@transaction.atomic
def confirm_employment(employment: Employment, *, by: Actor, post: str = "") -> Employment:
    """The unit says: one of ours."""
    _refuse_own(employment, by)
    waiting = Employment.objects.current().stated().filter(pk=employment.pk)
    changes = {"state": EmploymentState.CONFIRMED, **({"post": post} if post else {})}
    # The filter is the lock: of two answering at once, one updates a row and one updates none.
    if not waiting.update(**changes):
        raise EmploymentAlreadyDecided
    employment.refresh_from_db()
    member = employment.member
    PartyMember.objects.filter(pk=member.pk, state=MemberState.PENDING).update(
        state=MemberState.ACTIVE
    )
    member.refresh_from_db(fields=("state",))
    record_event(EventKind.EMPLOYMENT_CONFIRMED, target=employment, by=by)
    refresh_places(member)
    return employment


@transaction.atomic
def refuse_employment(employment: Employment, *, reason: str, by: Actor) -> None:
    """The unit says: not one of ours; the community hears it and asks the member again."""
    _refuse_own(employment, by)
    day = max(today(), employment.valid_from)
    if (
        not Employment.objects.current()
        .stated()
        .filter(pk=employment.pk)
        .update(valid_to=day, end_reason=reason)
    ):
        raise EmploymentAlreadyDecided
    employment.refresh_from_db()
    record_event(EventKind.EMPLOYMENT_REFUSED, target=employment, by=by, reason=reason)
    refresh_places(employment.member)


def _close(employment: Employment, *, on: date, reason: str, by: Actor) -> bool:
    closed = (
        Employment.objects.current()
        .filter(pk=employment.pk)
        .update(valid_to=max(on, employment.valid_from), end_reason=reason)
    )
    if closed:
        # What was owed to this unit is owed no more; the next one asks anew.
        void(duty=FIRST_DUTY, subject=employment, reason=reason, by=by)
    return bool(closed)


@transaction.atomic
def end_employment(employment: Employment, *, on: date, reason: str, by: Actor) -> None:
    """A member leaves a unit's roster; what they did there stays."""
    if not _close(employment, on=on, reason=reason, by=by):
        raise EmploymentAlreadyDecided
    employment.refresh_from_db()
    record_event(EventKind.EMPLOYMENT_ENDED, target=employment, by=by, reason=reason)
    refresh_places(employment.member)


@transaction.atomic
def change_member(
    member: PartyMember,
    *,
    by: Actor,
    reason: str = "",
    branch: PartyOrganization | None = None,
    post: str | None = None,
    **values: Any,
) -> PartyMember:
    """Correct what is known of a member, their person and their post at work."""
    if member.state == MemberState.ENDED:
        raise MemberHasEnded
    of_person, of_member = _split(values)
    if of_person:
        change_person(member.person, by=by, reason=reason, **of_person)
    before = copy(member)
    for name, value in of_member.items():
        setattr(member, name, value)
    member.full_clean(exclude=("person",))
    member.save()
    changes = differences(before, member, tuple(of_member))
    work = {
        name: value for name, value in (("post", post), ("branch", branch)) if value is not None
    }
    if work:
        Employment.objects.current().filter(member=member).update(**work)
        changes |= dict.fromkeys(work, "changed")
    if changes:
        record_event(
            EventKind.MEMBER_CHANGED, target=member, by=by, reason=reason, changes=_quiet(changes)
        )
    refresh_places(member)
    return member


def _quiet(changes: dict[str, Any]) -> dict[str, Any]:
    """Personal fields stand in events only as changed."""
    personal = {"home_area", "home_building", "home_address", "joined_on", "skills", "availability"}
    return {name: "changed" if name in personal else value for name, value in changes.items()}


@transaction.atomic
def end_member(
    member: PartyMember, *, on: date, reason: MemberEndReason, by: Actor, note: str = ""
) -> None:
    """A member leaves the roster with a reason; report-ins and employment end with it."""
    ended = PartyMember.objects.on_roster().filter(pk=member.pk)
    if not ended.update(state=MemberState.ENDED, ended_on=on, end_reason=reason, end_note=note):
        raise MemberHasEnded
    why = str(MemberEndReason(reason).label)
    for employment in Employment.objects.current().filter(member=member):
        _close(employment, on=on, reason=why, by=by)
    for report_in in ReportIn.objects.active().filter(member=member):
        ReportIn.objects.filter(pk=report_in.pk).update(
            state=ReportInState.ENDED,
            ended_on=max(on, report_in.submitted_on),
            end_reason=_WORDS.get(reason, "other"),
            end_note=note,
        )
        record_event(EventKind.REPORT_IN_ENDED, target=report_in, by=by, reason=why, follows=True)
        was_standing = report_in.state == ReportInState.CONFIRMED
        report_in.refresh_from_db()
        if was_standing:
            tell_community_of_end(report_in, why=why, by=by)
        for duty in (RENEW_DUTY, DECIDE_REPORT_IN_DUTY):
            void(duty=duty, subject=report_in, reason=why, by=by)
    for form in AnnualForm.objects.open().filter(member=member):
        withdraw_annual_form(form, reason=why, by=by)
    _revoke_letters(member, on=on, reason=why, by=by)
    member.refresh_from_db()
    end_claims(member, reason=why, by=by)
    end_elsewhere(member, reason=why, by=by)
    leave_teams(member, reason=why, by=by)
    record_event(EventKind.MEMBER_ENDED, target=member, by=by, reason=why)
    refresh_places(member)


def _revoke_letters(member: PartyMember, *, on: date, reason: str, by: Actor) -> None:
    for letter in RecommendationLetter.objects.issued().filter(member=member):
        RecommendationLetter.objects.filter(pk=letter.pk).update(
            state=LetterState.REVOKED, ended_on=on, end_reason=reason
        )
        record_event(EventKind.LETTER_REVOKED, target=letter, by=by, reason=reason, follows=True)


# The word of report_in.end_reason that goes with a member's leaving.
_WORDS = {
    MemberEndReason.TRANSFERRED: "relation",
    MemberEndReason.RETIRED: "retired",
    MemberEndReason.DIED: "died",
}
