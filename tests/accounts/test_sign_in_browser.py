"""Signing in as people do it: the street's first time, by hand, on a desk and on a phone; a liaison by a link."""

from __future__ import annotations

import time

import pytest

from partybuild.accounts.services.one_time import issue_one_time_link
from tests.factories.signing import GOOD, SYSTEM, account, code_at
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sound(visitor) -> None:
    assert visitor.violations() == []
    assert visitor.overflows() == []
    assert visitor.troubles == []
    assert visitor.elsewhere == []


def enter(page, name, password=GOOD) -> None:
    page.get_by_label("手机号或用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_street_sets_its_second_factor_up_and_signs_in_with_it(cast, visit, width):
    account(cast.street_staff, username="street")
    desk = visit(width=width)
    page = desk.open("/")
    shoot(page, f"sign-in-{width}")
    sound(desk)
    enter(page, "street")
    page.get_by_role("heading", name="请先开通动态验证码").wait_for()
    sound(desk)
    page.get_by_role("button", name="已准备好，显示二维码").click()
    page.get_by_role("img", name="供验证器应用扫描的二维码").wait_for()
    shoot(page, f"factor-{width}")
    sound(desk)
    secret = page.locator(".factor-secret").inner_text().replace(" ", "")
    page.get_by_label("6位").fill(code_at(secret))
    page.get_by_role("button", name="开通").click()
    page.get_by_role("heading", name="已开通，请保存备用码").wait_for()
    sound(desk)
    spare = page.locator(".recovery-codes code").first.inner_text()
    page.get_by_role("link", name="已保存好，继续").click()
    page.get_by_role("heading", name="我的待办").wait_for()

    other = visit(width=width)
    page = other.open("/")
    enter(page, "street")
    page.get_by_role("heading", name="请填写动态验证码").wait_for()
    sound(other)
    page.get_by_label("验证码").first.fill("000000")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("验证码").first.wait_for()
    shoot(page, f"factor-wrong-{width}")
    assert other.violations() == []
    page.get_by_label("验证码").first.fill(spare)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="我的待办").wait_for()
    other.open("/security/")
    assert "备用码还剩9个" in page.content()
    assert other.violations() == []
    assert other.overflows() == []
    page.get_by_role("button", name="退出其他所有设备").click()
    page.wait_for_load_state("networkidle")
    assert desk.open("/").get_by_role("heading", name="登录").is_visible()


def test_a_new_liaison_is_in_within_a_minute(cast, visit):
    user = cast.liaison.person.user
    _link, url = issue_one_time_link(user, purpose="invite", by=SYSTEM, hours=72)
    phone = visit(width=390, height=844)
    started = time.monotonic()
    page = phone.open("/" + url.split("/", 3)[3])
    opened = time.monotonic() - started
    shoot(page, "invited")
    sound(phone)
    started = time.monotonic()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="进入平台").click()
    page.get_by_role("heading", name="我的待办").wait_for()
    # Our looking in between is not theirs.
    assert opened + time.monotonic() - started < 60
    sound(phone)
