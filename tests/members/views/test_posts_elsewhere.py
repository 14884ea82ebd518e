"""Posts beyond their own pages: in the search box, and in the calendar of who serves in them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from members.panels import posts_by_name, teams_by_name
from members.services import form_team, leave_post
from partybuild.access import Role
from partybuild.accounts.actors import actor_in, scopes_of_person
from partybuild.notices.calendars import entries_of
from tests.factories.core import SYSTEM, make_post
from tests.factories.members import make_claim, make_member, make_post_of, make_report_in
from tests.factories.units import make_unit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(cast, clock):
    """A member of the cast's unit who serves in a post of the community, and the post of the member."""
    clock(2026, 3, 5)
    make_unit_of(cast.unit)
    member = make_member(cast.unit)
    make_report_in(member, cast.community)
    post = make_post_of(
        cast.community,
        title="普法宣讲员",
        starts_on=date(2026, 3, 10),
        ends_on=date(2026, 6, 30),
        schedule="每周六上午",
    )
    claim = make_claim(post, member)
    return claim, make_post(Role.MEMBER, person=member.person)


def titles(appointment):
    return {entry.title: entry for entry in entries_of(scopes_of_person(appointment.person_id))}


def test_who_serves_has_its_first_and_last_day_and_loses_them_on_leaving(cast, served):
    claim, own = served
    found = titles(own)
    start = found["岗位服务开始：普法宣讲员"]
    assert (start.starts, start.alarms) == (date(2026, 3, 10), ())
    assert "每周六上午" in start.text
    assert found["岗位服务到期：普法宣讲员"].starts == date(2026, 6, 30)
    assert "岗位服务开始：普法宣讲员（本单位1人）" in titles(cast.liaison)
    assert not any("普法" in title for title in titles(cast.other_liaison))
    leave_post(claim, reason="调动", by=SYSTEM)
    assert not any(title.startswith("岗位") for title in titles(own))


def test_a_post_of_one_day_stands_once(cast, served, clock):
    claim, own = served
    post = make_post_of(
        cast.community,
        title="元宵灯会",
        starts_on=date(2026, 3, 12),
        ends_on=date(2026, 3, 12),
    )
    make_claim(post, claim.member)
    # Beside the pledge that is to be signed.
    about = {title for title in titles(own) if "灯会" in title and not title.startswith("到期")}
    assert about == {"岗位服务：元宵灯会"}


def found(function, post, words):
    with translation.override("zh-hans"):
        return [hit.title for hit in function(actor_in(post), words, 10)]


def test_posts_and_teams_are_found_where_they_are_seen(cast, served):
    _claim, own = served
    make_post_of(cast.community, title="普法草稿", published=False)
    form_team(community=cast.community, name="普法服务队", kind="law", by=SYSTEM)
    assert set(found(posts_by_name, cast.secretary, "普法")) == {"普法草稿", "普法宣讲员"}
    assert found(posts_by_name, own, "普法") == ["普法宣讲员"]
    assert found(posts_by_name, cast.outsider, "普法") == []
    assert found(teams_by_name, cast.secretary, "普法") == ["普法服务队"]
    assert found(teams_by_name, own, "普法") == ["普法服务队"]
    assert found(teams_by_name, cast.outsider, "普法") == []
