"""A world of two districts in which every name is a canary: it says at which place it lies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from meetings.services import assign_resolution, issue_minutes, save_minutes
from members.models import PartyMember
from members.services import sign_summary
from partybuild.access import Level, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.calendar import Period, now
from partybuild.notices.services import Recipient, notify
from partybuild.obligations.services import open_duties
from partybuild.organizations.models import Organization
from tests.factories.core import (
    SYSTEM,
    id_number,
    make_area,
    make_committee,
    make_person,
    make_post,
    make_unit_organization,
)
from tests.factories.meetings import (
    make_accepted_topic,
    make_council,
    make_held,
    make_notified,
    make_resolution,
    make_topic,
)
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit_of
from units.services import file_nil_report, file_report

# A canary: Zq, what it is, where it lies (letters of the places down to it), a number.
CANARY = re.compile(r"Zq([a-z]+)x([0-9]*)x(\d+)z")
PLACES = ("1", "2")


@dataclass
class Spot:
    """An area with what stands in it; `key` is its way down from the city: "121"."""

    key: str
    area: Area
    committee: Organization
    units: list[Organization] = field(default_factory=list)
    members: list[PartyMember] = field(default_factory=list)
    posts: dict[str, Appointment] = field(default_factory=dict)


@dataclass
class World:
    """Everything, by place."""

    spots: dict[str, Spot] = field(default_factory=dict)
    administrators: dict[str, Appointment] = field(default_factory=dict)
    # What may be sent only to whom access.md names: {text: (field, member, unit's key)}.
    personal: dict[str, tuple[str, int, str]] = field(default_factory=dict)

    def post(self, key: str, role: str) -> Appointment:
        """Return who holds a role at a place: post("111", "secretary")."""
        return self.spots[key].posts[role]

    def posts(self) -> list[tuple[str, str, Appointment]]:
        """Return (place, role, post) of everybody, administrators at the place ""."""
        found = [("", role, post) for role, post in self.administrators.items()]
        for key, spot in self.spots.items():
            found += [(key, role, post) for role, post in spot.posts.items()]
        return found


class Names:
    """Gives out names that are found again wherever they come to light."""

    def __init__(self, dress: Callable[[str], str] | None = None, ahead: int = 0) -> None:
        self.count = 0
        # Two worlds may stand in one database: their people have different numbers.
        self.ahead = ahead
        self.dress = dress or (lambda name: name)

    def __call__(self, word: str, kind: str, key: str) -> str:
        self.count += 1
        return self.dress(f"{word}Zq{kind}x{key}x{self.count}z")


def make_world(
    *,
    dress: Callable[[str], str] | None = None,
    small: bool = False,
    streets: int = 2,
    base: str = "98",
) -> World:
    """Build two districts of two streets of two communities of two units of two members each."""
    world, name = World(), Names(dress, ahead=int(base) * 7)
    city = make_area(name("市", "area", ""), Level.CITY, code=f"{base}01")
    _spot(world, name, "", city, None)
    for district in PLACES:
        area = make_area(
            name("区", "area", district), Level.DISTRICT, city, code=f"{city.code}0{district}"
        )
        _spot(world, name, district, area, world.spots[""].committee)
        for street in PLACES[: 1 if small else streets]:
            _street(world, name, district + street, area)
    for role, word in (
        (Role.SYSTEM_ADMIN, "system"),
        (Role.SECURITY_ADMIN, "security"),
        (Role.AUDITOR, "auditor"),
    ):
        world.administrators[word] = make_post(role, name=name("管理员", "admin", ""))
    open_duties(on=date(2026, 3, 5), by=SYSTEM)
    return world


def _spot(world: World, name: Names, key: str, area: Area, above: Organization | None) -> Spot:
    committee = make_committee(area, name("党委", "committee", key), above)
    spot = world.spots[key] = Spot(key, area, committee)
    if len(key) < 3:
        spot.posts["staff"] = make_post(
            Role.COMMITTEE, committee, name=name("干部", "official", key)
        )
    return spot


def _street(world: World, name: Names, key: str, district: Area) -> None:
    area = make_area(
        name("街", "area", key), Level.STREET, district, code=f"{district.code}00{key[1]}"
    )
    spot = _spot(world, name, key, area, world.spots[key[0]].committee)
    for place in PLACES:
        community = make_area(
            name("社区", "area", key + place),
            Level.COMMUNITY,
            area,
            code=f"{area.code}00{place}",
        )
        _community(world, name, key + place, community, spot.committee)


def _community(world: World, name: Names, key: str, area: Area, above: Organization) -> None:
    spot = _spot(world, name, key, area, above)
    make_area(name("网格", "grid", key), Level.GRID, area, code=f"{area.code}001")
    spot.posts["secretary"] = make_post(
        Role.COMMUNITY_SECRETARY, spot.committee, name=name("书记", "official", key)
    )
    spot.posts["worker"] = make_post(
        Role.COMMUNITY_WORKER, spot.committee, name=name("社工", "official", key)
    )
    for place in PLACES:
        _unit(world, name, spot, key + place)
    _meetings(name, spot, key)
    _services(world, name, spot, key)


def _unit(world: World, name: Names, spot: Spot, key: str) -> None:
    unit = make_unit_organization(
        name("单位", "unit", key), spot.area, contact_name=name("联络", "contact", key)
    )
    make_unit_of(
        unit,
        head_name=name("负责人", "contact", key),
        introduction=name("简介", "words", key),
        remark=name("备注", "words", key),
    )
    spot.units.append(unit)
    here = world.spots[key] = Spot(key, spot.area, spot.committee, units=[unit])
    here.posts["secretary"] = make_post(
        Role.UNIT_SECRETARY, unit, name=name("单位书记", "officer", key)
    )
    here.posts["liaison"] = make_post(Role.UNIT_LIAISON, unit, name=name("联络员", "officer", key))
    for kind in ("account", "member"):
        here.members.append(_member(world, name, spot, unit, key, kind))
    spot.members += here.members
    here.posts["member"] = make_post(Role.MEMBER, person=here.members[0].person)


def _member(
    world: World, name: Names, spot: Spot, unit: Organization, key: str, kind: str
) -> PartyMember:
    serial = name.count + name.ahead
    born = date(1961 + serial % 37, 1 + serial % 12, 1 + serial % 28)
    joined = date(1991 + serial % 25, 1 + serial % 11, 2 + serial % 26)
    values = {
        "id_number": id_number(serial, born=f"{born:%Y%m%d}"),
        "phone": f"1990{serial:04d}{7 * serial % 1000:03d}",
        "birth_date": born,
        "joined_on": joined,
        "home_area": spot.area,
        "home_building": name("楼", "building", key),
        "home_address": name("室", "address", key),
        "skills": name("特长", "skill", key),
    }
    member = make_member(unit, name("党员", kind, key), post=name("职务", "post", key), **values)
    make_report_in(member, spot.area, note=name("说明", "words", key))
    for what, text in (
        ("id_number", values["id_number"]),
        ("phone", values["phone"]),
        ("birth_date", born.isoformat()),
        ("birth_date", f"{born.year}年{born.month}月{born.day}日"),
        ("joined_on", joined.isoformat()),
        ("joined_on", f"{joined.year}年{joined.month}月{joined.day}日"),
        ("home_building", values["home_building"]),
        ("home_address", values["home_address"]),
    ):
        world.personal[str(text)] = (what, member.person_id, key)
    return member


def _meetings(name: Names, spot: Spot, key: str) -> None:
    unit, second = spot.units
    council = make_council(
        spot.area, spot.committee, unit, second, name=name("联席会", "council", key)
    )
    make_accepted_topic(council, unit, title=name("议题", "topic", key))
    make_topic(council, second, title=name("议题", "topic", key))
    held = make_held(council, theme=name("会", "meeting", key), place=name("室", "meeting", key))
    resolution = make_resolution(held, unit, second, text=name("决议", "resolution", key))
    minutes = save_minutes(held, text=name("纪要", "minutes", key), version=0, by=SYSTEM)
    issue_minutes(
        minutes, signer_name=name("签发", "official", key), version=minutes.version, by=SYSTEM
    )
    resolution.refresh_from_db()
    assign_resolution(resolution, by=SYSTEM)
    make_notified(
        council,
        theme=name("会", "meeting", key),
        place=name("地点", "meeting", key),
        starts_at=now() + timedelta(days=9),
    )


def _services(world: World, name: Names, spot: Spot, key: str) -> None:
    here = spot.members
    make_services(spot.area, here, date=date(2025, 12, 7), content=name("服务", "service", key))
    make_services(spot.area, here[:2], content=name("服务", "service", key))
    make_services(
        spot.area,
        here[1:],
        content=name("服务", "service", key),
        date=date(2026, 3, 1),
        certified=False,
    )
    secretary = actor_in(spot.posts["secretary"])
    sign_summary(
        community=spot.area, unit=spot.units[0], period=Period.parse("2025Q4"), by=secretary
    )
    file_nil_report(
        spot.units[0],
        period=Period.parse("2026Q1"),
        contact_name=name("填报人", "contact", key + "1"),
        by=SYSTEM,
    )
    notify(
        kind="probe",
        subject=spot.area,
        recipients=[
            Recipient(organization=spot.units[0]),
            Recipient(organization=spot.committee),
        ],
        title=name("通知", "notice", key),
        body=name("正文", "notice", key),
        by=SYSTEM,
    )


__all__ = ("CANARY", "Spot", "World", "file_report", "make_person", "make_world")
