"""The system administrator's pages in a real browser, on a desk and on a phone."""

from __future__ import annotations

import pytest

from partybuild.access import Role
from tests.factories.core import make_post
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_of_the_system_administrator_fit_and_are_accessible(clock, visit, settings, width):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    visitor = visit(make_post(Role.SYSTEM_ADMIN, name="系统管理员甲"), width=width)
    for path, name in (
        ("/ops/", "home"),
        ("/ops/health/", "health"),
        ("/ops/parked/", "parked"),
        ("/ops/channels/", "channels"),
    ):
        page = visitor.open(path)
        shoot(page, f"ops-{name}-{width}")
        assert visitor.violations() == [], path
        assert visitor.overflows() == [], path
    page.get_by_label("原因").fill("服务器检修")
    page.get_by_role("button", name="暂停发送").click()
    page.get_by_text("已暂停发送邮件").first.wait_for()
    shoot(page, f"ops-paused-{width}")
    assert visitor.violations() == []
    assert visitor.troubles == []
    assert visitor.elsewhere == []
