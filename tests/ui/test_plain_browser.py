"""A member's main steps in large type with plain words, in a real browser: on a phone, zoomed, by keyboard."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from activities.models import SignUp
from members.models import AnnualForm, Feedback, Objection, PartyMember, Pledge, PostClaim, ReportIn
from members.services import accept_claim, confirm_report_in, start_annual_forms
from partybuild.access import Role
from partybuild.accounts.actors import actor_in
from partybuild.calendar import Period
from partybuild.portal.models import Suggestion
from tests.factories.activities import make_activity
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_feedback, make_member, make_post_of, make_report_in
from tests.factories.units import make_unit_of
from tests.ui.plainness import faults_of
from tests.ui.test_gallery_browser import shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A phone, and a desk screen of 1440 at 200 %.
WIDTHS = (390, 720)


@pytest.fixture
def member(cast, clock):
    """A member of a unit, who has done nothing yet; the community has a post and an activity."""
    clock(2026, 3, 5, 9)
    make_unit_of(cast.unit)
    found = make_member(cast.unit, "安一", home_area=cast.community, home_building="望江苑1幢")
    make_post_of(cast.community, title="治安巡逻", wanted=3, skills="", times=[])
    make_activity(cast.community, cast.committee)
    return make_post(Role.MEMBER, person=found.person)


class Reader:
    """Somebody who reads in large type: presses what is called so, and looks at each page that comes."""

    def __init__(self, visitor, name):
        self.visitor, self.page, self.name = visitor, visitor.page, name
        self.faults = {}

    def look(self, name, beside=4):
        """Note what is wrong with the page; of several main buttons the first only would be pressed."""
        shoot(self.page, f"plain-{name}-{self.name}")
        found = [
            *faults_of(self.page.locator("main").evaluate("each => each.outerHTML"), beside=beside),
            *self.visitor.violations(),
            *self.visitor.overflows(),
        ]
        if found:
            self.faults[name] = found

    def open(self, path):
        self.visitor.open(path)
        self.look(path)

    def unfold(self, words):
        self.page.locator("main summary", has_text=words).first.click()

    def press(self, words):
        """Press the button that is called so."""
        self.page.locator("main").get_by_role("button", name=words, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")
        self.look(words)


@pytest.fixture
def reader(member, visit):
    def enter(width):
        visitor = visit(member, width=width)
        visitor.open("/my/").get_by_role("button", name="大字版").first.click()
        visitor.page.wait_for_load_state("networkidle")
        return Reader(visitor, width)

    return enter


@pytest.mark.parametrize("width", WIDTHS)
def test_a_member_does_everything_in_plain_words(reader, member, cast, width):
    one = reader(width)
    one.look("home", beside=12)
    # Report in.
    one.open(reverse("members:my-report-in"))
    one.press("报到")
    report_in = ReportIn.objects.get()
    found = report_in.member
    confirm_report_in(report_in, on=date(2026, 3, 5), by=actor_in(cast.secretary))
    # Take a post, sign the pledge.
    one.open(reverse("members:post-list"))
    one.page.get_by_role("link", name="治安巡逻").first.click()
    one.page.wait_for_load_state("networkidle")
    one.press("我来做")
    claim = PostClaim.objects.get()
    accept_claim(claim, by=actor_in(cast.secretary))
    one.open(claim.get_absolute_url())
    one.press("签名")
    assert Pledge.objects.get().claim == claim
    # Sign up for an activity, then say that one cannot come.
    one.open(reverse("activities:activity-list"))
    one.page.get_by_role("link", name="清洁家园").first.click()
    one.page.wait_for_load_state("networkidle")
    one.press("报名")
    assert SignUp.objects.get().state == "signed"
    one.unfold("来不了")
    one.press("我来不了")
    assert SignUp.objects.get().state == "withdrawn"
    # Read what the community said, and object.
    until = date(2026, 3, 12)
    feedback = make_feedback(found, cast.unit, cast.community, "excellent", object_until=until)
    one.open(feedback.get_absolute_url())
    one.unfold("我有不同意见")
    one.page.locator("main textarea:visible").first.fill("少记了一次义诊。")
    one.press("我有不同意见")
    assert Objection.objects.get().feedback == Feedback.objects.get()
    # Write the year's form: refused first, with the words that stand in it.
    start_annual_forms(
        unit=cast.unit,
        members=[found],
        period=Period.parse("2025"),
        due_on=date(2026, 3, 20),
        by=SYSTEM,
    )
    annual = AnnualForm.objects.get()
    one.open(annual.get_absolute_url())
    one.press("交给单位")
    assert one.page.locator(".field-error").count()
    for box in one.page.locator("main textarea:visible").all():
        box.fill("帮邻居办医保。")
    one.press("交给单位")
    annual.refresh_from_db()
    assert annual.state == "signed"
    # Tell the community something.
    one.open(reverse("portal:suggestion-create"))
    one.page.locator("main textarea").first.fill("食堂太远")
    one.press("交上去")
    assert Suggestion.objects.get().text == "食堂太远"
    assert one.faults == {}
    assert one.visitor.elsewhere == []


FOCUSED = """() => ['A', 'BUTTON', 'SUMMARY'].includes(document.activeElement.tagName)
  ? document.activeElement.innerText.trim() : ''"""


def tab_to(page, name, most=60):
    """Move by Tab to what bears a name."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by keyboard")


def test_the_main_steps_need_no_mouse(reader, member, cast):
    one = reader(390)
    one.visitor.open(reverse("members:my-report-in"))
    tab_to(one.page, "报到")
    tab_to(one.page, "报到")
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    report_in = ReportIn.objects.get()
    confirm_report_in(report_in, on=date(2026, 3, 5), by=actor_in(cast.secretary))
    one.visitor.open(reverse("activities:activity-list"))
    tab_to(one.page, "清洁家园")
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    one.page.wait_for_load_state("networkidle")
    tab_to(one.page, "报名")
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    one.page.wait_for_load_state("networkidle")
    assert SignUp.objects.get().state == "signed"
    # What is folded up opens and closes by the keyboard too.
    tab_to(one.page, "来不了")
    one.page.keyboard.press("Enter")
    tab_to(one.page, "我来不了")
    with one.page.expect_navigation():
        one.page.keyboard.press("Enter")
    assert SignUp.objects.get().state == "withdrawn"


def test_folded_parts_are_large_enough_to_press(reader, member, cast):
    make_report_in(PartyMember.objects.get(), cast.community)
    one = reader(390)
    small = []
    for path in ("/members/me/", "/activities/", reverse("portal:my-data")):
        page = one.visitor.open(path)
        small += page.evaluate(
            """() => [...document.querySelectorAll('main summary.btn, main .card-folded > summary')]
              .filter(each => each.offsetParent && each.getBoundingClientRect().height < 44)
              .map(each => each.innerText)"""
        )
    assert small == []
