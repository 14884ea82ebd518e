"""The search box finds units and members in sight, and nobody else."""

from __future__ import annotations

import pytest

from members.panels import members_found
from partybuild.accounts.actors import actor_in
from units.panels import units_found

pytestmark = pytest.mark.django_db


def _names(function, post, words):
    return [hit.title for hit in function(actor_in(post), words, 10)]


@pytest.mark.parametrize("words", ["安一", "ay", "1111"])
def test_members_are_found_by_name_initials_and_phone_tail(world, words):
    cast = world.cast
    assert _names(members_found, cast.secretary, words) == ["安一"]
    assert _names(members_found, cast.liaison, words) == ["安一"]
    assert _names(members_found, cast.street_staff, words) == ["安一"]
    assert _names(members_found, cast.outsider, words) == []
    assert _names(members_found, cast.second_liaison, words) == []
    assert _names(members_found, cast.city_staff, words) == []


def test_units_are_found_in_sight_only(world):
    cast = world.cast
    assert _names(units_found, cast.secretary, "江湾") == ["江湾区图书馆", "江湾供水公司"]
    assert _names(units_found, cast.outsider, "江湾") == []
    assert _names(units_found, cast.liaison, "江湾") == ["江湾区图书馆"]
