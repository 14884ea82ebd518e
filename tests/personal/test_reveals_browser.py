"""Pressing the buttons: a phone in one tap, a call list, an ID number after the password."""

from __future__ import annotations

import pytest

from members.services import change_member
from partybuild.audit.models import Event
from tests.factories.core import PASSWORD, SYSTEM
from tests.factories.members import make_member, make_report_in
from tests.personal.test_own_data import _shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = "13900001111"


@pytest.fixture
def member(cast):
    """A member of the unit, reported in at the community."""
    member = make_member(cast.unit, "安一", phone=PHONE)
    change_member(member, home_address="望江苑1幢", home_area=cast.community, by=SYSTEM)
    make_report_in(member, cast.community)
    make_member(cast.unit, "白二")
    return member


@pytest.mark.parametrize("width", [1440, 390])
def test_a_phone_in_one_tap_and_a_call_list(cast, member, visit, width):
    visitor = visit(cast.worker, width=width)
    page = visitor.open(member.get_absolute_url())
    assert PHONE not in page.content()
    page.get_by_role("button", name="显示号码").click()
    page.get_by_text(PHONE).wait_for()
    _shoot(page, f"phone-{width}")
    page = visitor.open("/members/")
    page.get_by_text("打电话用的名单").click()
    _shoot(page, f"list-{width}")
    assert visitor.violations() == []
    page.get_by_role("button", name="生成通话名单").click()
    page.get_by_role("link", name=PHONE).wait_for()
    _shoot(page, f"call-list-{width}")
    assert visitor.violations() == []
    assert visitor.overflows() == []
    assert visitor.troubles == []
    assert Event.objects.filter(kind="member.phone_shown").count() == 1
    assert Event.objects.filter(kind="member.call_list").count() == 1


@pytest.mark.parametrize("width", [1440, 390])
def test_an_id_number_after_the_password(cast, member, visit, width):
    user = cast.unit_secretary.person.user
    user.set_password(PASSWORD)
    user.save()
    visitor = visit(cast.unit_secretary, width=width)
    page = visitor.open(member.get_absolute_url())
    page.get_by_text("查看完整号码").click()
    page.get_by_label("核对身份").check()
    _shoot(page, f"reason-{width}")
    assert visitor.violations() == []
    page.get_by_role("button", name="查看并记录").click()
    page.get_by_label("登录密码").wait_for()
    _shoot(page, f"step-up-{width}")
    assert member.person.id_number not in page.content()
    page.get_by_label("登录密码").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_text(member.person.id_number).wait_for()
    _shoot(page, f"id-number-{width}")
    assert Event.objects.get(kind="member.id_number_shown").reason == "核对身份"
