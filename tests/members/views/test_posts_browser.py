"""A post from its template to a signed pledge, pressed in the browser on a desk and on a phone."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from members.models import Pledge, PostClaim, ServicePost, Team
from members.services import change_member, form_team, join_team, sign_pledge
from partybuild.access import Role
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_claim, make_member, make_post_of, make_report_in
from tests.factories.units import make_unit_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _look(visitor: Any, page: Any, name: str) -> None:
    folder = os.environ.get("SHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    assert visitor.violations() == []
    assert visitor.overflows() == []


@pytest.fixture
def member(cast):
    """A lawyer of the unit, free at weekends, reported in at the community."""
    make_unit_of(cast.unit)
    found = make_member(cast.unit, "安一")
    change_member(found, skills="律师、书法", availability=["weekends"], by=SYSTEM)
    make_report_in(found, cast.community)
    return found


@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_template_to_the_signed_pledge(cast, member, visit, width):
    secretary = visit(cast.secretary, width=width)
    page = secretary.open("/members/posts/new/")
    _look(secretary, page, f"templates-{width}")
    page.get_by_role("link", name="法律咨询岗").click()
    page.get_by_label("联系电话").fill("0574-88880001")
    _look(secretary, page, f"form-{width}")
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="发布").click()
    page.get_by_text("律师、周末").wait_for()
    _look(secretary, page, f"post-{width}")
    post = ServicePost.objects.get()

    own = visit(make_post(Role.MEMBER, person=member.person), width=width)
    page = own.open("/members/posts/")
    page.get_by_text("因为：律师、周末").wait_for()
    _look(own, page, f"member-posts-{width}")
    page = own.open(post.get_absolute_url())
    _look(own, page, f"member-post-{width}")
    page.get_by_role("button", name="认领", exact=True).click()
    page.get_by_text("已认领，等社区确定").first.wait_for()
    claim = PostClaim.objects.get()
    page = secretary.open(claim.get_absolute_url())
    _look(secretary, page, f"claim-{width}")
    page.get_by_role("button", name="确定认领").click()
    page.get_by_text("已确定，并通知本人").first.wait_for()
    page = own.open(claim.get_absolute_url())
    _look(own, page, f"pledge-{width}")
    page.get_by_role("button", name="签订", exact=True).click()
    page.get_by_text("承诺书已签订").first.wait_for()
    _look(own, page, f"signed-{width}")
    assert Pledge.objects.get().channel == ""
    assert secretary.troubles == own.troubles == []


@pytest.mark.parametrize("width", [1440, 390])
def test_lists_the_board_and_a_team(cast, member, visit, width):
    other = make_member(cast.unit, "白二")
    make_report_in(other, cast.community)
    post = make_post_of(cast.community, wanted=3)
    claim = make_claim(post, member)
    make_claim(post, other, accepted=False)
    sign_pledge(claim, text="每周六到岗", due_on=date(2026, 12, 31), by=SYSTEM)
    team = form_team(community=cast.community, name="平安队", kind="patrol", by=SYSTEM)
    join_team(team, member=member, role="leader", by=SYSTEM)
    visitor = visit(cast.secretary, width=width)
    for name, path in (
        ("posts", "/members/posts/"),
        ("claims", "/members/claims/"),
        ("post-busy", post.get_absolute_url()),
        ("claim-held", claim.get_absolute_url()),
        ("proxy", f"{post.get_absolute_url()}claim/proxy/"),
        ("teams", "/members/teams/"),
        ("team", team.get_absolute_url()),
        ("board", f"/members/posts/board/{cast.community.uid}/"),
    ):
        _look(visitor, visitor.open(path), f"{name}-{width}")
    page = visitor.open(f"/members/posts/board/{cast.community.uid}/")
    page.get_by_role("button", name="生成公开地址").click()
    page.get_by_text("不用登录就能打开").first.wait_for()
    page = visitor.open(team.get_absolute_url())
    page.get_by_label("白二").check()
    page.get_by_role("button", name="编入").click()
    page.get_by_text("已编入1人").first.wait_for()
    assert Team.objects.get().members.count() == 2
    assert visitor.troubles == []
