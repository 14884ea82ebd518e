"""What each post may see of a member: the table of access.md as code; masked means not sent at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from members.enums import Availability, EmploymentState
from members.models import Employment, PartyMember
from partybuild.access import Actor
from partybuild.calendar import Period
from partybuild.fields.codes import mask_name

FULL, TAP, MASKED, REVEAL, YEAR, BUILDING, COMMUNITY, CODE, TOTALS = (
    "full",
    "tap",
    "masked",
    "reveal",
    "year",
    "building",
    "community",
    "code",
    "totals",
)
_AREA_SIDE = ("street", "community_secretary", "community_worker")
_EVERYBODY = ("district", *_AREA_SIDE, "unit_secretary", "unit_liaison", "member")
_FROM_STREET = (*_AREA_SIDE, "unit_secretary", "unit_liaison", "member")


def _same(columns: tuple[str, ...], treatment: str = FULL) -> dict[str, str]:
    return dict.fromkeys(columns, treatment)


# The table "Personal fields" of access.md, cell by cell; "api" is the column of every token.
# A field that a column does not name is not sent to it.
TREATMENT: dict[str, dict[str, str]] = {
    "name": {**_same(_EVERYBODY), "api": MASKED},
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
    "work": {"city": TOTALS, **_same(_EVERYBODY), "api": CODE},
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
    "skills": {"city": TOTALS, **_same(_EVERYBODY), "api": CODE},
    "service": {"city": TOTALS, **_same(_EVERYBODY), "api": FULL},
    "feedback": _same(("district", *_AREA_SIDE, "unit_secretary", "member")),
    "readings": {"member": FULL},
}
# What a list of totals may count, and no row show.
_NO_ROW = frozenset({"", TOTALS})


def treatment(by: Actor, field: str) -> str:
    """Return how a post sees a field of one member: "" not at all, else full, tap, masked, reveal,
    year, building, community or code.

    A token sees what its column allows, and nothing that its post may not see. Totals are not a
    way to see one member's field.
    """
    columns = TREATMENT[field]
    own = columns.get(by.scope.column, "")
    if by.scope.is_system:
        return FULL
    if own in _NO_ROW:
        return ""
    return own if by.scope.api is None else columns.get("api", "")


def value_of(
    member: PartyMember, field: str, by: Actor, employment: Employment | None = None
) -> str:
    """Return one field of a member as this post may read it in a list, file or answer.

    What takes a tap or a reason to see stands here as its mask. The member's own column is for the
    own record only. `employment` is the current one, where the field is work or branch.
    """
    how = treatment(by, field)
    if by.scope.column == "member" and by.scope.person_id != member.person_id:
        how = ""
    return _READERS[field](member, how, by, employment) if how else ""


def _long_ago(day: date) -> str:
    """Return a day of which nobody asks what weekday it was."""
    return f"{day.year}年{day.month}月{day.day}日"


def _name(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    return mask_name(member.person.name) if how == MASKED else member.person.name


def _gender(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    return str(member.person.get_gender_display())


def _birth_date(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    day = member.person.birth_date
    if day is None:
        return ""
    return str(day.year) + _("年") if how == YEAR else _long_ago(day)


def _id_number(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    if how == FULL:
        return member.person.id_number
    if treatment(by, "birth_date") == FULL:
        # Never the mask beside a full birth date: four last digits would give the number away.
        return _("已登记") if member.person.has_id_number else ""
    return member.person.masked_id_number


def _phone(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    return member.person.phone if how == FULL else member.person.masked_phone


def _work(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    if employment is None:
        return ""
    if how == CODE:
        return str(employment.unit.uid)
    return str(employment)


def _branch(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    return str(employment.branch) if employment is not None and employment.branch else ""


def _joined_on(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    if member.joined_on is None:
        return ""
    return _("已登记") if how == MASKED else _long_ago(member.joined_on)


def _home_address(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    return _home(member, how)


def _skills(member: PartyMember, how: str, by: Actor, employment: Employment | None) -> str:
    if how == CODE:
        return " ".join(member.availability)
    words = dict(Availability.choices)
    times = "、".join(str(words.get(each, each)) for each in member.availability)
    return "；".join(part for part in (member.skills, times) if part)


def _beyond_one_text(
    member: PartyMember, how: str, by: Actor, employment: Employment | None
) -> str:
    raise ValueError("read its rows, where treatment() allows")


_READERS = {
    "name": _name,
    "gender": _gender,
    "birth_date": _birth_date,
    "id_number": _id_number,
    "phone": _phone,
    "work": _work,
    "branch": _branch,
    "joined_on": _joined_on,
    "home_address": _home_address,
    "skills": _skills,
    "service": _beyond_one_text,
    "feedback": _beyond_one_text,
    "readings": _beyond_one_text,
}


@dataclass(frozen=True)
class Line:
    """One line of a member's page."""

    label: str
    text: str
    # What would show it: "phone" or "id_number".
    reveal: str = ""


def _home(member: PartyMember, how: str) -> str:
    community = member.home_area.name if member.home_area else ""
    if how == COMMUNITY:
        return community
    if how == BUILDING:
        return f"{community} {member.home_building}".strip()
    return member.home_address or f"{community} {member.home_building}".strip()


def lines_of(member: PartyMember, by: Actor, employment: Employment | None) -> list[Line]:
    """Return what this post may see of a member, nothing else: what is masked is not even read."""
    found: list[Line] = []

    def add(field: str, label: str, text: str, reveal: str = "") -> None:
        if treatment(by, field):
            found.append(Line(label, text, reveal))

    add("gender", _("性别"), value_of(member, "gender", by) or "—")
    if how := treatment(by, "birth_date"):
        label = _("出生年份") if how == YEAR else _("出生日期")
        add("birth_date", label, value_of(member, "birth_date", by) or "—")
    if how := treatment(by, "id_number"):
        shown = value_of(member, "id_number", by)
        reveal = "id_number" if how == REVEAL and shown else ""
        add("id_number", _("公民身份号码"), shown or "—", reveal)
    if how := treatment(by, "phone"):
        shown = value_of(member, "phone", by)
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
    add("joined_on", _("入党日期"), value_of(member, "joined_on", by) or "—")
    add("home_address", _("居住地"), value_of(member, "home_address", by) or "—")
    add("skills", _("特长"), member.skills or "—")
    words = dict(Availability.choices)
    times = "、".join(str(words.get(each, each)) for each in member.availability)
    add("skills", _("可服务时间"), times or "—")
    return found


def year_of(day: date) -> tuple[date, date]:
    """Return the first and last day of the year of a day, for hours of this year."""
    year = Period.of(day, "year")
    return year.start, year.end
