"""The street that plays: made up, or taken from an area register."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from meetings.models import Council
from meetings.services import create_council, invite_units
from members.enums import MemberCategory
from members.models import PartyMember, Team
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
from partybuild.people.models import Person
from partybuild.people.services import create_person
from units.services import create_unit

SYSTEM = Actor.system("play_quarter")
LONG_AGO = date(2020, 1, 1)
COMMUNITIES = 13
UNITS = 40
MEMBERS_PER_UNIT = 12
# Two of a unit's twelve members are retired: they stand on its roster and owe it no reporting in.
RETIRED_EVERY = 6
# How many of the others have reported in before the play begins: the rest do in it.
REPORTED_SHARE = 0.66
# Every so many members there is one with an account: the others come by link, by telephone, to the desk.
WITH_ACCOUNT = 4
# Every so many units there is one whose secretary and liaison are two people.
TWO_POSTS = 5
# The communities where members stand reported in since long ago, and renew.
SETTLED = (0, 8)

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


_SKILLS = ("律师、法律", "医生、急救", "教师、英语", "电工、维修", "摄影、宣传", "书法", "消防", "")
_AVAILABLE: tuple[tuple[str, ...], ...] = (
    ("weekends",),
    ("evenings",),
    ("weekends", "holidays"),
    (),
)


@dataclass
class PlayUnit:
    """A unit, who speaks for it, and its people."""

    organization: Organization
    liaison: Actor
    secretary: Actor
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
    grids: list[Area]
    units: list[PlayUnit] = field(default_factory=list)
    team: Team | None = None


@dataclass
class PlayCity:
    """One street and everything in it."""

    street: Area
    committee: Organization
    staff: Actor
    council: Council
    communities: list[PlayCommunity]
    units: list[PlayUnit]
    # Who has an account speaks for themselves.
    voices: dict[int, Actor] = field(default_factory=dict)

    def at(self, area: Area | int) -> PlayCommunity:
        """Return a community by its area."""
        key = area if isinstance(area, int) else area.pk
        return next(each for each in self.communities if each.area.pk == key)

    def unit(self, organization: int | None) -> PlayUnit:
        """Return a unit by its body."""
        return next(each for each in self.units if each.organization.pk == organization)

    def voice(self, member: int) -> Actor | None:
        """Return the member as a person signed in; None for who has no account."""
        return self.voices.get(member)

    @property
    def members(self) -> list[PartyMember]:
        """Everybody on a roster, unit by unit."""
        return [member for unit in self.units for member in unit.members]


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
    grids = list(Area.objects.filter(parent=area, level=Level.GRID).order_by("code")[:2])
    if not grids:
        grids = [
            create_area(
                name=f"第{place}网格",
                level=Level.GRID,
                kind=AreaKind.GRID,
                parent=area,
                code=f"{area.code}{place_number:02d}",
                by=SYSTEM,
            )
            for place_number, place in enumerate("一二", start=1)
        ]
    return PlayCommunity(area, committee, secretary, worker, council, grids)


def _unit(
    community: PlayCommunity,
    number: int,
    name: str,
    names: _Names,
    voices: dict[int, Actor],
) -> PlayUnit:
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
    secretary = _secretary(unit.organization, number, liaison, names)
    playing = PlayUnit(unit.organization, liaison, secretary, community.area)
    for count in range(MEMBERS_PER_UNIT):
        has_account = count % WITH_ACCOUNT == 0
        member = add_member(
            by=liaison,
            unit=unit.organization,
            post="职员",
            since=LONG_AGO,
            category=(
                MemberCategory.RETIRED
                if count % RETIRED_EVERY == RETIRED_EVERY - 1
                else MemberCategory.IN_SERVICE
            ),
            name=names.person(),
            phone=names.phone(),
            id_number=names.id_number(),
            mail=f"member{names.serial}@home.example" if has_account else "",
            skills=_SKILLS[(number + count) % len(_SKILLS)],
            availability=list(_AVAILABLE[(number + count) % len(_AVAILABLE)]),
        )
        playing.members.append(member)
        if has_account:
            voices[member.pk] = actor_in(
                grant_appointment(member.person, role=Role.MEMBER, starts_on=LONG_AGO, by=SYSTEM)
            )
    return playing


def _secretary(unit: Organization, number: int, liaison: Actor, names: _Names) -> Actor:
    """Most units have one person in both posts."""
    if number % TWO_POSTS == 0:
        return _post(Role.UNIT_SECRETARY, unit, names, mail=f"head{number}@unit.example")
    assert liaison.person_id is not None
    appointment = grant_appointment(
        Person.objects.get(pk=liaison.person_id),
        role=Role.UNIT_SECRETARY,
        organization=unit,
        starts_on=LONG_AGO,
        by=SYSTEM,
    )
    return actor_in(appointment)


def build_city(rng: random.Random, *, today: date, register: Path | None = None) -> PlayCity:
    """Set the street up as it stands on the first day, by services."""
    names = _Names(rng)
    # The days after a year's last quarter lie in the next one.
    seed_working_days(range(today.year - 1, today.year + 2), by=SYSTEM)
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
    voices: dict[int, Actor] = {}
    for number in range(UNITS):
        community = communities[number % len(communities)]
        unit = _unit(community, number, _UNIT_NAMES[number % len(_UNIT_NAMES)], names, voices)
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
    return PlayCity(street, party.organization, staff, council, communities, units, voices)


def _report_in(
    communities: list[PlayCommunity], units: list[PlayUnit], rng: random.Random, today: date
) -> None:
    """Part of the members have reported in, most of them somewhere else than where they work."""
    settled = {communities[number].area.pk for number in SETTLED if number < len(communities)}
    for unit in units:
        for member in unit.members:
            is_asked = member.category == MemberCategory.IN_SERVICE
            if is_asked and rng.random() < REPORTED_SHARE:
                community = rng.choice(communities)
                day = LONG_AGO if community.area.pk in settled else today
                report_in = submit_report_in(
                    member,
                    community=community.area,
                    channel="paper",
                    by=community.worker,
                    on=day,
                )
                confirm_report_in(
                    report_in,
                    grid=rng.choice(community.grids) if community.grids else None,
                    by=community.secretary,
                    on=day,
                )
