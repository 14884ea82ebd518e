"""T42: what happens a second before or after a quarter's edge belongs to the quarter of its Shanghai date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from members.models import ReportIn
from members.services import certify_records, correct_service
from partybuild.accounts.actors import actor_in
from partybuild.calendar import SHANGHAI, Period, now, today
from partybuild.calendar.clock import set_play_clock
from partybuild.obligations.services import pay
from tests.factories.core import SYSTEM, id_number
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.obligations import make_debt
from tests.factories.sheets import applied, roster
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db

EDGES = [
    datetime(2026, 4, 1, tzinfo=SHANGHAI),
    datetime(2026, 7, 1, tzinfo=SHANGHAI),
    datetime(2026, 10, 1, tzinfo=SHANGHAI),
    datetime(2027, 1, 1, tzinfo=SHANGHAI),
]
SECONDS = (-1, 0, 1)
_TRIES = 20


@pytest.fixture
def member(cast):
    """A member who has reported in."""
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    return member


def created(cast, member, number):
    """A service entered with the day that it is."""
    (record,) = make_services(cast.community, [member], date=today())
    return record.date


def edited(cast, member, number):
    """A service of the quarter before, corrected to the day that it is."""
    (record,) = make_services(cast.community, [member], date=today() - timedelta(days=40))
    day = today()
    changes = {"date": [record.date.isoformat(), day.isoformat()]}
    correct_service(record, changes=changes, reason="记错", by=SYSTEM)
    record.refresh_from_db()
    return record.date


def imported(cast, member, number):
    """A roster without a date of its own: reported in on the day that it is."""
    values = {
        "id_number": id_number(number, born="19850512"),
        "phone": f"19900{number:06d}",
        "kind": "正式党员",
        "joined": "2010/7/1",
        "unit": "江湾区图书馆",
        "post": "馆员",
        "community": "",
    }
    row = [str(number), "王" + chr(0x4E00 + number), *values.values()]
    applied("members", roster(row), by=actor_in(cast.secretary))
    return ReportIn.objects.latest("pk").submitted_on


def confirmed_late(cast, member, number):
    """A service of the last quarter, certified now: it stays where it was, the deed is of today."""
    day = today() - timedelta(days=40)
    (record,) = make_services(cast.community, [member], date=day, certified=False)
    certify_records([record], by=SYSTEM)
    record.refresh_from_db()
    assert record.date == day
    return record.certified_at.astimezone(SHANGHAI).date()


def paid(cast, member, number):
    """A debt that was due on the quarter's last day: in time before the edge, late from it on."""
    body = cast.unit
    period = f"{2030 + number // 4}Q{number % 4 + 1}"
    due = today() if (now() + timedelta(seconds=30)).date() > today() else None
    debt = make_debt(body, cast.committee, period=period, due_on=due or today() - timedelta(days=1))
    pay(duty=debt.duty, bearer=body, period=period, by=SYSTEM)
    debt.refresh_from_db()
    assert debt.is_late is (due is None)
    return debt.paid_on


@pytest.mark.parametrize("zone", [UTC, SHANGHAI], ids=["UTC", "+08"])
@pytest.mark.parametrize("deed", [created, edited, imported, confirmed_late, paid])
def test_what_is_done_at_the_edge_belongs_to_its_day_in_shanghai(
    cast, clock, member, monkeypatch, deed, zone
):
    monkeypatch.setattr("partybuild.waking._send", lambda task, args: None)
    make_unit_of(cast.unit)
    number = 0
    for edge in EDGES:
        for seconds in SECONDS:
            moment = edge + timedelta(seconds=seconds)
            for _try in range(_TRIES):
                number += 1
                set_play_clock(moment.astimezone(zone))
                day = deed(cast, member, number)
                # Where the machine was too slow, the edge came meanwhile: once more.
                if seconds >= 0 or now() < edge:
                    break
            else:
                pytest.fail("a deed took longer than a second, twenty times over")
            wanted = edge.date() if seconds >= 0 else edge.date() - timedelta(days=1)
            assert day == wanted
            assert Period.of(day) == (Period.of(edge.date()) if seconds >= 0 else before(edge))


def before(edge):
    return Period.of(edge.date()).previous()
