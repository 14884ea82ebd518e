"""The demo: every page has something true to show, and a second run changes nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connections

from config.demo import words
from config.demo.services import known_sign_ins, load_demo
from config.demo.services import load as loading
from config.demo.services.places import build_places
from meetings.models import Council, Meeting, Minutes, Resolution
from members.models import PartyMember, ReportIn, ServiceRecord
from partybuild.access import Role
from partybuild.accounts.models import Appointment, User
from partybuild.areas.models import Area
from partybuild.areas.services.working_days import published_exceptions, seed_working_days
from partybuild.audit.furniture import furnish
from partybuild.audit.models import Event, RowChange
from partybuild.audit.queries import history_of
from partybuild.audit.services import record_event
from partybuild.calendar import is_working_day, today
from partybuild.calendar.models import WorkingDay
from partybuild.fields.codes import validate_credit_code, validate_id_number
from partybuild.obligations.models import Obligation
from partybuild.portal.models import Suggestion
from tests.factories.core import SYSTEM
from units.models import ResidentUnit, UnitReport
from wishes.enums import WishState
from wishes.models import Wish, WishClaim

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_ins(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


# A machine that does other things meanwhile takes minutes. Committed step by step, as the demo is.
@pytest.mark.timeout(900)
@pytest.mark.django_db(transaction=True)
def test_demo_is_whole_and_a_second_run_changes_nothing(clock, sign_ins, capsys):
    clock(2026, 11, 21)
    assert load_demo() is True
    assert Area.objects.filter(level=5).count() == 13
    assert ResidentUnit.objects.count() == 40
    # 1,500 of the rosters, and those who are kept in the other registers.
    assert PartyMember.objects.filter(category="in_service").count() == 1500
    members = PartyMember.objects.count()
    assert ReportIn.objects.count() > 1000
    assert Council.objects.count() == 15
    assert Meeting.objects.filter(period="2026Q3").count() == 13
    assert Resolution.objects.filter(state="closed").exists()
    assert {"filed", "nil", "open"} <= set(
        Obligation.objects.filter(duty="report.file", period="2026Q3").values_list(
            "state", flat=True
        )
    )
    assert UnitReport.objects.filter(period="2026Q3").count() == 35
    assert set(Suggestion.objects.values_list("state", flat=True)) == {
        "open",
        "underway",
        "done",
        "declined",
    }
    assert set(Wish.objects.values_list("state", flat=True)) == set(WishState.values)
    assert WishClaim.objects.filter(state="accepted", unit__isnull=False, member=None).exists()
    for unit in ResidentUnit.objects.all():
        validate_credit_code(unit.credit_code)
    for member in PartyMember.objects.filter(category="in_service").select_related("person")[:50]:
        validate_id_number(member.person.id_number)
        assert member.person.id_number.startswith("330299")
        assert member.person.phone.startswith("1990000")
    held = set(Appointment.objects.values_list("role", flat=True))
    assert held == {role.value for role in Role} - {Role.SECTOR_COMMITTEE, Role.GRID_WORKER}
    rows = Obligation.objects.count()
    _every_step_tells_its_own()
    _street_is_alive()
    assert load_demo() is False
    assert (PartyMember.objects.count(), Obligation.objects.count()) == (members, rows)
    _sign_ins(sign_ins, capsys)


def _every_step_tells_its_own() -> None:
    """Each change has an event in its own step, and none is told by the import of the areas."""
    told = Event.objects.values("changed_xid")
    assert not RowChange.objects.exclude(xid__in=told).exists()
    for minutes in Minutes.objects.filter(state="issued"):
        kinds = {line.kind for line in history_of(minutes, SYSTEM.scope)}
        assert "minutes.issued" in kinds
        assert "area.imported" not in kinds
    steps = Event.objects.filter(kind="area.imported").values("changed_xid")
    changed = RowChange.objects.filter(xid__in=steps)
    assert set(changed.values_list("label", flat=True)) == {"areas.Area"}


def _street_is_alive() -> None:
    """Of last quarter little is owed, and what is owed has its reason; some went out late."""
    summaries = Obligation.objects.filter(duty="summary.send", period="2026Q3")
    owed = summaries.unpaid()
    assert 0 < owed.count() <= 8 < summaries.count() / 10
    first = Area.objects.get(code=f"{words.STREET[1]}001")
    assert owed.filter(area=first).count() == 2
    for debt in owed.exclude(area=first):
        lists = ServiceRecord.objects.waiting().filter(community=debt.area, unit=debt.unit)
        assert lists.exists()
    late = [each for each in summaries.filter(state="filed") if each.paid_on > each.due_on]
    assert 0 < len(late) < summaries.count() / 5
    overdue = Obligation.objects.overdue(today())
    assert overdue.count() < 40
    assert not overdue.filter(duty="feedback.send").exists()


@pytest.fixture
def quick(monkeypatch) -> list[str]:
    """Put one step in the place of the whole story."""
    told: list[str] = []

    def build(*, by):
        told.append("whole")
        build_places(by=by)

    monkeypatch.setattr(loading, "_build", build)
    return told


@pytest.mark.django_db(transaction=True)
def test_load_that_was_cut_off_starts_clean(quick):
    record_event("demo.begun", target=None, by=SYSTEM)
    build_places(by=SYSTEM)
    old = set(Area.objects.values_list("uid", flat=True))
    last = Area.objects.order_by("-id")[0].pk
    # As a demo is, and a test database is not: nobody empties the events.
    furnish("owner")
    assert load_demo() is True
    assert quick == ["whole"]
    assert Area.objects.filter(level=5).count() == 13
    assert not Area.objects.filter(uid__in=old).exists()
    # No row is called by a number that another had.
    assert Area.objects.order_by("id")[0].pk > last
    kinds = Event.objects.filter(kind__startswith="demo.").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["demo.begun", "demo.loaded"]
    assert load_demo() is False
    assert quick == ["whole"]


@pytest.mark.django_db(transaction=True)
def test_accounts_are_not_thrown_away_with_half_a_demo(quick, cast):
    record_event("demo.begun", target=None, by=SYSTEM)
    with pytest.raises(CommandError, match="cut off"):
        call_command("load_demo")
    assert quick == []
    assert User.objects.exists()


def test_demo_of_an_older_version_is_left_alone(quick):
    build_places(by=SYSTEM)
    assert load_demo() is False
    assert quick == []


def test_two_loads_at_once_are_one(quick):
    with connections["owner"].cursor() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [loading._LOCK])
        try:
            with pytest.raises(CommandError, match="just now"):
                call_command("load_demo")
        finally:
            other.execute("SELECT pg_advisory_unlock(%s)", [loading._LOCK])
    assert quick == []
    assert load_demo() is True


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
