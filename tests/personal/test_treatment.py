"""members/personal.py is the table of access.md, cell by cell; no cell sends more than it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from members.models import Employment
from members.personal import TREATMENT, lines_of, treatment, value_of
from members.services import change_member
from partybuild.access import Actor, Scope
from partybuild.accounts.actors import actor_in
from tests.factories.core import SYSTEM
from tests.factories.members import make_member

COLUMNS = (
    "city",
    "district",
    "street",
    "community_secretary",
    "community_worker",
    "unit_secretary",
    "unit_liaison",
    "member",
    "api",
)
# Copied from access.md, in its own letters: F full, T one tap, M masked, R revealed with a reason.
TABLE = """
name         |        | F | F         | F        | F        | F | F         | F | M
gender       |        |   | F         | F        | F        | F | F         | F |
birth_date   |        |   | year      | year     |          | F | year      | F |
id_number    |        |   |           |          |          | R |           | F |
phone        |        | M | T         | T        | T        | T | T         | F |
work         | totals | F | F         | F        | F        | F | F         | F | code
branch       |        | F | F         | F        | F        | F | F         | F |
joined_on    |        |   |           |          |          | F | M         | F |
home_address |        |   | community | building | building | F | community | F |
skills       | totals | F | F         | F        | F        | F | F         | F | code
service      | totals | F | F         | F        | F        | F | F         | F | F
feedback     |        | F | F         | F        | F        | F |           | F |
readings     |        |   |           |          |          |   |           | F |
"""
LETTERS = {"F": "full", "T": "tap", "M": "masked", "R": "reveal"}


def _cells() -> list[tuple[str, str, str]]:
    found = []
    for line in TABLE.strip().splitlines():
        field, *cells = (cell.strip() for cell in line.split("|"))
        assert len(cells) == len(COLUMNS), field
        found += [
            (field, column, LETTERS.get(cell, cell))
            for column, cell in zip(COLUMNS, cells, strict=True)
        ]
    return found


CELLS = _cells()


def test_the_table_has_every_field_and_no_other():
    assert {field for field, _column, _how in CELLS} == set(TREATMENT)
    assert {column for columns in TREATMENT.values() for column in columns} <= set(COLUMNS)


@pytest.mark.parametrize(("field", "column", "how"), CELLS)
def test_each_cell(field, column, how):
    assert TREATMENT[field].get(column, "") == how


@pytest.mark.parametrize(("field", "column", "how"), CELLS)
def test_each_cell_is_what_a_post_is_told(field, column, how):
    if column == "api":
        for post in COLUMNS[:-1]:
            by = Actor(kind="token", scope=Scope(column=post, api="api_read"))
            own = TREATMENT[field].get(post, "")
            assert treatment(by, field) == ("" if own in {"", "totals"} else how)
        return
    by = Actor(kind="appointment", scope=Scope(column=column))
    assert treatment(by, field) == ("" if how == "totals" else how)


@pytest.mark.parametrize(
    "column", ["system_admin", "security_admin", "auditor", "link", "anonymous", ""]
)
def test_nobody_else_is_told_anything(column):
    by = Actor(kind="appointment", scope=Scope(column=column))
    assert {field for field in TREATMENT if treatment(by, field)} == set()


PHONE, HOME, BUILDING, JOINED = "13900001111", "望江苑1幢2单元301室", "望江苑1幢", date(2001, 7, 1)


@pytest.fixture
def member(cast):
    """A member of whom everything is known."""
    member = make_member(
        cast.unit, "安一", phone=PHONE, home_building=BUILDING, joined_on=JOINED, skills="水电维修"
    )
    change_member(member, home_address=HOME, home_area=cast.community, by=SYSTEM)
    member.refresh_from_db()
    return member


TEXTS = tuple(field for field in TREATMENT if field not in {"service", "feedback", "readings"})


@pytest.mark.django_db
@pytest.mark.parametrize("column", COLUMNS)
def test_a_value_holds_no_more_than_its_cell(cast, member, column):
    employment = Employment.objects.get(member=member)
    if column == "api":
        scope = Scope(column="community_secretary", api="api_read")
    else:
        scope = Scope(column=column, person_id=member.person_id)
    by = Actor(kind="appointment", scope=scope)
    values = {field: value_of(member, field, by, employment) for field in TEXTS}
    person = member.person
    full = {
        "name": "安一",
        "birth_date": f"{person.birth_date.year}年{person.birth_date.month}月{person.birth_date.day}日",
        "id_number": person.id_number,
        "phone": PHONE,
        "joined_on": "2001年7月1日",
        "home_address": HOME,
        "work": cast.unit.name,
    }
    for field, text in full.items():
        may = TREATMENT[field].get(column, "") == "full"
        assert (text in values[field]) is may, (field, values[field])
        # Nor does one field carry what another keeps back.
        if not may and field in {"id_number", "phone", "birth_date", "joined_on"}:
            assert text not in "".join(values.values())
    for field in TEXTS:
        if TREATMENT[field].get(column, "") in {"", "totals"}:
            assert values[field] == ""


@pytest.mark.django_db
def test_the_masks(cast, member):
    by = actor_in(cast.liaison)
    assert value_of(member, "phone", by) == "139****1111"
    assert value_of(member, "joined_on", by) == "已登记"
    assert value_of(member, "birth_date", by) == f"{member.person.birth_date.year}年"
    assert value_of(member, "home_address", by) == "和平社区"
    # Beside a full birth date not even the mask of the ID number is sent.
    assert value_of(member, "id_number", actor_in(cast.unit_secretary)) == "已登记"
    token = replace(by, scope=replace(by.scope, api="api_read"))
    assert value_of(member, "name", token) == "安**"
    assert value_of(member, "phone", token) == ""


@pytest.mark.django_db
def test_the_column_of_the_member_is_for_the_own_record(cast, member):
    other = Actor(kind="appointment", scope=Scope(column="member", person_id=member.person_id + 1))
    assert {value_of(member, field, other) for field in TEXTS} == {""}


@pytest.mark.django_db
def test_the_page_says_what_the_table_says(cast, member):
    employment = Employment.objects.get(member=member)
    for post in (
        "district_staff",
        "street_staff",
        "secretary",
        "worker",
        "unit_secretary",
        "liaison",
    ):
        by = actor_in(getattr(cast, post))
        text = "".join(line.text for line in lines_of(member, by, employment))
        for field, hidden in (
            ("phone", PHONE),
            ("id_number", member.person.id_number),
            ("home_address", HOME),
        ):
            assert (hidden in text) is (treatment(by, field) == "full"), (post, field)
