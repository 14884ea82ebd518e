"""Choosing among many people: typing part of a name narrows the list, and nothing ticked is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from members.models import PostClaim
from tests.factories.members import make_member, make_post_of, make_report_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
def test_two_of_twenty_are_found_and_claimed_for(world, visit, width):
    post = make_post_of(world.cast.community, wanted=5)
    for number in range(20):
        member = make_member(world.cast.unit, f"甲{number:02d}")
        make_report_in(member, world.cast.community)
    visitor = visit(world.cast.worker, width=width)
    page = visitor.open(reverse("members:post-claim-proxy", args=(post.uid,)))
    boxes = page.locator("ul.choices input[type=checkbox]")
    assert boxes.count() == 23
    search = page.get_by_label("查找（共23项）")
    search.fill("甲07")
    assert page.get_by_role("status").filter(has_text="找到1项").is_visible()
    page.get_by_label("甲07").check()
    search.fill("安")
    # What is ticked stays in sight, so that nobody is claimed for unseen.
    assert [box.is_visible() for box in boxes.all()].count(True) == 2
    page.get_by_label("安一").check()
    # Enter in the search looks and sends nothing.
    search.press("Enter")
    search.fill("没有这个人")
    assert page.get_by_text("没有找到，请换个词").is_visible()
    assert visitor.violations() == []
    assert visitor.overflows() == []
    page.get_by_label("电话").check()
    page.get_by_role("button", name="代认领").click()
    page.wait_for_load_state("networkidle")
    claimed = PostClaim.objects.filter(post=post).values_list("member_name", flat=True)
    assert sorted(claimed) == ["安一", "甲07"]


def test_a_short_list_needs_no_search(world, visit):
    post = make_post_of(world.cast.community)
    visitor = visit(world.cast.worker)
    page = visitor.open(reverse("members:post-claim-proxy", args=(post.uid,)))
    assert page.locator("ul.choices input").count() >= 3
    assert page.locator(".choices-search").count() == 0
