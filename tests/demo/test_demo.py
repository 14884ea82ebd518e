"""The demo: every page has something true to show, and a second run changes nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from config.demo.services import known_sign_ins, load_demo
from meetings.models import Council, Meeting, Resolution
from members.models import PartyMember, ReportIn
from partybuild.access import Role
from partybuild.accounts.models import Appointment
from partybuild.areas.models import Area
from partybuild.areas.services.working_days import published_exceptions, seed_working_days
from partybuild.calendar import is_working_day
from partybuild.calendar.models import WorkingDay
from partybuild.fields.codes import validate_credit_code, validate_id_number
from partybuild.obligations.models import Obligation
from tests.factories.core import SYSTEM
from units.models import ResidentUnit, UnitReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_ins(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


def test_demo_is_whole_and_a_second_run_changes_nothing(clock, sign_ins, capsys):
    clock(2026, 11, 21)
    assert load_demo() is True
    assert Area.objects.filter(level=5).count() == 13
    assert ResidentUnit.objects.count() == 40
    assert PartyMember.objects.count() == 1500
    assert ReportIn.objects.count() > 1000
    assert Council.objects.count() == 15
    assert Meeting.objects.filter(period="2026Q3").count() == 12
    assert Resolution.objects.filter(state="closed").exists()
    assert {"filed", "nil", "open"} <= set(
        Obligation.objects.filter(duty="report.file", period="2026Q3").values_list(
            "state", flat=True
        )
    )
    assert UnitReport.objects.filter(period="2026Q3").count() == 35
    for unit in ResidentUnit.objects.all():
        validate_credit_code(unit.credit_code)
    for member in PartyMember.objects.select_related("person")[:50]:
        validate_id_number(member.person.id_number)
        assert member.person.id_number.startswith("330299")
        assert member.person.phone.startswith("1990000")
    held = set(Appointment.objects.values_list("role", flat=True))
    assert held == {role.value for role in Role} - {Role.SECTOR_COMMITTEE, Role.GRID_WORKER}
    rows = Obligation.objects.count()
    assert load_demo() is False
    assert (PartyMember.objects.count(), Obligation.objects.count()) == (1500, rows)
    _sign_ins(sign_ins, capsys)


def _sign_ins(folder: Path, capsys) -> None:
    call_command("demo_signins")
    first = capsys.readouterr().out
    call_command("demo_signins")
    assert capsys.readouterr().out == first
    [path] = folder.glob("demo-sign-ins-*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = known_sign_ins()
    assert [line.username for line in lines] == [
        "system",
        "security",
        "auditor",
        "city",
        "district",
        "street",
        "secretary",
        "worker",
        "unit-secretary",
        "liaison",
        "member",
    ]
    assert len({line.password for line in lines}) == len(lines)
    assert authenticate(None, username="secretary", password=lines[6].password) is not None
    call_command("demo_signins", "--renew")
    assert authenticate(None, username="secretary", password=lines[6].password) is None


def test_demo_is_refused_in_production(settings):
    from django.core.management import CommandError

    settings.IN_DEVELOPMENT = False
    for command in ("load_demo", "demo_signins"):
        with pytest.raises(CommandError):
            call_command(command)


def test_working_days_are_seeded_once_and_keep_what_was_entered(clock):
    from datetime import date

    WorkingDay.objects.create(day=date(2026, 1, 1), is_working=True, name="本地安排")
    first = seed_working_days(range(2025, 2027), by=SYSTEM)
    assert first > 40
    assert seed_working_days(range(2025, 2027), by=SYSTEM) == 0
    assert is_working_day(date(2026, 1, 1)) is True
    # The Sunday worked instead before Spring Festival.
    assert is_working_day(date(2026, 2, 14)) is True
    assert is_working_day(date(2026, 2, 16)) is False


def test_year_that_nobody_has_published_is_left_alone():
    assert published_exceptions(2090) == []
