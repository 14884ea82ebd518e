"""The files of systems in use, as they are."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partybuild.access import Actor, Level
from partybuild.accounts.actors import actor_in
from partybuild.areas.models import Area
from partybuild.exchange.exceptions import SheetRefused
from partybuild.exchange.reading import tables_in
from partybuild.exchange.services import undo_batch
from partybuild.exchange.sheets import sheet_of
from tests.factories.sheets import applied, counts, staged

BY = Actor.system("test")
pytestmark = pytest.mark.django_db


def content(real: Path, name: str) -> bytes:
    return (real / name).read_bytes()


def test_register_imports_as_it_is_twice_without_a_change(real, clock):
    register = content(real, "area_register_ningbo.xls")
    batch = applied("areas", register, by=BY)
    assert counts(batch) == {"new": 3225}
    levels = Counter(Area.objects.values_list("level", flat=True))
    assert levels == {
        Level.PROVINCE: 1,
        Level.CITY: 1,
        Level.DISTRICT: 11,
        Level.STREET: 156,
        Level.COMMUNITY: 3225,
    }
    kinds = Counter(Area.objects.filter(level=Level.STREET).values_list("kind", flat=True))
    assert kinds == {"street": 63, "town": 78, "township": 11, "special": 4}
    villages = Area.objects.filter(kind="village", name__endswith="村委会")
    assert villages.count() == 2586
    lengths = {2, 4, 6, 9, 12}
    assert {len(code) for code in Area.objects.values_list("code", flat=True)} == lengths
    assert not Area.objects.filter(path="").exists()
    assert counts(staged("areas", register, by=BY)) == {"same": 3225}
    undo_batch(batch, reason="测试", by=BY)
    assert Area.objects.count() == 0


def test_command_says_what_it_would_do_and_does_it(real, clock):
    path = str(real / "area_register_ningbo.xls")

    def said(*options: str) -> dict[str, int]:
        out = io.StringIO()
        call_command("import_file", "areas", path, *options, stdout=out, stderr=io.StringIO())
        return json.loads(out.getvalue().splitlines()[-1])

    expected = {"rows": 3225, "new": 3225, "changed": 0, "same": 0, "ambiguous": 0, "wrong": 0}
    assert said() == expected
    assert Area.objects.count() == 0
    assert said("--apply") == expected
    assert said("--apply") == {**expected, "new": 0, "same": 3225}


def test_unit_form_is_recognised_and_told_to_be_empty(real, cast):
    form = content(real, "unit_registration_form.xls")
    layout = sheet_of("units").recognise(tables_in(form))
    assert (layout.header_row + 1, layout.first_row + 1, layout.ignored) == (5, 7, [])
    assert list(layout.columns.values()) == [
        "name",
        "license_number",
        "residence",
        "grid_name",
        "licensed_from",
        "licensed_to",
        "category",
        "head_name",
        "head_phone",
        "telephone",
        "fax",
        "floor_area",
        "employee_count",
        "member_count",
        "introduction",
        "honor",
        "remark",
    ]
    assert layout.preamble == {}
    with pytest.raises(SheetRefused, match="第5行"):
        staged("units", form, by=actor_in(cast.secretary))


def test_roster_template_is_recognised_and_says_what_it_lacks(real, cast):
    template = content(real, "member_roster_template.xls")
    layout = sheet_of("members").recognise(tables_in(template))
    assert list(layout.columns.values()) == [
        "name",
        "kind",
        "branch",
        "gender",
        "birth_date",
        "phone",
        "id_number",
        "joined_on",
    ]
    assert {"工作单位", "社区"} <= set(layout.missing)
    with pytest.raises(SheetRefused, match="没有数据"):
        staged("members", template, by=actor_in(cast.secretary))


def test_command_refuses_what_is_not_there():
    with pytest.raises(CommandError):
        call_command("import_file", "areas", "nowhere.xls")
