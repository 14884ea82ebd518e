"""The fixture tree: 2 districts × 2 streets × 2 communities × 2 units × 3 members, and one of each thing.

Places have short names that say where they lie: "" is the city, "1" a district, "12" its second
street, "121" that street's first community, "121a" a unit in it, "121a3" the unit's third member.
What stands in `Thing` is known from how the row was made here, never asked from the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from partybuild.access import Level, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.areas.services import set_parameter
from partybuild.calendar import Period, now, today
from partybuild.obligations.models import Obligation
from partybuild.organizations.models import Organization
from tests.factories import core, meetings, members, obligations, sheets, units, wishes

DISTRICTS = ("1", "2")
STREETS = ("11", "12", "21", "22")
COMMUNITIES = ("111", "112", "121", "122", "211", "212", "221", "222")
UNITS = ("a", "b")
# Where one of each thing is made: own, sibling, another street's, another district's.
SITES = ("111", "112", "121", "211")
# Members who wait for their report-in, or have not reported in at all: some deeds need one.
SPARE_MEMBERS = ("111a2", "111b2")
# Councils of streets: to a community they lie above.
STREET_SITES = ("11", "12", "21")

Nodes = frozenset[str]
NOBODY: Nodes = frozenset()


@dataclass(frozen=True)
class Thing:
    """A row, and who stands how to it."""

    kind: str
    site: str
    row: Any
    # Posts at or above these places reach it along the area.
    nodes: Nodes = NOBODY
    # Units whose own it is; bodies that take part; members whose own it is.
    units: Nodes = NOBODY
    parties: Nodes = NOBODY
    people: Nodes = NOBODY
    # Places whose posts see it only because somebody from there takes part.
    guests: Nodes = NOBODY
    # The line on which it is seen.
    view: str = ""
    # What else a payload needs.
    more: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}@{self.site}"


@dataclass(frozen=True)
class Who:
    """A post, its column in access.csv and where it stands."""

    column: str
    post: Appointment
    # The place of an area post; None for others.
    node: str | None = None
    # The body it speaks for: "111a" a unit, "c111" a committee.
    body: str = ""
    person: str = ""

    def __str__(self) -> str:
        return f"{self.column}[{self.body or self.person or 'everywhere'}]"


@dataclass
class World:
    """Everything that was made."""

    areas: dict[str, Area] = field(default_factory=dict)
    committees: dict[str, Organization] = field(default_factory=dict)
    units: dict[str, Organization] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)
    posts: dict[str, Appointment] = field(default_factory=dict)
    things: dict[str, list[Thing]] = field(default_factory=dict)
    # One post of each column, along one line of the tree.
    whos: list[Who] = field(default_factory=list)
    # The same columns elsewhere in the tree.
    others: list[Who] = field(default_factory=list)

    def add(self, kind: str, site: str, row: Any, **facts: Any) -> Thing:
        """Note a thing."""
        thing = Thing(kind=kind, site=site, row=row, **facts)
        self.things.setdefault(kind, []).append(thing)
        return thing

    def body(self, code: str) -> Organization:
        """Return the body of a short name."""
        return self.committees[code[1:]] if code.startswith("c") else self.units[code]


def all_units() -> list[str]:
    """Return the short name of every unit."""
    return [community + letter for community in COMMUNITIES for letter in UNITS]


def people_of(unit: str) -> Nodes:
    """Return the short names of a unit's members."""
    return frozenset(f"{unit}{number}" for number in (1, 2, 3))


def make_world() -> World:
    """Build the tree and one of each thing at every site, with the services themselves."""
    world = World()
    _tree(world)
    # One member holds several posts at every site.
    set_parameter(world.areas[""], key="claim.max_per_member", value=9, by=core.SYSTEM)
    _posts(world)
    for site in SITES:
        _people(world, site)
    for site in SITES:
        _site(world, site)
    for site in STREET_SITES:
        _street(world, site)
    _administration(world)
    _guests(world)
    for site in (*SITES, *STREET_SITES):
        world.add("figure", site, world.areas[site], nodes=frozenset({site}), view="figures.view")
    return world


def _guests(world: World) -> None:
    """A unit invited from elsewhere is in sight of the area that invited it, from every side."""
    invited: dict[str, set[str]] = {}
    for thing in world.things["council_inviting"]:
        invited.setdefault(thing.more["other"], set()).add(thing.site)
    for kind in ("unit", "guest_unit"):
        world.things[kind] = [
            replace(thing, guests=frozenset(invited.get(min(thing.units), ())))
            for thing in world.things[kind]
        ]


# -- The tree -----------------------------------------------------------------------------------


def _tree(world: World) -> None:
    province = core.make_area("海东省", Level.PROVINCE, code="98")
    world.areas[""] = core.make_area("海城市", Level.CITY, province, code="9801")
    world.committees[""] = core.make_committee(world.areas[""])
    levels = ((DISTRICTS, Level.DISTRICT), (STREETS, Level.STREET), (COMMUNITIES, Level.COMMUNITY))
    words = {Level.DISTRICT: "区", Level.STREET: "街道", Level.COMMUNITY: "社区"}
    for codes, level in levels:
        for code in codes:
            name = "".join("甲乙丙丁"[int(digit) - 1] for digit in code) + words[level]
            padded = {Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}[level]
            world.areas[code] = core.make_area(
                name, level, world.areas[code[:-1]], code=("9801" + code).ljust(padded, "0")
            )
            world.committees[code] = core.make_committee(
                world.areas[code], parent=world.committees[code[:-1]]
            )
    for code in all_units():
        unit = units.make_unit(
            world.areas[code[:-1]],
            f"{code}号单位",
            contact_name=f"联络{code}",
            contact_phone="19900009999",
            contact_mail=f"unit{code}@example.org",
        )
        world.units[code] = unit.organization
        for person in sorted(people_of(code)):
            world.members[person] = members.make_member(unit.organization, f"党员{person}")


def _posts(world: World) -> None:
    for node, role, column in (
        ("", Role.COMMITTEE, "city"),
        *((code, Role.COMMITTEE, "district") for code in DISTRICTS),
        *((code, Role.COMMITTEE, "street") for code in STREETS),
        *((code, Role.COMMUNITY_SECRETARY, "community_secretary") for code in COMMUNITIES),
        *((code, Role.COMMUNITY_WORKER, "community_worker") for code in COMMUNITIES),
    ):
        post = core.make_post(role, world.committees[node], name=f"{column}{node}")
        world.posts[f"{column}:{node}"] = post
        _enlist(world, Who(column, post, node=node, body=f"c{node}"), node)
    for code in all_units():
        for role, column in (
            (Role.UNIT_SECRETARY, "unit_secretary"),
            (Role.UNIT_LIAISON, "unit_liaison"),
        ):
            post = core.make_post(role, world.units[code], name=f"{column}{code}")
            world.posts[f"{column}:{code}"] = post
            _enlist(world, Who(column, post, body=code), code)
    for person in ("111a1", *SPARE_MEMBERS, "112a1", "211a1"):
        post = core.make_post(Role.MEMBER, person=world.members[person].person)
        world.posts[f"member:{person}"] = post
        _enlist(world, Who("member", post, person=person), person)
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        post = core.make_post(role, name=f"管理员{role}")
        world.posts[str(role)] = post
        world.whos.append(Who(str(role), post))


def _enlist(world: World, who: Who, place: str) -> None:
    if "111a1".startswith(place):
        world.whos.append(who)
    elif place in {"2", "12", "112", "111b", "112a", "211a", "112a1", *SPARE_MEMBERS}:
        world.others.append(who)


# -- People and their units ---------------------------------------------------------------------


def _people(world: World, site: str) -> None:
    """Who has reported in where; seen by the community reported in at and by the unit's street."""
    from members.services import issue_letter, submit_report_in

    area, street = world.areas[site], site[:-1]
    elsewhere = ELSEWHERE[site]
    first = f"{site}a1"
    used = issue_letter(world.members[first], unit=world.units[f"{site}a"], by=core.SYSTEM)
    for letter in UNITS:
        unit = site + letter
        for number, at in ((1, site), (3, elsewhere)):
            members.make_report_in(world.members[f"{unit}{number}"], world.areas[at])
    _letters(world, site, used)
    for letter in UNITS:
        unit = site + letter
        for person in sorted(people_of(unit)):
            places = {"1": {site, street}, "2": {street}, "3": {elsewhere, street}}[person[-1]]
            world.add(
                "member",
                person,
                world.members[person],
                nodes=frozenset(places),
                units=frozenset({unit}),
                people=frozenset({person}),
                view="member.view",
                more={"unit": unit, "at": site},
            )
        for number, at in ((1, site), (3, elsewhere)):
            _report_in(world, f"{unit}{number}", at, "report_in_confirmed")
    member = world.members[f"{site}a2"]
    submit_report_in(member, community=area, by=core.SYSTEM)
    _report_in(world, f"{site}a2", site, "report_in_submitted")
    _at_the_desk(world, site)


def _letters(world: World, site: str, used: Any) -> None:
    """A letter with which somebody reported in, one that waits, and a report-in to be renewed."""
    from members.models import ReportIn
    from members.services import issue_letter

    first, open_to = f"{site}a1", f"{site}b2"
    used.refresh_from_db()
    world.add(
        "letter_used",
        site,
        used,
        nodes=frozenset({site}),
        units=frozenset({f"{site}a"}),
        people=frozenset({first}),
        view="member.view",
    )
    waiting = issue_letter(world.members[open_to], unit=world.units[f"{site}b"], by=core.SYSTEM)
    world.add(
        "letter_open",
        site,
        waiting,
        units=frozenset({f"{site}b"}),
        people=frozenset({open_to}),
        view="member.view",
    )
    # Reported in last year: this year's renewal is due.
    ReportIn.objects.filter(member=world.members[first]).update(
        submitted_on=date(2025, 11, 5), decided_on=date(2025, 11, 5)
    )
    _report_in(world, first, site, "report_in_due")


def _report_in(world: World, person: str, at: str, kind: str) -> None:
    from members.models import ReportIn

    row = ReportIn.objects.get(member=world.members[person], community=world.areas[at])
    world.add(
        kind,
        at,
        row,
        nodes=frozenset({at}),
        units=frozenset({person[:-1]}),
        people=frozenset({person}),
        view="member.view",
    )


def _at_the_desk(world: World, site: str) -> None:
    """Somebody whom a unit is asked about: one of theirs?"""
    from members.models import Employment
    from members.services import submit_at_desk

    unit = world.units[f"{site}a"]
    submit_at_desk(
        community=world.areas[site],
        id_number=core.id_number(int(site) * 2, born="19660606"),
        name=f"来人{site}",
        channel="in_person",
        unit=unit,
        by=core.SYSTEM,
    )
    row = Employment.objects.get(unit=unit, state="stated")
    world.add(
        "stated",
        site,
        row,
        nodes=frozenset({site}),
        units=frozenset({f"{site}a"}),
        view="member.view",
    )


# -- One of each ----------------------------------------------------------------------------------


def _site(world: World, site: str) -> None:
    first, second = f"{site}a", f"{site}b"
    area = world.areas[site]
    here = frozenset({site})
    world.add(
        "area",
        site,
        area,
        nodes=here,
        parties=frozenset({first, second}),
        # Where to report in is public to members.
        people=frozenset(world.members),
        view="area.view",
    )
    world.add("committee", site, world.committees[site], nodes=here, view="organization.view")
    for code in (first, second):
        world.add(
            "unit",
            code,
            world.units[code].resident_unit,
            nodes=here,
            units=frozenset({code}),
            people=people_of(code),
            view="unit.view",
        )
    idle = units.make_unit(area, f"{site}空闲单位")
    world.add("unit_idle", site, idle, nodes=here, view="unit.view")
    _branch(world, site)
    _unit_report_ins(world, site)
    _service(world, site)
    _feedback(world, site)
    _annual_forms(world, site)
    _requests(world, site)
    _reports(world, site)
    _ledger(world, site)
    _meetings(world, site, world.committees[site], (first, second))
    _desk_work(world, site)
    _activities(world, site)
    _service_posts(world, site)
    _wishes(world, site)


# Where members with the last number 3 report in.
ELSEWHERE = {"111": "121", "112": "111", "121": "111", "211": "212"}


def _audience(site: str) -> tuple[Nodes, Nodes]:
    """Return the units and the members of those who have reported in at a place."""
    here = {f"{site}{letter}1" for letter in UNITS}
    guests = {
        f"{home}{letter}3" for home, at in ELSEWHERE.items() if at == site for letter in UNITS
    }
    people = frozenset(here | guests)
    return frozenset(each[:-1] for each in people), people


def _activities(world: World, site: str) -> None:
    from activities.services import sign_up
    from tests.factories import activities

    area, committee = world.areas[site], world.committees[site]
    here, first = frozenset({site}), f"{site}a"
    bodies, people = _audience(site)
    when = {"starts_at": now() + timedelta(days=9), "ends_at": now() + timedelta(days=9, hours=2)}
    common = {"nodes": here, "view": "activity.view", "more": {"area": area}}
    draft = activities.make_activity(area, committee, published=False, **when)
    world.add("activity_draft", site, draft, **common)
    opened = activities.make_activity(area, committee, places=3, **when)
    # A unit signs its people up wherever they serve.
    facts = {"units": bodies, "parties": bodies, "people": people}
    world.add("activity", site, opened, **facts, **common)
    joined = activities.make_activity(area, committee, places=3, **when)
    row = sign_up(joined, member=world.members[f"{first}1"], by=core.SYSTEM)
    world.add("activity_joined", site, joined, **facts, **common)
    world.add(
        "sign_up",
        site,
        row,
        nodes=here,
        units=frozenset({first}),
        people=frozenset({f"{first}1"}),
        view="activity.participants",
    )
    own = activities.make_activity(area, world.units[first], published=False, **when)
    world.add("activity_of_unit", site, own, units=frozenset({first}), **common)
    theirs = activities.make_activity(area, world.units[first], **when)
    facts = {"units": frozenset({first}), "parties": bodies, "people": people}
    world.add("activity_of_unit_open", site, theirs, **facts, **common)
    _running_activities(world, site, bodies, people)


def _running_activities(
    world: World, site: str, bodies: frozenset[str], people: frozenset[str]
) -> None:
    """One whose door is open, one where somebody is, a unit's draft that was handed in, what was given."""
    from activities.enums import AttendanceState
    from activities.services import (
        AttendanceLine,
        enter_contribution,
        record_attendance,
        submit_activity,
    )
    from tests.factories import activities

    area, committee = world.areas[site], world.committees[site]
    first = f"{site}a"
    facts = {"units": bodies, "parties": bodies, "people": people}
    common = {"nodes": frozenset({site}), "view": "activity.view", "more": {"area": area}}
    when = {"starts_at": now() - timedelta(minutes=5), "ends_at": now() + timedelta(hours=3)}
    running = activities.make_activity(area, committee, **when)
    world.add("activity_running", site, running, **facts, **common)
    attended = activities.make_activity(area, committee, **when)
    line = AttendanceLine(member=world.members[f"{first}1"], state=AttendanceState.PRESENT)
    record_attendance(attended, lines=[line], reason="纸质签到表", by=core.SYSTEM)
    world.add("activity_attended", site, attended, **facts, **common)
    over = {"starts_at": now() - timedelta(hours=3), "ends_at": now() - timedelta(hours=1)}
    ended = activities.make_activity(area, committee, **over)
    record_attendance(ended, lines=[line], reason="纸质签到表", by=core.SYSTEM)
    world.add("activity_ended", site, ended, **facts, **common)
    given = enter_contribution(
        attended, organization=committee, item="茶水", amount=2, measure="box", by=core.SYSTEM
    )
    # A unit reads what it gave itself, and all of what it holds.
    world.add("contribution", site, given, **common)
    later = {"starts_at": now() + timedelta(days=9), "ends_at": now() + timedelta(days=9, hours=2)}
    draft = activities.make_activity(area, world.units[first], published=False, **later)
    submit_activity(draft, by=core.SYSTEM)
    world.add("activity_submitted", site, draft, units=frozenset({first}), **common)


def _service_posts(world: World, site: str) -> None:
    from members.models import ServiceRecord
    from members.services import form_team, join_team, sign_pledge

    area, first = world.areas[site], f"{site}a"
    here, member = frozenset({site}), world.members[f"{site}a1"]
    bodies, people = _audience(site)
    seen = {"nodes": here, "parties": bodies, "units": bodies, "people": people}

    def post(title: str, **values: Any) -> Any:
        return members.make_post_of(area, title=title, wanted=9, **values)

    opened = post("法律咨询岗")
    world.add("service_post", site, opened, view="service_post.view", **seen)
    draft = post("巡逻岗", published=False)
    world.add("service_post_draft", site, draft, nodes=here, view="service_post.view")
    own = {
        "nodes": here,
        "units": frozenset({first}),
        "people": frozenset({f"{first}1"}),
        "view": "member.view",
    }
    waiting = members.make_claim(post("待定岗"), member, accepted=False)
    world.add("claim_proposed", site, waiting, **own)
    world.add("claim_accepted", site, members.make_claim(post("清洁岗"), member), **own)
    pledged = members.make_claim(post("宣讲岗"), member)
    sign_pledge(pledged, text="每月一次", due_on=date(2026, 12, 31), by=core.SYSTEM)
    world.add("claim_pledged", site, pledged, **own)
    served = members.make_claim(post("义诊岗"), member)
    (record,) = members.make_services(area, [member], content="义诊", date=date(2026, 2, 20))
    ServiceRecord.objects.filter(pk=record.pk).update(claim=served)
    world.add("claim_served", site, served, **own)
    world.add("post_served", site, served.post, view="service_post.view", **seen)
    team = form_team(community=area, name="平安队", kind="patrol", by=core.SYSTEM)
    world.add("team", site, team, view="team.view", **seen)
    row = join_team(team, member=member, by=core.SYSTEM)
    world.add("team_member", site, row, **own)


def _wishes(world: World, site: str) -> None:
    area, first = world.areas[site], f"{site}a"
    here, member = frozenset({site}), world.members[f"{first}1"]
    bodies, people = _audience(site)
    shown = {"nodes": here, "parties": bodies, "units": bodies, "people": people}
    for state in ("entered", "verified"):
        row = wishes.make_wish(area, state=state)
        world.add(f"wish_{state}", site, row, nodes=here, view="wish.view")
    world.add("wish_open", site, wishes.make_wish(area), view="wish.view", **shown)
    done = wishes.make_fulfilled(wishes.make_wish(area), member=member)
    world.add("wish_fulfilled", site, done.wish, view="wish.view", **shown)
    # Its unit looks at what a member claims; what the unit claims is the unit's.
    of_member = {"nodes": here, "parties": frozenset({first}), "people": frozenset({f"{first}1"})}
    of_unit = {"nodes": here, "units": frozenset({first})}
    offer = wishes.make_wish_claim(wishes.make_wish(area), member=member, accepted=False)
    world.add("wish_offered", site, offer, view="member.view", **of_member)
    held = wishes.make_wish_claim(wishes.make_wish(area), member=member)
    world.add("wish_in_hand", site, held, view="member.view", **of_member)
    held = wishes.make_wish_claim(wishes.make_wish(area), unit=world.units[first])
    world.add("wish_in_hand_of_unit", site, held, view="member.view", **of_unit)


def _unit_report_ins(world: World, site: str) -> None:
    for letter, is_confirmed in (("a", False), ("b", True)):
        code = f"{site}{letter}"
        row = members.make_unit_report_in(
            world.units[code], world.areas[site], confirmed=is_confirmed
        )
        world.add(
            "unit_report_in_confirmed" if is_confirmed else "unit_report_in_submitted",
            site,
            row,
            nodes=frozenset({site}),
            units=frozenset({code}),
            view="unit.view",
        )


def _branch(world: World, site: str) -> None:
    from partybuild.organizations.enums import PartyOrganizationKind
    from partybuild.organizations.services import create_party_organization
    from units.services import tie_branch

    unit = f"{site}a"
    party = create_party_organization(
        kind=PartyOrganizationKind.BRANCH,
        name=f"{unit}党支部",
        area=world.areas[site],
        by=core.SYSTEM,
    )
    resident = world.units[unit].resident_unit
    branch = tie_branch(resident, party=party, valid_from=date(2024, 1, 1), by=core.SYSTEM)
    world.add(
        "branch",
        site,
        branch,
        nodes=frozenset({site}),
        units=frozenset({unit}),
        view="unit.view",
    )
    free = create_party_organization(
        kind=PartyOrganizationKind.BRANCH,
        name=f"{site}联合党支部",
        area=world.areas[site],
        by=core.SYSTEM,
    )
    for thing in world.things["unit"][-2:]:
        thing.more["party"] = free.organization
    world.add(
        "party_organization",
        site,
        party.organization,
        nodes=frozenset({site}),
        view="organization.view",
    )


def _service(world: World, site: str) -> None:
    area, first, second = world.areas[site], f"{site}a", f"{site}b"
    one, other = world.members[f"{first}1"], world.members[f"{second}1"]
    last = date(2025, 12, 7)
    members.make_services(area, [one, other], date=last)
    own = {
        "nodes": frozenset({site}),
        "units": frozenset({first}),
        "people": frozenset({f"{first}1"}),
        "view": "service.view",
    }
    done = members.make_services(area, [one])
    waiting = members.make_services(area, [one], certified=False, date=date(2026, 2, 14))
    world.add("sheet_certified", site, done[0], **own)
    world.add("sheet_waiting", site, waiting[0], **own)
    from members.services import acknowledge_summary, sign_summary

    by = actor_in(world.posts[f"community_secretary:{site}"])
    summary = sign_summary(
        community=area, unit=world.units[first], period=Period.parse("2025Q4"), by=by
    )
    world.add(
        "summary",
        site,
        summary,
        nodes=frozenset({site}),
        units=frozenset({first}),
        people=frozenset({f"{first}1"}),
        view="summary.view",
    )
    members.make_services(area, [one], date=date(2025, 8, 2))
    received = sign_summary(
        community=area, unit=world.units[first], period=Period.parse("2025Q3"), by=by
    )
    acknowledge_summary(received, by=core.SYSTEM)
    world.add(
        "summary_received",
        site,
        received,
        nodes=frozenset({site}),
        units=frozenset({first}),
        people=frozenset({f"{first}1"}),
        view="summary.view",
    )
    world.add(
        "due_summary",
        site,
        world.units[second],
        nodes=frozenset({site}),
        view="summary.view",
        more={"area": area},
    )


def _requests(world: World, site: str) -> None:
    unit, area = f"{site}a", world.areas[site]
    member = world.members[f"{unit}1"]
    of_unit = {"nodes": frozenset({site}), "units": frozenset({unit}), "view": "feedback.view"}
    answered = members.make_reply(member, area, asker=world.units[unit])
    asked = members.make_request(member, area, asker=world.units[unit])
    # What was answered is the member's to read, what is being asked is not.
    world.add("request_answered", site, answered, people=frozenset({f"{unit}1"}), **of_unit)
    world.add("request_asked", site, asked, **of_unit)


def _annual_forms(world: World, site: str) -> None:
    from members.services import sign_annual_form, start_annual_forms

    unit = f"{site}a"
    people = [f"{unit}1", f"{unit}3"]
    forms = start_annual_forms(
        unit=world.units[unit],
        members=[world.members[person] for person in people],
        period=Period.parse("2025"),
        due_on=date(2026, 3, 20),
        by=core.SYSTEM,
    )
    sign_annual_form(forms[1], account="无", conduct="遵守", explanation="外派", by=core.SYSTEM)
    for kind, form, person in zip(
        ("annual_form_open", "annual_form_signed"), forms, people, strict=True
    ):
        world.add(
            kind,
            site,
            form,
            nodes=frozenset({site}),
            units=frozenset({unit}),
            people=frozenset({person}),
            view="annual_form.view",
        )


def _feedback(world: World, site: str) -> None:
    """A draft; forms sent, received and objected to, about two members of two units."""
    from members.models import Feedback
    from members.services import (
        acknowledge_feedback,
        compile_feedback,
        grade_feedbacks,
        raise_objection,
        sign_feedback,
    )

    area, first, second = world.areas[site], f"{site}a", f"{site}b"
    members.make_services(area, [world.members[f"{first}1"]], date=date(2025, 8, 9))
    for period in ("2025", "2025H2", "2025Q3"):
        compile_feedback(area, Period.parse(period), by=core.SYSTEM)
    # Whatever their facts propose, each may be signed.
    grade_feedbacks(Feedback.objects.filter(community=area), grade="qualified", by=core.SYSTEM)
    asked = Feedback.objects.get(community=area, period="2025Q3", member=world.members[f"{first}1"])
    draft = Feedback.objects.get(community=area, period="2025", member=world.members[f"{second}1"])
    for period in ("2025", "2025H2"):
        rows = Feedback.objects.drafts().filter(community=area, period=period)
        picked = {each.uid: each.mark for each in rows.exclude(pk=draft.pk)}
        # Nobody's own signature: whoever holds the line may review.
        sign_feedback(community=area, period=Period.parse(period), picked=picked, by=core.SYSTEM)
    sent = Feedback.objects.get(community=area, period="2025", member=world.members[f"{first}1"])
    forms = Feedback.objects.filter(community=area, period="2025H2")
    received = forms.get(unit=world.units[first])
    objected = forms.get(unit=world.units[second])
    acknowledge_feedback([received], by=core.SYSTEM)
    raise_objection(objected, text="漏记一次", by=core.SYSTEM)
    here = frozenset({site})
    own = {
        "nodes": here,
        "units": frozenset({first}),
        "people": frozenset({f"{first}1"}),
        "view": "feedback.view",
    }
    theirs = {**own, "units": frozenset({second}), "people": frozenset({f"{second}1"})}
    world.add("feedback_sent", site, sent, **own)
    world.add("feedback_received", site, received, **own)
    world.add("feedback_objected", site, objected, **theirs)
    world.add("feedback_delivery", site, sent.delivery, **{**own, "people": frozenset()})
    # A draft is the community's alone.
    world.add("feedback_draft", site, draft, nodes=here, view="feedback.view")
    world.add("feedback_masses", site, draft.parts.get(part="masses"), **theirs)
    world.add("feedback_self", site, asked.parts.get(part="self"), **own)


def _reports(world: World, site: str) -> None:
    from units.services import file_nil_report, save_report_draft

    first, second = f"{site}a", f"{site}b"
    filed = file_nil_report(world.units[first], period=Period.parse("2025Q4"), by=core.SYSTEM)
    world.add(
        "report",
        site,
        filed,
        nodes=frozenset({site}),
        units=frozenset({first}),
        view="report.view",
    )
    draft = save_report_draft(
        world.units[second], period=Period.parse("2025Q4"), values={"v": "0"}, by=core.SYSTEM
    )
    # What a unit is still typing is its own.
    world.add("report_draft", site, draft, units=frozenset({second}), view="report.view")


def _ledger(world: World, site: str) -> None:
    area, committee = world.areas[site], world.committees[site]
    first, person = f"{site}a", f"{site}a1"
    here = frozenset({site})
    debt = obligations.make_debt(
        world.units[first], committee, area=area, duty="test.report", period="2025Q4"
    )
    world.add("debt", site, debt, nodes=here, units=frozenset({first}), view="obligation.view")
    of_person = obligations.make_debt(
        world.members[person].person,
        committee,
        area=area,
        duty="test.personal",
        unit=world.units[first],
        period="2026Q1",
    )
    world.add(
        "debt_of_person",
        site,
        of_person,
        nodes=here,
        units=frozenset({first}),
        people=frozenset({person}),
        view="obligation.view_person",
    )
    of_office = obligations.make_debt(
        committee,
        world.committees[site[:-1]],
        area=area,
        duty="test.together",
        period="2025Q4",
    )
    world.add("debt_of_office", site, of_office, nodes=here, view="obligation.view")


def _street(world: World, site: str) -> None:
    world.add(
        "area",
        site,
        world.areas[site],
        nodes=frozenset({site}),
        view="area.view",
    )
    world.add(
        "committee",
        site,
        world.committees[site],
        nodes=frozenset({site}),
        view="organization.view",
    )
    # Quarters are closed street by street.
    world.add("street", site, world.areas[site], nodes=frozenset({site}), view="area.view")
    _meetings(world, site, world.committees[site], (f"{site}1a", f"{site}1b"))


# -- Joint meetings -------------------------------------------------------------------------------


def _meetings(world: World, site: str, committee: Organization, bodies: tuple[str, str]) -> None:
    """Councils with two member units and one invited from another street: a guest in sight."""
    area = world.areas[site]
    lead, second = (world.units[code] for code in bodies)
    here, both = frozenset({site}), frozenset(bodies)
    council = meetings.make_council(area, committee, lead, second)
    world.add(
        "council",
        site,
        council,
        nodes=here,
        units=both,
        parties=both,
        view="council.view",
        more={"committee": committee, "area": area, "lead": lead, "second": second},
    )
    of_lead = frozenset({bodies[0]})
    rows = {"nodes": here, "parties": both}
    world.add(
        "membership",
        site,
        council.members.get(organization=lead),
        units=of_lead,
        view="council.view",
        **rows,
    )
    quiet = meetings.make_council(area, committee, lead, second, name=f"{area.name}议事会")
    world.add(
        "membership_idle",
        site,
        quiet.members.get(organization=lead),
        units=of_lead,
        view="council.view",
        **rows,
    )
    _invitation(world, site, committee, area)
    _topics(world, site, council, lead, {"nodes": here, "units": of_lead}, both)
    _planned(world, site, council, both)
    _decided(world, site, council, bodies, area)


def _invitation(world: World, site: str, committee: Organization, area: Area) -> None:
    from meetings.services import create_council, invite_units

    other = {"111": "121b", "112": "121b", "121": "112b", "211": "212b"}.get(site, f"{site}2b")
    council = create_council(
        area=area,
        kind="joint_meeting",
        name=f"{area.name}共建联席会",
        convener=committee,
        by=core.SYSTEM,
    )
    invite_units(council, organizations=[world.units[other]], by=core.SYSTEM)
    here, asked = frozenset({site}), frozenset({other})
    world.add(
        "invitation",
        site,
        council.members.get(),
        nodes=here,
        units=asked,
        parties=asked,
        view="council.view",
    )
    world.add(
        "council_inviting",
        site,
        council,
        nodes=here,
        units=asked,
        parties=asked,
        view="council.view",
        more={"other": other},
    )
    world.add(
        "guest_unit",
        site,
        world.units[other].resident_unit,
        nodes=frozenset({other[:-1]}),
        units=asked,
        people=people_of(other),
        guests=here,
        view="unit.view",
    )


def _topics(
    world: World, site: str, council: Any, lead: Organization, own: dict[str, Any], both: Nodes
) -> None:
    from meetings.services import decide_topic

    def topic(kind: str, row: Any, **facts: Any) -> None:
        world.add(kind, site, row, view="topic.view", **{**own, "parties": own["units"], **facts})

    topic("topic_submitted", meetings.make_topic(council, lead))
    topic("topic_draft", meetings.make_topic(council, lead, submit=False), nodes=NOBODY)
    topic("topic_accepted", meetings.make_accepted_topic(council, lead), parties=both)
    call = meetings.make_call(council)
    world.add("topic_call", site, call, view="topic.view", nodes=own["nodes"], parties=both)
    deferred = meetings.make_topic(council, lead)
    topic(
        "topic_deferred", decide_topic(deferred, decision="deferred", reason="待议", by=core.SYSTEM)
    )


def _planned(world: World, site: str, council: Any, both: Nodes) -> None:
    here = frozenset({site})
    common = {"nodes": here, "view": "meeting.view"}
    world.add(
        "meeting_planned",
        site,
        meetings.make_meeting(council, starts_at=now() + timedelta(days=15)),
        **common,
    )
    notified = meetings.make_notified(council, starts_at=now() + timedelta(days=20))
    world.add("meeting_notified", site, notified, units=both, parties=both, **common)
    lead = council.members.order_by("pk").first().organization
    receipt = notified.receipts.get(organization=lead)
    debt = Obligation.objects.get(
        duty="meeting.answer", subject_uid=notified.uid, bearer_organization=lead
    )
    world.add(
        "debt_of_meeting",
        site,
        debt,
        nodes=here,
        units=frozenset({sorted(both)[0]}),
        view="obligation.view",
    )
    own = frozenset({sorted(both)[0]})
    world.add("receipt", site, receipt, units=own, parties=own, **common)


def _decided(world: World, site: str, council: Any, bodies: tuple[str, str], area: Area) -> None:
    from meetings.services import (
        accept_resolution,
        assign_resolution,
        issue_minutes,
        report_completion,
        save_minutes,
    )

    lead = world.units[bodies[0]]
    here, both, own = frozenset({site}), frozenset(bodies), frozenset({bodies[0]})
    meeting = {"nodes": here, "units": both, "parties": both, "view": "meeting.view"}
    world.add("meeting_held", site, meetings.make_held(council), **meeting)
    drafted = meetings.make_held(council)
    resolution = {"nodes": here, "view": "resolution.view", "more": {"lead": lead, "area": area}}
    pending = meetings.make_resolution(drafted, lead)
    # Parties know of it when it is written down: they are named on it.
    world.add("resolution_pending", site, pending, units=own, parties=own, **resolution)
    draft = save_minutes(drafted, text="一、听取情况。", version=0, by=core.SYSTEM)
    world.add("meeting_drafted", site, drafted, more={"version": draft.version}, **meeting)
    world.add("minutes_draft", site, drafted, nodes=here, view="minutes.view")
    _circulating(world, site, council, bodies)
    held = meetings.make_held(council)
    leads = (lead, lead, council.convener, lead, lead, lead, lead)
    rows = [
        meetings.make_resolution(held, body, text=f"修路灯{number}盏")
        for number, body in enumerate(leads)
    ]
    minutes = save_minutes(held, text="议定两项。", version=0, by=core.SYSTEM)
    issue_minutes(minutes, signer_name="张三", version=minutes.version, by=core.SYSTEM)
    world.add("meeting_issued", site, held, **meeting)
    world.add("minutes_issued", site, held, nodes=here, parties=both, view="minutes.view")
    for row in rows:
        row.refresh_from_db()
        assign_resolution(row, by=core.SYSTEM)
    world.add("resolution_assigned", site, rows[0], units=own, parties=both, **resolution)
    party = rows[0].parties.get()
    resolution["more"] = {**resolution["more"], "bodies": own}
    world.add("party", site, party, units=own, parties=both, **resolution)
    _decided_later(world, site, rows[3:], units=own, parties=both, **resolution)
    resolution["more"] = {**resolution["more"], "bodies": frozenset({f"c{site}"})}
    world.add("party_own", site, rows[2].parties.get(), parties=both, **resolution)
    reported = rows[1].parties.get()
    accept_resolution(reported, by=core.SYSTEM, channel="phone")
    report_completion(reported, text="已修好", by=core.SYSTEM, channel="phone")
    world.add("resolution_reported", site, rows[1], units=own, parties=both, **resolution)


def _circulating(world: World, site: str, council: Any, bodies: tuple[str, str]) -> None:
    from meetings.enums import Audience
    from meetings.services import circulate_minutes, save_minutes

    here, both, own = frozenset({site}), frozenset(bodies), frozenset({bodies[0]})
    sent = save_minutes(meetings.make_held(council), text="议定一项。", version=0, by=core.SYSTEM)
    circulation = circulate_minutes(sent, audience=Audience.PRESENT, version=1, by=core.SYSTEM)
    common = {"nodes": here, "view": "minutes.view"}
    more = {"bodies": both}
    world.add("circulation", site, circulation, parties=both, more=more, **common)
    signature = circulation.signatures.get(organization=world.units[bodies[0]])
    world.add("countersignature", site, signature, units=own, parties=own, **common)


def _decided_later(world: World, site: str, rows: list[Any], **common: Any) -> None:
    """What asks for more time, has a card, was closed for good or for a stage, was returned."""
    from meetings.services import (
        accept_resolution,
        ask_extension,
        close_resolution,
        raise_card,
        return_resolution,
    )

    at_work, closed, stage, returned = rows
    later = today() + timedelta(days=60)
    party = accept_resolution(at_work.parties.get(), by=core.SYSTEM, channel="phone")
    extension = ask_extension(party, due_on=later, reason="缺材料", by=core.SYSTEM, channel="phone")
    card = raise_card(at_work, color="yellow", reason="居民反映", by=core.SYSTEM)
    close_resolution(closed, closing="substantial", by=core.SYSTEM)
    close_resolution(stage, closing="stage", review_on=later, by=core.SYSTEM)
    return_resolution(
        returned.parties.get(), reason="不属本单位职责", by=core.SYSTEM, channel="phone"
    )
    world.add("party_at_work", site, party, **common)
    # The council reads the resolution; what its parties ask and are told is theirs.
    theirs = {**common, "parties": common["units"]}
    world.add("extension", site, extension, **theirs)
    world.add("card", site, card, **theirs)
    world.add("resolution_working", site, at_work, **common)
    world.add("resolution_closed", site, closed, **common)
    world.add("resolution_stage", site, stage, **common)
    world.add("resolution_returned", site, returned, **common)


# -- Desk work ------------------------------------------------------------------------------------


def _desk_work(world: World, site: str) -> None:
    from partybuild.portal.services import answer_suggestion, send_suggestion

    secretary = actor_in(world.posts[f"community_secretary:{site}"])
    here = frozenset({site})
    suggestion = send_suggestion(text="字再大一点", by=secretary)
    world.add("suggestion", site, suggestion, nodes=here, view="suggestion.answer")
    underway = send_suggestion(text="路灯不亮", by=secretary)
    answer_suggestion(underway, answer="已报修。", outcome="underway", by=secretary)
    world.add("suggestion_underway", site, underway, nodes=here, view="suggestion.answer")
    book = sheets.workbook(["单位名称", "所属社区", "住所"], [f"新厂{site}", "", "一号"])
    batch = sheets.staged("units", book, by=secretary)
    world.add(
        "batch",
        site,
        batch,
        nodes=here,
        view="import.rows",
        more={"owner": f"community_secretary:{site}"},
    )
    written = sheets.applied(
        "units",
        sheets.workbook(["单位名称", "所属社区", "住所"], [f"老厂{site}", "", "二号"]),
        by=secretary,
    )
    world.add(
        "batch_applied",
        site,
        written,
        nodes=here,
        view="import.rows",
        more={"owner": f"community_secretary:{site}"},
    )
    from partybuild.notices.models import Notice

    notice = (
        Notice.objects.filter(organization=world.units[f"{site}a"], channel="in_app")
        .order_by("pk")
        .first()
    )
    if notice is not None:
        world.add("notice", site, notice, units=frozenset({f"{site}a"}), view="notice.inbox")


def _administration(world: World) -> None:
    from partybuild.accounts.services.tokens import issue_token
    from partybuild.notices.models import Notice

    token, _text = issue_token(
        world.posts["community_secretary:122"],
        name="对接",
        column="api_read",
        days=30,
        by=core.SYSTEM,
    )
    world.add("token", "122", token, view="token.revoke")
    mail = Notice.objects.filter(channel="mail").order_by("pk").first()
    assert mail is not None
    Notice.objects.filter(pk=mail.pk).update(state="unknown")
    mail.refresh_from_db()
    world.add("mail_unknown", "", mail, view="notice.reconcile")
