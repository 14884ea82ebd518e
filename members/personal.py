"""What each post may see of a member: the table of access.md as code; masked means not sent at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from members.enums import Availability, EmploymentState
from members.models import Employment, PartyMember
from partybuild.access import Actor
from partybuild.calendar import Period
from partybuild.calendar.words import short_date_cn

FULL, TAP, MASKED, REVEAL, YEAR, BUILDING, COMMUNITY = (
    "full",
    "tap",
    "masked",
    "reveal",
    "year",
    "building",
    "community",
)
_AREA_SIDE = ("street", "community_secretary", "community_worker")
_EVERYBODY = ("district", *_AREA_SIDE, "unit_secretary", "unit_liaison", "member")
_FROM_STREET = (*_AREA_SIDE, "unit_secretary", "unit_liaison", "member")


def _same(columns: tuple[str, ...], treatment: str = FULL) -> dict[str, str]:
    return dict.fromkeys(columns, treatment)


# A field that a column does not name is not sent to it.
TREATMENT: dict[str, dict[str, str]] = {
    "name": _same(_EVERYBODY),
    "gender": _same(_FROM_STREET),
    "birth_date": {
        "street": YEAR,
        "community_secretary": YEAR,
        "unit_secretary": FULL,
        "unit_liaison": YEAR,
        "member": FULL,
    },
    "id_number": {"unit_secretary": REVEAL, "member": FULL},
    "phone": {
        "district": MASKED,
        **_same((*_AREA_SIDE, "unit_secretary", "unit_liaison"), TAP),
        "member": FULL,
    },
    "work": _same(_EVERYBODY),
    "branch": _same(_EVERYBODY),
    "joined_on": {"unit_secretary": FULL, "unit_liaison": MASKED, "member": FULL},
    "home_address": {
        "street": COMMUNITY,
        "community_secretary": BUILDING,
        "community_worker": BUILDING,
        "unit_secretary": FULL,
        "unit_liaison": COMMUNITY,
        "member": FULL,
    },
    "skills": _same(_EVERYBODY),
    "service": _same(_EVERYBODY),
}


def treatment(by: Actor, field: str) -> str:
    """Return how a post sees a field: full, tap, masked, reveal, year, building, community, or ""."""
    if by.scope.api is not None:
        return ""
    return TREATMENT[field].get(by.scope.column, "")


@dataclass(frozen=True)
class Line:
    """One line of a member's page."""

    label: str
    text: str
    # What would show it: "phone" or "id_number".
    reveal: str = ""


def _birth(day: date | None, how: str) -> str:
    if day is None:
        return ""
    return str(day.year) + _("年") if how == YEAR else short_date_cn(day)


def _home(member: PartyMember, how: str) -> str:
    community = member.home_area.name if member.home_area else ""
    if how == COMMUNITY:
        return community
    if how == BUILDING:
        return f"{community} {member.home_building}".strip()
    return member.home_address or f"{community} {member.home_building}".strip()


def lines_of(member: PartyMember, by: Actor, employment: Employment | None) -> list[Line]:
    """Return what this post may see of a member, nothing else: what is masked is not even read."""
    person = member.person
    found: list[Line] = []

    def add(field: str, label: str, text: str, reveal: str = "") -> None:
        if treatment(by, field):
            found.append(Line(label, text, reveal))

    add("gender", _("性别"), person.get_gender_display() or "—")
    if how := treatment(by, "birth_date"):
        add(
            "birth_date",
            _("出生年份") if how == YEAR else _("出生日期"),
            _birth(person.birth_date, how) or "—",
        )
    if how := treatment(by, "id_number"):
        # Never the mask beside a full birth date: four last digits would give the number away.
        beside_birth_date = treatment(by, "birth_date") == FULL
        if how == FULL:
            shown = person.id_number
        elif beside_birth_date:
            shown = _("已登记") if person.id_number_hash else ""
        else:
            shown = person.masked_id_number
        add(
            "id_number",
            _("公民身份号码"),
            shown or "—",
            "id_number" if how == REVEAL and shown else "",
        )
    if how := treatment(by, "phone"):
        shown = person.phone if how == FULL else person.masked_phone
        add("phone", _("联系电话"), shown or "—", "phone" if how == TAP and shown else "")
    add("work", _("工作单位"), employment.unit.name if employment else "—")
    if employment and employment.state == EmploymentState.STATED:
        add("work", _("单位确认"), _("等单位确认"))
    add("work", _("职务"), employment.post if employment and employment.post else "—")
    add(
        "branch",
        _("所在党支部"),
        str(employment.branch) if employment and employment.branch else "—",
    )
    add("work", _("党员类别"), f"{member.get_kind_display()} · {member.get_category_display()}")
    if treatment(by, "joined_on") == FULL:
        add("joined_on", _("入党日期"), short_date_cn(member.joined_on) or "—")
    if how := treatment(by, "home_address"):
        add("home_address", _("居住地"), _home(member, how) or "—")
    add("skills", _("特长"), member.skills or "—")
    words = dict(Availability.choices)
    times = "、".join(str(words.get(each, each)) for each in member.availability)
    add("skills", _("可服务时间"), times or "—")
    return found


def year_of(day: date) -> tuple[date, date]:
    """Return the first and last day of the year of a day, for hours of this year."""
    year = Period.of(day, "year")
    return year.start, year.end
