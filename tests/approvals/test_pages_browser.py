"""A unit's secretary asks at the desk, the street approves on a phone."""

from __future__ import annotations

from datetime import date

import pytest

from partybuild.approvals.models import Approval
from partybuild.calendar import Period
from partybuild.obligations.services import close_period
from tests.approvals.cells import CELLS
from tests.factories.core import SYSTEM
from tests.factories.obligations import make_debt
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(visitor) -> None:
    assert visitor.violations() == []
    assert visitor.overflows() == []
    assert visitor.troubles == []
    assert visitor.elsewhere == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_unit_asks_and_the_street_approves(cast, visit, width):
    debt = make_debt(cast.unit, cast.committee, area=cast.community, period="2026Q1")
    unit = visit(cast.unit_secretary, width=width)
    page = unit.open(debt.get_absolute_url())
    shoot(page, f"debt-{width}")
    page.get_by_role("link", name="申请免除").click()
    page.get_by_label("免除理由").fill("整体搬迁，本季度停业，没有在职党员。")
    shoot(page, f"ask-{width}")
    sound(unit)
    page.get_by_role("button", name="提出申请").click()
    page.wait_for_url("**/approvals/**")
    shoot(page, f"asked-{width}")
    sound(unit)
    unit.open("/approvals/?list=mine")
    shoot(page, f"mine-{width}")
    sound(unit)
    street = visit(cast.street_staff, width=width)
    phone = street.open("/")
    shoot(phone, f"home-{width}")
    sound(street)
    phone.get_by_role("link", name="去审批").click()
    phone.wait_for_url("**/approvals/**")
    shoot(phone, f"decide-{width}")
    sound(street)
    phone.get_by_role("button", name="不同意").click()
    phone.wait_for_load_state("networkidle")
    shoot(phone, f"decide-refused-{width}")
    assert street.violations() == []
    phone.get_by_label("审批意见").fill("情况属实")
    phone.get_by_role("button", name="同意", exact=True).click()
    phone.wait_for_url("**/approvals/")
    phone.wait_for_load_state("networkidle")
    shoot(phone, f"decided-{width}")
    debt.refresh_from_db()
    assert debt.state == "exempt"
    unit.open(Approval.objects.get().get_absolute_url())
    shoot(page, f"result-{width}")
    assert unit.violations() == []


@pytest.mark.parametrize("width", [1440, 390])
def test_the_other_pages_fit_and_are_accessible(cast, visit, width):
    make_debt(
        cast.unit, cast.committee, area=cast.community, period="2025Q4", due_on=date(2026, 1, 8)
    )
    street = visit(cast.street_staff, width=width)
    for name, path in (
        ("periods", "/obligations/periods/"),
        ("period", f"/obligations/periods/{cast.street.uid}/2025Q4/"),
    ):
        shoot(street.open(path), f"{name}-{width}")
        sound(street)
    closed = close_period(cast.street, period=Period.parse("2025Q4"), reason="核对", by=SYSTEM)
    shoot(street.open(closed.get_absolute_url()), f"period-closed-{width}")
    sound(street)
    minutes = CELLS["minutes.reopen", "community_secretary"]
    case = minutes[1](cast, cast.secretary)
    meeting = case.rows[1]
    office = visit(cast.secretary, width=width)
    shoot(office.open(f"{meeting.get_absolute_url()}minutes/"), f"minutes-{width}")
    sound(office)
    shoot(office.open(f"{meeting.get_absolute_url()}minutes/reopen/"), f"minutes-reopen-{width}")
    sound(office)
    service = CELLS["service.correct", "community_secretary"][1](cast, cast.secretary)
    record = service.rows[0]
    shoot(office.open(record.get_absolute_url()), f"sheet-{width}")
    sound(office)
    shoot(office.open(f"/members/services/records/{record.uid}/"), f"correct-{width}")
    sound(office)
    service.ask()
    double = CELLS["member.merge", "unit_secretary"][1](cast, cast.unit_secretary)
    unit = visit(cast.unit_secretary, width=width)
    shoot(unit.open("/members/doubles/"), f"doubles-{width}")
    sound(unit)
    shoot(unit.open(f"/members/doubles/{double.rows[0].uid}/"), f"double-{width}")
    sound(unit)
    merge = double.ask()
    shoot(street.open(merge.get_absolute_url()), f"merge-decide-{width}")
    sound(street)
    shoot(street.open("/approvals/"), f"waiting-{width}")
    sound(street)
    district = visit(cast.district_staff, width=width)
    shoot(district.open(f"/members/{double.rows[1].uid}/erase/"), f"erase-{width}")
    sound(district)
