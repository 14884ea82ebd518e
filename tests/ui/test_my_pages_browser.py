"""A member's own pages in a real browser: by keyboard, for screen readers, zoomed, in large type."""

from __future__ import annotations

import pytest

from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.portal.services import answer_suggestion, send_suggestion
from tests.factories.activities import make_activity
from tests.factories.core import make_post
from tests.factories.members import make_member, make_report_in, make_services
from tests.factories.units import make_unit_of
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "home": "/my/",
    "report-in": "/members/me/",
    "own-data": "/members/me/data/",
    "posts": "/members/posts/",
    "activities": "/activities/",
    "certificates": "/members/certificates/",
    "ask-certificate": "/members/certificates/new/",
    "records": "/members/services/",
    "suggestions": "/my/suggestions/",
    "suggest": "/suggestions/new/",
    "track": "/suggestions/answer/",
    "personal": "/my/data/",
    "calendar": "/notices/calendar/",
    "notices": "/notices/",
}
# A phone; a desk screen of 1440 at 200 %; one of 1280 at 400 %.
WIDTHS = (390, 720, 320)


@pytest.fixture
def member(cast, clock):
    """A member with something on every page."""
    clock(2026, 3, 5, 9)
    make_unit_of(cast.unit)
    found = make_member(cast.unit, "安一", phone="13900001111")
    make_report_in(found, cast.community)
    make_services(cast.community, [found])
    make_activity(cast.community, cast.committee)
    post = make_post(Role.MEMBER, person=found.person)
    said = send_suggestion(text="楼道灯不亮", area=cast.community, by=actor_in(post))
    answer_suggestion(said, answer="已报修。", outcome="underway", by=actor_in(cast.secretary))
    return post


def faults_of(visitor, page):
    return [
        *visitor.violations(),
        *visitor.overflows(),
        *visitor.elsewhere,
        *(["no main heading"] if page.locator("h1").count() != 1 else []),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_a_member_is_well_made(member, visit, width):
    visitor = visit(member, width=width)
    faults = {}
    for name, path in PAGES.items():
        page = visitor.open(path)
        shoot(page, f"member-{name}-{width}")
        faults[name] = faults_of(visitor, page)
    assert {name: found for name, found in faults.items() if found} == {}


def test_every_page_holds_in_large_type(member, visit):
    visitor = visit(member, width=390)
    page = visitor.open("/my/")
    page.get_by_role("button", name="大字版").first.click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    faults = {}
    for name, path in PAGES.items():
        page = visitor.open(path)
        shoot(page, f"member-{name}-large")
        faults[name] = faults_of(visitor, page)
    assert {name: found for name, found in faults.items() if found} == {}


def test_targets_of_large_type_are_large(member, visit):
    visitor = visit(member, width=390)
    visitor.open("/my/").get_by_role("button", name="大字版").first.click()
    page = visitor.open("/my/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main .btn, .bottombar a')]
          .filter(each => each.offsetParent && each.getBoundingClientRect().height < 44)
          .map(each => each.innerText)"""
    )
    assert small == []


FOCUSED = """() => ['A', 'BUTTON'].includes(document.activeElement.tagName)
  ? document.activeElement.innerText.trim() : ''"""


def press(page, name, most=60):
    """Move by Tab to what bears a name, and press Enter."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == name:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            page.wait_for_load_state("networkidle")
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def test_a_suggestion_is_sent_without_a_mouse(member, visit):
    page = visit(member, width=390).open("/my/")
    press(page, "写意见建议")
    assert page.url.endswith("/suggestions/new/")
    for _step in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("食堂太远")
    press(page, "提交")
    assert page.url.endswith("/my/suggestions/")
    assert "食堂太远" in page.locator("main").inner_text()
    # The receipt is spoken, not only shown.
    assert "已收到，谢谢" in page.locator("#messages[aria-live]").inner_text()


def test_more_of_ones_own_place_opens_by_keyboard(member, visit):
    visitor = visit(member, width=390)
    visitor.open("/my/").get_by_role("button", name="大字版").first.click()
    page = visitor.open("/my/")
    assert not page.locator("#readings").is_visible()
    page.locator(".my-more > summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#readings").is_visible()
