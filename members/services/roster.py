"""Taking a whole roster in at once: people, members, employments, report-ins, places; one event."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from members.enums import (
    ACTIVE_REPORT_IN,
    EmploymentState,
    EventKind,
    MemberState,
    ReportInState,
)
from members.models import Employment, MemberPlace, PartyMember, ReportIn
from members.services.doubles import open_double
from members.services.places import _at_unit, _in_community, phone_tail_hash
from partybuild.access import Actor
from partybuild.areas.models import Area
from partybuild.areas.queries import parameter
from partybuild.audit.services import record_event
from partybuild.calendar import today
from partybuild.exchange.kept import kept_values
from partybuild.fields.codes import id_number_birth_date, id_number_gender
from partybuild.organizations.models import Organization, PartyOrganization
from partybuild.people.models import Person


@dataclass
class RosterEntry:
    """One member as a roster names them, in normal form.

    `person` and `member` are the rows met by ID number; `corrections` name what may be corrected on
    them: empty for somebody whom the importing post does not see.
    """

    person_values: dict[str, Any]
    member_values: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    member: PartyMember | None = None
    # Their number stands out of sight: entered as typed; `first` is the member whom it belongs to.
    is_double: bool = False
    first: PartyMember | None = None
    corrections: frozenset[str] = frozenset()
    member_state: MemberState = MemberState.ACTIVE
    unit: Organization | None = None
    unit_name: str = ""
    branch: PartyOrganization | None = None
    branch_name: str = ""
    post: str = ""
    since: date | None = None
    employment_state: EmploymentState = EmploymentState.CONFIRMED
    community: Area | None = None
    grid: Area | None = None
    reported_on: date | None = None
    channel: str = ""


@dataclass(frozen=True)
class RosterChange:
    """A row that an entry made or changed, for the batch."""

    entry: int
    label: str
    pk: int
    is_created: bool
    before: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def record_roster(
    entries: list[RosterEntry], *, by: Actor, batch_uid: uuid.UUID | None = None
) -> list[RosterChange]:
    """Write a roster; who is known already keeps their row, and what the post does not see stays as it is."""
    changes: list[RosterChange] = []
    changes += _write_people(entries)
    changes += _write_members(entries)
    for entry in entries:
        if entry.first is not None and entry.member is not None:
            open_double(entry.first, double=entry.member, by=by)
    changes += _write_employments(entries)
    changes += _write_report_ins(entries, by)
    refresh_many_places({entry.member.pk for entry in entries if entry.member is not None})
    record_event(
        EventKind.MEMBER_ADDED,
        target=None,
        by=by,
        changes={"members": [None, len(entries)]},
        batch_uid=batch_uid,
    )
    return changes


def _write_people(entries: list[RosterEntry]) -> list[RosterChange]:
    changes: list[RosterChange] = []
    made: list[tuple[int, Person]] = []
    for number, entry in enumerate(entries):
        if entry.person is None:
            entry.person = Person(**entry.person_values, is_double=entry.is_double)
            _complete(entry.person)
            made.append((number, entry.person))
            continue
        names = tuple(name for name in entry.person_values if name in entry.corrections)
        if names:
            before = kept_values(entry.person, (*names, "phone_hash", "pinyin", "initials"))
            for name in names:
                setattr(entry.person, name, entry.person_values[name])
            _complete(entry.person)
            entry.person.save()
            changes.append(RosterChange(number, "people.Person", entry.person.pk, False, before))
    Person.objects.bulk_create([person for _number, person in made], batch_size=2000)
    changes += [RosterChange(number, "people.Person", person.pk, True) for number, person in made]
    return changes


def _complete(person: Person) -> None:
    """Derive what the name, the phone and the ID number say; bulk writes know no save()."""
    person.pinyin = "".join(lazy_pinyin(person.name))[:200]
    person.initials = "".join(lazy_pinyin(person.name, style=Style.FIRST_LETTER))[:50]
    person.renew_hashes()
    if person.id_number:
        person.birth_date = id_number_birth_date(person.id_number)
        person.gender = id_number_gender(person.id_number)


def _write_members(entries: list[RosterEntry]) -> list[RosterChange]:
    changes: list[RosterChange] = []
    made: list[tuple[int, PartyMember]] = []
    for number, entry in enumerate(entries):
        assert entry.person is not None
        if entry.member is None:
            entry.member = PartyMember(
                person=entry.person, state=entry.member_state, **entry.member_values
            )
            made.append((number, entry.member))
            continue
        names = tuple(name for name in entry.member_values if name in entry.corrections)
        if names:
            before = kept_values(entry.member, names)
            for name in names:
                setattr(entry.member, name, entry.member_values[name])
            entry.member.save(update_fields=list(names))
            changes.append(
                RosterChange(number, "members.PartyMember", entry.member.pk, False, before)
            )
    PartyMember.objects.bulk_create([member for _number, member in made], batch_size=2000)
    changes += [
        RosterChange(number, "members.PartyMember", member.pk, True) for number, member in made
    ]
    return changes


def _write_employments(entries: list[RosterEntry]) -> list[RosterChange]:
    changes: list[RosterChange] = []
    current = {
        employment.member_id: employment
        for employment in Employment.objects.current().filter(
            member__in=[entry.member for entry in entries if entry.member is not None]
        )
    }
    day = today()
    made: list[tuple[int, Employment]] = []
    for number, entry in enumerate(entries):
        assert entry.member is not None
        held = current.get(entry.member.pk)
        if held is None:
            if entry.unit is not None:
                employment = Employment(
                    member=entry.member,
                    unit=entry.unit,
                    branch=entry.branch,
                    post=entry.post,
                    valid_from=entry.since or day,
                    state=entry.employment_state,
                )
                made.append((number, employment))
            continue
        wanted: dict[str, Any] = {}
        if "post" in entry.corrections and entry.post != held.post:
            wanted["post"] = entry.post
        if (
            entry.unit is not None
            and held.unit_id == entry.unit.pk
            and held.state == EmploymentState.STATED
            and entry.employment_state == EmploymentState.CONFIRMED
        ):
            wanted["state"] = EmploymentState.CONFIRMED
        if wanted:
            before = kept_values(held, tuple(wanted))
            for name, value in wanted.items():
                setattr(held, name, value)
            held.save(update_fields=list(wanted))
            changes.append(RosterChange(number, "members.Employment", held.pk, False, before))
    Employment.objects.bulk_create([employment for _number, employment in made], batch_size=2000)
    changes += [
        RosterChange(number, "members.Employment", employment.pk, True)
        for number, employment in made
    ]
    return changes


def _write_report_ins(entries: list[RosterEntry], by: Actor) -> list[RosterChange]:
    active: dict[int, list[ReportIn]] = defaultdict(list)
    for report_in in ReportIn.objects.filter(
        member__in=[entry.member for entry in entries if entry.community is not None],
        state__in=ACTIVE_REPORT_IN,
    ):
        active[report_in.member_id].append(report_in)
    day = today()
    most: dict[int, int] = {}
    made: list[tuple[int, ReportIn]] = []
    for number, entry in enumerate(entries):
        community = entry.community
        assert entry.member is not None
        if community is None:
            continue
        if community.pk not in most:
            most[community.pk] = parameter(community, "report_in.max_communities")
        held = active[entry.member.pk]
        if any(report_in.community_id == community.pk for report_in in held):
            continue
        standing = sum(report_in.state == ReportInState.CONFIRMED for report_in in held)
        made.append(
            (number, _report_in(entry, community, by, day, confirmed=standing < most[community.pk]))
        )
    ReportIn.objects.bulk_create([report_in for _number, report_in in made], batch_size=2000)
    return [
        RosterChange(number, "members.ReportIn", report_in.pk, True) for number, report_in in made
    ]


def _report_in(
    entry: RosterEntry, community: Area, by: Actor, day: date, *, confirmed: bool
) -> ReportIn:
    """One too many waits to be decided by hand, where it is told."""
    report_in = ReportIn(
        member=entry.member,
        community=community,
        grid=entry.grid,
        state=ReportInState.CONFIRMED if confirmed else ReportInState.SUBMITTED,
        submitted_on=entry.reported_on or day,
        channel=entry.channel,
        unit=entry.unit,
        stated_name=entry.person_values["name"],
        unit_name=entry.unit.name if entry.unit is not None else entry.unit_name,
        post=entry.post,
        branch_name=entry.branch_name,
        building=entry.member_values.get("home_building", ""),
        address=entry.member_values.get("home_address", ""),
        skills=entry.member_values.get("skills", ""),
    )
    if confirmed:
        # Settled on paper: it counts from the day that the roster says.
        report_in.decided_on = report_in.submitted_on
        report_in.decided_by = by.post
        report_in.freeze_areas(community)
    return report_in


@transaction.atomic
def refresh_many_places(member_ids: Iterable[int]) -> None:
    """Bring the places of many members in step with six queries, however many they are."""
    keys = list(member_ids)
    members = PartyMember.objects.filter(pk__in=keys).select_related("person")
    employments = {
        employment.member_id: employment
        for employment in Employment.objects.current()
        .filter(member__in=keys, state=EmploymentState.CONFIRMED)
        .select_related("unit__area")
    }
    standing: dict[int, list[ReportIn]] = defaultdict(list)
    for report_in in ReportIn.objects.filter(
        member__in=keys, state=ReportInState.CONFIRMED
    ).select_related("community"):
        standing[report_in.member_id].append(report_in)
    held: dict[int, dict[tuple[str, int | None], MemberPlace]] = defaultdict(dict)
    for place in MemberPlace.objects.filter(member__in=keys):
        held[place.member_id][place.side, place.community_id] = place
    fresh: list[MemberPlace] = []
    stale: list[int] = []
    for member in members:
        places = held[member.pk]
        for values in _wanted(member, employments.get(member.pk), standing[member.pk]):
            place = places.pop((str(values["side"]), values["community_id"]), None)
            if place is None:
                fresh.append(MemberPlace(**values))
            elif any(getattr(place, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(place, name, value)
                place.save()
        stale += [place.pk for place in places.values()]
    MemberPlace.objects.filter(pk__in=stale).delete()
    MemberPlace.objects.bulk_create(fresh, batch_size=2000)


def _wanted(
    member: PartyMember, employment: Employment | None, standing: list[ReportIn]
) -> list[dict[str, Any]]:
    if member.state == MemberState.ENDED:
        return []
    person = member.person
    common = {
        "member_id": member.pk,
        "sort": person.sort,
        "name": person.name,
        "initials": person.initials,
        "phone_tail_hash": phone_tail_hash(person.phone),
    }
    wanted = [_in_community(report_in, employment, common) for report_in in standing]
    if employment is not None:
        wanted.append(_at_unit(employment, common))
    return wanted
