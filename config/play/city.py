"""The street that plays: made up, or taken from an area register."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from meetings.models import Council
from meetings.services import create_council, invite_units
from members.models import PartyMember
from members.services import add_member, confirm_report_in, submit_report_in
from partybuild.access import Actor, Level, Role
from partybuild.accounts.actors import actor_in
from partybuild.accounts.services import grant_appointment
from partybuild.areas.enums import AreaKind
from partybuild.areas.models import Area
from partybuild.areas.services import create_area
from partybuild.areas.services.working_days import seed_working_days
from partybuild.exchange.models import ImportBatch
from partybuild.exchange.services import apply_batch, confirm_batch, read_batch, upload_file
from partybuild.exchange.sheets import sheet_of
from partybuild.organizations.enums import PartyOrganizationKind
from partybuild.organizations.models import Organization
from partybuild.organizations.services import create_party_organization
from partybuild.people.services import create_person
from units.services import create_unit

SYSTEM = Actor.system("play_quarter")
LONG_AGO = date(2020, 1, 1)
COMMUNITIES = 13
UNITS = 40
MEMBERS_PER_UNIT = 12

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安邦成德恩芳光海慧佳建静凯兰立敏宁平清荣思涛婉新雅泽志卓"
_COMMUNITY_NAMES = [
    "和平",
    "新桥",
    "望江",
    "锦绣",
    "春晖",
    "柳汀",
    "南苑",
    "北门",
    "文昌",
    "东湖",
    "西园",
    "迎春",
    "福明",
    "丹桂",
    "海棠",
    "明楼",
    "安泰",
    "银杏",
]
_UNIT_NAMES = [
    "图书馆",
    "供水公司",
    "第一小学",
    "中心幼儿园",
    "人民医院",
    "税务所",
    "派出所",
    "邮政支局",
    "银行支行",
    "供电所",
    "博物馆",
    "文化馆",
    "科技园",
    "物业公司",
    "律师事务所",
    "会计师事务所",
    "建筑设计院",
    "软件公司",
    "食品厂",
    "药店连锁公司",
    "出租汽车公司",
    "社会工作服务中心",
    "养老服务中心",
    "商会",
    "体育馆",
    "园林管理所",
    "环卫所",
    "市场监管所",
    "司法所",
    "水文站",
    "印刷厂",
    "燃气公司",
    "电信营业部",
    "广播站",
    "书店",
    "菜市场管理公司",
    "第二小学",
    "中学",
    "疾控中心",
    "气象站",
]


@dataclass
class PlayUnit:
    """A unit, who speaks for it, and its people."""

    organization: Organization
    liaison: Actor
    community: Area
    members: list[PartyMember] = field(default_factory=list)


@dataclass
class PlayCommunity:
    """A community, its committee, who acts there, its council and the units in it."""

    area: Area
    committee: Organization
    secretary: Actor
    worker: Actor
    council: Council
    units: list[PlayUnit] = field(default_factory=list)


@dataclass
class PlayCity:
    """One street and everything in it."""

    street: Area
    committee: Organization
    staff: Actor
    council: Council
    communities: list[PlayCommunity]
    units: list[PlayUnit]


class _Names:
    """Made-up names and numbers that nobody carries."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.serial = 0

    def person(self) -> str:
        """Return a name of two or three characters."""
        given = "".join(self.rng.sample(_GIVEN, self.rng.choice((1, 2, 2))))
        return self.rng.choice(_SURNAMES) + given

    def phone(self) -> str:
        """Return a number of a range that is not given out."""
        self.serial += 1
        return f"199{self.serial:08d}"

    def id_number(self) -> str:
        """Return a number with a right check character in an area code that nobody has."""
        self.serial += 1
        born = date(1966 + self.serial % 38, 1 + self.serial % 12, 1 + self.serial % 28)
        body = f"330299{born:%Y%m%d}{self.serial % 1000:03d}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
        return body + "10X98765432"[total % 11]


def _made_up_areas() -> tuple[Area, list[Area]]:
    city = create_area(name="甬江市", level=Level.CITY, kind=AreaKind.CITY, code="3398", by=SYSTEM)
    district = create_area(
        name="江湾区",
        level=Level.DISTRICT,
        kind=AreaKind.DISTRICT,
        parent=city,
        code="339801",
        by=SYSTEM,
    )
    street = create_area(
        name="望江街道",
        level=Level.STREET,
        kind=AreaKind.STREET,
        parent=district,
        code="339801001",
        by=SYSTEM,
    )
    communities = [
        create_area(
            name=f"{name}社区",
            level=Level.COMMUNITY,
            kind=AreaKind.COMMUNITY,
            parent=street,
            code=f"339801001{number:03d}",
            by=SYSTEM,
        )
        for number, name in enumerate(_COMMUNITY_NAMES[:COMMUNITIES], start=1)
    ]
    return street, communities


def _registered_areas(register: Path) -> tuple[Area, list[Area]]:
    """Import a register through the pipeline, and take its first 街道 with enough communities."""
    batch: ImportBatch = upload_file(
        sheet=sheet_of("areas"),
        file_name=register.name,
        content=register.read_bytes(),
        by=SYSTEM,
        reason="play_quarter",
    )
    batch = read_batch(batch, by=SYSTEM)
    confirm_batch(batch, by=SYSTEM)
    apply_batch(batch, by=SYSTEM)
    streets = Area.objects.filter(level=Level.STREET, kind=AreaKind.STREET).order_by("code")
    for street in streets:
        communities = list(
            Area.objects.filter(parent=street, level=Level.COMMUNITY).order_by("code")[:COMMUNITIES]
        )
        if len(communities) >= 8:
            return street, communities
    raise SystemExit("The register holds no street with eight communities.")


def _post(role: Role, organization: Organization, names: _Names, *, mail: str) -> Actor:
    person = create_person(name=names.person(), phone=names.phone(), mail=mail, by=SYSTEM)
    appointment = grant_appointment(
        person, role=role, organization=organization, starts_on=LONG_AGO, by=SYSTEM
    )
    return actor_in(appointment)


def _community(
    area: Area, number: int, street_committee: Organization, names: _Names, today: date
) -> PlayCommunity:
    party = create_party_organization(
        kind=PartyOrganizationKind.COMMITTEE,
        name=f"{area.name}党委",
        leads_area=area,
        parent=street_committee,
        by=SYSTEM,
    )
    committee = party.organization
    secretary = _post(
        Role.COMMUNITY_SECRETARY, committee, names, mail=f"secretary{number}@community.example"
    )
    worker = _post(
        Role.COMMUNITY_WORKER, committee, names, mail=f"worker{number}@community.example"
    )
    council = create_council(
        area=area,
        kind="joint_meeting",
        name=f"{area.name}党建联席会",
        convener=committee,
        founded_on=LONG_AGO,
        by=secretary,
    )
    return PlayCommunity(area, committee, secretary, worker, council)


def _unit(community: PlayCommunity, number: int, name: str, names: _Names, today: date) -> PlayUnit:
    unit = create_unit(
        name=f"{community.area.parent.name if community.area.parent else ''}{name}",
        area=community.area,
        kind=("office", "institution", "enterprise", "social")[number % 4],
        license_number=f"LIC{number:06d}",
        by=community.secretary,
    )
    liaison = _post(
        Role.UNIT_LIAISON, unit.organization, names, mail=f"liaison{number}@unit.example"
    )
    playing = PlayUnit(unit.organization, liaison, community.area)
    for _count in range(MEMBERS_PER_UNIT):
        member = add_member(
            by=liaison,
            unit=unit.organization,
            post="职员",
            since=LONG_AGO,
            name=names.person(),
            phone=names.phone(),
            id_number=names.id_number(),
        )
        playing.members.append(member)
    return playing


def build_city(rng: random.Random, *, today: date, register: Path | None = None) -> PlayCity:
    """Set the street up as it stands on the first day, by services."""
    names = _Names(rng)
    seed_working_days(range(today.year - 1, today.year + 1), by=SYSTEM)
    street, areas = _registered_areas(register) if register else _made_up_areas()
    party = create_party_organization(
        kind=PartyOrganizationKind.WORKING_COMMITTEE,
        name=f"{street.name}党工委",
        leads_area=street,
        by=SYSTEM,
    )
    staff = _post(Role.COMMITTEE, party.organization, names, mail="staff@street.example")
    communities = [
        _community(area, number, party.organization, names, today)
        for number, area in enumerate(areas, start=1)
    ]
    units = []
    for number in range(UNITS):
        community = communities[number % len(communities)]
        unit = _unit(community, number, _UNIT_NAMES[number % len(_UNIT_NAMES)], names, today)
        community.units.append(unit)
        units.append(unit)
    for community in communities:
        invite_units(
            community.council,
            organizations=[unit.organization for unit in community.units],
            joined_on=LONG_AGO,
            channel="paper",
            by=community.secretary,
        )
    council = create_council(
        area=street,
        kind="street_committee",
        name=f"{street.name}大工委",
        convener=party.organization,
        founded_on=LONG_AGO,
        by=staff,
    )
    invite_units(
        council,
        organizations=[unit.organization for unit in units[::4]]
        + [community.committee for community in communities],
        joined_on=LONG_AGO,
        channel="paper",
        by=staff,
    )
    _report_in(communities, units, rng, today)
    return PlayCity(street, party.organization, staff, council, communities, units)


def _report_in(
    communities: list[PlayCommunity], units: list[PlayUnit], rng: random.Random, today: date
) -> None:
    """Two thirds of the members have reported in, most of them somewhere else than where they work."""
    for unit in units:
        for member in unit.members:
            if rng.random() < 0.66:
                community = rng.choice(communities)
                report_in = submit_report_in(
                    member,
                    community=community.area,
                    channel="paper",
                    by=community.worker,
                    on=today,
                )
                confirm_report_in(report_in, by=community.secretary, on=today)
