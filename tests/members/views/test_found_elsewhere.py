"""A name that the chosen range does not have is looked for in the others that one may see."""

from __future__ import annotations

import pytest

from members.models import MemberPlace
from tests.factories.members import make_member

pytestmark = pytest.mark.django_db


def words(client, path):
    return client.get(path).content.decode()


def test_the_street_is_led_to_the_range_that_has_the_name(world, client_of):
    street = client_of(world.cast.street_staff)
    page = words(street, "/members/?q=戴四")
    assert "在“单位在册”里找到1人" in page
    assert "?q=%E6%88%B4%E5%9B%9B&amp;side=unit" in page
    assert "戴四" in words(street, "/members/?q=戴四&side=unit")


def test_other_conditions_are_dropped(world, client_of):
    street = client_of(world.cast.street_staff)
    page = words(street, f"/members/?q=安一&community={world.cast.sibling.uid}")
    assert "在“已向社区报到”里找到1人" in page
    unit = client_of(world.cast.liaison)
    assert "在“本单位花名册”里找到1人" in words(unit, "/members/?q=安一&reported=no")


def test_nobody_is_led_beyond_what_they_see(world, client_of):
    page = words(client_of(world.cast.secretary), "/members/?q=戴四")
    assert "没有符合条件的党员" in page
    assert "找到" not in page
    assert "找到" not in words(client_of(world.cast.other_liaison), "/members/?q=安一&reported=no")


def test_without_a_name_nothing_is_looked_for(world, client_of):
    page = words(
        client_of(world.cast.street_staff), f"/members/?community={world.cast.sibling.uid}"
    )
    assert "找到" not in page


def test_who_is_found_here_too_is_offered_beside_the_rest(world, client_of):
    """Two may have one name: the list says that it looked in its range alone."""
    street = client_of(world.cast.street_staff)
    report_in = MemberPlace.objects.filter(side="community").first()
    community, name = report_in.community, report_in.name
    make_member(world.cast.unit, name=name)
    page = words(street, f"/members/?q={name}&community={community.uid}")
    assert "只在上面选的范围内查找。" in page
    assert "在全部“单位在册”里查找（2人）" in page
    assert "已向社区报到”里查找" not in page
    # Nothing more anywhere: nothing is said.
    assert "只在上面选的范围内查找" not in words(street, f"/members/?q={name}&side=unit")
    assert "只在上面选的范围内查找" not in words(street, f"/members/?community={community.uid}")
