"""A wish from the call to the return visit, pressed in the browser on a desk and on a phone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from partybuild.access import Role
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in
from tests.factories.units import make_unit_of
from tests.factories.wishes import WISHER, make_fulfilled, make_wish, make_wish_claim
from wishes.models import Wish, WishClaim

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _look(visitor: Any, page: Any, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert (name, visitor.violations()) == (name, [])
    assert (name, visitor.overflows()) == (name, [])


@pytest.fixture
def member(cast):
    """Somebody of the unit who has reported in at the community."""
    for body in (cast.unit, cast.second_unit):
        make_unit_of(body)
    found = make_member(cast.unit, "安一")
    make_report_in(found, cast.community)
    return found


@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_call_to_the_return_visit(cast, member, visit, clock, width):
    clock(2026, 3, 5, 9)
    worker = visit(cast.worker, width=width)
    page = worker.open("/wishes/")
    _look(worker, page, f"empty-{width}")
    page = worker.open("/wishes/new/")
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("许愿人姓名").first.wait_for()
    _look(worker, page, f"refused-{width}")
    for label, text in (
        ("公示称呼", "孙奶奶"),
        ("联系电话", "0574-88880001"),
        ("许愿人姓名", WISHER["name"]),
        ("许愿人电话", WISHER["phone"]),
        ("家庭住址", WISHER["address"]),
    ):
        page.get_by_label(label).fill(text)
    page.locator("input[name=title]").fill("想要一台收音机")
    page.get_by_label("入户走访").check()
    page.get_by_role("button", name="登记", exact=True).click()
    page.get_by_text("已登记。请电话核实").first.wait_for()
    _look(worker, page, f"entered-{width}")
    wish = Wish.objects.get()
    for name in ("phoned_on", "visited_on"):
        page.locator(f"input[name={name}]").fill("2026-03-05")
    page.get_by_label("许愿人同意公示").check()
    page.get_by_role("button", name="登记核实").click()
    page.get_by_text("已登记核实").first.wait_for()
    page.get_by_role("button", name="查看许愿人信息").click()
    page.get_by_text(WISHER["address"]).first.wait_for()
    _look(worker, page, f"wisher-{width}")
    page = worker.open("/wishes/?state=verified")
    page.get_by_label("想要一台收音机").check()
    _look(worker, page, f"to-publish-{width}")
    page.get_by_role("button", name="公示所选").click()
    page.get_by_text("已公示1条微心愿").first.wait_for()

    own = visit(make_post(Role.MEMBER, person=member.person), width=width)
    _look(own, own.open("/my/"), f"mine-{width}")
    _look(own, own.open("/wishes/"), f"member-list-{width}")
    page = own.open(wish.get_absolute_url())
    _look(own, page, f"member-open-{width}")
    page.get_by_label("打算怎样帮").fill("周末送去")
    page.get_by_role("button", name="认领", exact=True).click()
    page.get_by_text("已认领，等社区确定").first.wait_for()
    page = worker.open(wish.get_absolute_url())
    _look(worker, page, f"offered-{width}")
    page.get_by_role("button", name="确定由安一").click()
    page.get_by_text("已确定由安一").first.wait_for()
    _look(worker, page, f"claimed-{width}")
    page = own.open(wish.get_absolute_url())
    _look(own, page, f"member-claimed-{width}")
    page.locator("input[name=fulfilled_on]").fill("2026-03-05")
    page.get_by_label("兑现情况").fill("收音机已送到。")
    page.get_by_role("button", name="登记兑现").click()
    page.get_by_text("已登记兑现，谢谢您").first.wait_for()
    page = worker.open("/wishes/?state=fulfilled")
    page.get_by_role("link", name="想要一台收音机").click()
    page.locator("input[name=visited_on]").wait_for()
    _look(worker, page, f"fulfilled-{width}")
    page.locator("input[name=visited_on]").fill("2026-03-05")
    page.get_by_label("上门", exact=True).check()
    page.get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="登记回访").click()
    page.get_by_text("这条微心愿已办结").first.wait_for()
    _look(worker, page, f"closed-{width}")
    wish.refresh_from_db()
    assert wish.state == "closed"
    assert own.troubles == []
    # The form that was sent empty.
    assert [each for each in worker.troubles if "422" not in each] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_unit_the_street_and_the_proxy(cast, member, visit, clock, width):
    clock(2026, 3, 5, 9)
    free, held = make_wish(cast.community), make_wish(cast.community, title="换水龙头")
    make_wish_claim(held, member=member)
    make_fulfilled(make_wish(cast.community, title="想学用手机"), unit=cast.second_unit)
    make_wish(cast.community, state="entered", title="想要一副老花镜")
    unit = visit(cast.liaison, width=width)
    _look(unit, unit.open("/wishes/"), f"unit-list-{width}")
    page = unit.open(free.get_absolute_url())
    page.get_by_role("button", name="认领", exact=True).click()
    page.get_by_text("已认领，等社区确定").first.wait_for()
    _look(unit, page, f"unit-offered-{width}")
    _look(unit, unit.open(held.get_absolute_url()), f"unit-look-{width}")
    _look(unit, unit.open("/wishes/claims/"), f"unit-claims-{width}")
    street = visit(cast.street_staff, width=width)
    _look(street, street.open("/wishes/"), f"street-list-{width}")
    _look(street, street.open(held.get_absolute_url()), f"street-look-{width}")
    city = visit(cast.city_staff, width=width)
    _look(city, city.open("/wishes/"), f"city-list-{width}")
    worker = visit(cast.worker, width=width)
    page = worker.open(f"{free.get_absolute_url()}claim/proxy/")
    page.locator("select[name=member]").select_option(index=1)
    _look(worker, page, f"proxy-{width}")
    page.get_by_label("电话", exact=True).check()
    page.get_by_role("button", name="代认领").click()
    page.get_by_text("已代为认领").first.wait_for()
    _look(worker, page, f"two-offers-{width}")
    _look(worker, worker.open("/wishes/claims/?state=proposed"), f"claims-{width}")
    page = worker.open(held.get_absolute_url())
    page.get_by_text("说已经办好的").click()
    page.get_by_role("button", name="代为登记兑现").click()
    page.get_by_text("兑现情况").first.wait_for()
    _look(worker, page, f"proxy-refused-{width}")
    assert WishClaim.objects.filter(wish=free).count() == 2
    assert unit.troubles == street.troubles == city.troubles == []
