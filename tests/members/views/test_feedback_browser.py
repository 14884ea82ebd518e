"""Feedback from the signature to its use in a browser, by keyboard alone: no mouse is touched."""

from __future__ import annotations

import pytest

from members.models import Feedback, FeedbackDelivery
from members.services import compile_feedback
from partybuild.areas.models import Parameter
from partybuild.calendar import Period
from tests.factories.members import make_member, make_report_in
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Q1 = Period.parse("2026Q1")
# What the focus stands on, as a screen reader would name it.
_NAME = """() => {
  const it = document.activeElement
  const label = it.labels && it.labels.length ? it.labels[0].textContent : ""
  return (it.getAttribute("aria-label") || label || it.textContent || "").replace(/\\s+/g, "")
}"""


def sound(visitor) -> None:
    assert visitor.violations() == []
    assert visitor.overflows() == []
    assert visitor.troubles == []
    assert visitor.elsewhere == []


def reach(page, name: str, most: int = 120) -> None:
    """Press Tab until the focus stands on what is called so."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(_NAME).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def press(page, name: str) -> None:
    """Reach a link or button and press Enter; wait for the page it leads to."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.fixture
def drafts(world, clock, system):
    """Three forms ready, two that must be opened."""
    Parameter.objects.create(area=world.cast.street, key="feedback.cycle", value="quarterly")
    for name in ("静五", "静六"):
        make_report_in(make_member(world.cast.unit, name), world.cast.community)
    clock(2026, 4, 2)
    compile_feedback(world.cast.community, Q1, by=system)
    return world


@pytest.mark.parametrize("width", [1440, 390])
def test_from_exceptions_to_use_without_a_mouse(drafts, visit, width):
    cast = drafts.cast
    secretary = visit(cast.secretary, width=width)
    page = secretary.open("/members/feedback/")
    press(page, "签发2026年第一季度（5份）")
    shoot(page, f"feedback-sign-{width}")
    sound(secretary)
    press(page, "评价静五")
    for _form in range(2):
        reach(page, "优秀")
        # Arrow keys walk the grades.
        page.keyboard.press("ArrowDown")
        assert page.evaluate(_NAME) == "合格"
        reach(page, "社区党组织意见")
        page.keyboard.insert_text("因公出差，已说明情况。")
        sound(secretary)
        press(page, "保存")
    assert Feedback.objects.filter(opinion="因公出差，已说明情况。").count() == 2
    press(page, "签发并送达")
    assert "已签发5份，送达2家单位" in page.locator("main, body").first.inner_text()
    assert Feedback.objects.sent().count() == 5
    sound(secretary)

    liaison = visit(cast.liaison, width=width)
    delivery = FeedbackDelivery.objects.get(unit=cast.unit)
    page = liaison.open(delivery.get_absolute_url())
    shoot(page, f"feedback-delivery-{width}")
    press(page, "签收4份")
    sound(liaison)
    assert Feedback.objects.filter(unit=cast.unit).unacknowledged().count() == 0

    unit = visit(cast.unit_secretary, width=width)
    page = unit.open("/members/feedback/?state=acknowledged")
    reach(page, "选择安一")
    page.keyboard.press("Space")
    reach(page, "民主评议党员")
    page.keyboard.press("Space")
    reach(page, "单位阅处意见")
    page.keyboard.insert_text("已在支部通报。")
    shoot(page, f"feedback-use-{width}")
    sound(unit)
    press(page, "为所选反馈表登记")
    form = Feedback.objects.get(member=drafts.a)
    assert (form.state, form.answer) == ("used", "已在支部通报。")

    member = visit(drafts.member_post, width=width)
    page = member.open("/members/me/feedback/")
    sound(member)
    press(page, "查看全文、提出异议")
    reach(page, "提出异议")
    page.keyboard.press("Enter")
    reach(page, "异议内容")
    page.keyboard.insert_text("漏记一次夜间巡逻。")
    sound(member)
    press(page, "提出异议")
    shoot(page, f"feedback-objected-{width}")
    assert form.objections.get().text == "漏记一次夜间巡逻。"

    street = visit(cast.street_staff, width=width)
    page = street.open(f"/members/feedback/{form.uid}/review/")
    reach(page, "维持原评价")
    page.keyboard.press("Space")
    reach(page, "复核意见")
    page.keyboard.insert_text("巡逻由另一社区组织，本表不计。")
    sound(street)
    press(page, "提交复核")
    assert form.objections.get().review.startswith("巡逻由另一社区")
    sound(street)
