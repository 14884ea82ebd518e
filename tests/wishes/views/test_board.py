"""The public board of wishes: what hangs there, who opens it, and what never does."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from partybuild.accounts.links import link_url
from partybuild.accounts.models import SignedLink
from tests.factories.core import SYSTEM
from tests.factories.wishes import WISHER, make_fulfilled, make_wish, make_wish_claim
from wishes.queries.board import board_of
from wishes.services import revisit_wish, withdraw_wish

pytestmark = pytest.mark.django_db


def board_path(community):
    return f"/wishes/board/{community.uid}/"


@pytest.fixture
def hung(world):
    """Free, claimed by a member and by a unit, closed; hidden ones beside."""
    here = world.cast.community
    make_wish(here, title="想要一台收音机")
    make_wish_claim(make_wish(here, title="修一修水龙头"), member=world.a)
    make_wish_claim(make_wish(here, title="想学用手机"), unit=world.cast.unit)
    done = make_fulfilled(make_wish(here, title="想理一次发"), member=world.b)
    revisit_wish(
        done.wish, visited_on=done.fulfilled_on, means="home", grade="satisfied", by=SYSTEM
    )
    make_wish(here, title="还没有核实的", state="entered")
    make_wish(here, title="还没有公示的", state="verified")
    withdraw_wish(make_wish(here, title="已经撤回的"), reason="家人已买", by=SYSTEM)
    make_wish(world.cast.sibling, title="别的社区的")
    return here


def test_the_board_shows_what_hangs_and_who_claims_in_short(world, hung):
    board = board_of(hung)
    assert [(each.title, each.claimer) for each in board.wishes] == [
        ("想要一台收音机", ""),
        ("想学用手机", world.cast.unit.name),
        ("修一修水龙头", "安**"),
        ("想理一次发", "白**"),
    ]
    assert (board.shown, board.claimed, board.fulfilled, board.left_off) == (4, 3, 1, 0)


def test_what_was_closed_last_year_hangs_no_longer(world, hung, clock):
    clock(2027, 1, 4, 9)
    assert "想理一次发" not in [each.title for each in board_of(hung).wishes]


def test_everybody_reads_it_behind_its_address_until_it_is_taken_back(world, hung, client_of):
    path = board_path(hung)
    secretary = client_of(world.cast.secretary)
    secretary.post(f"{path}link/")
    link = SignedLink.objects.get(action="wish.board")
    assert "code-figure" in secretary.get(path).content.decode()
    address = link_url(link).removeprefix(settings.BASE_URL)
    page = Client().get(address).content.decode()
    for shown in ("想要一台收音机", "孙奶奶", "安**", world.cast.unit.name, "待认领", "已兑现"):
        assert shown in page
    hidden = ("安一", "白二", "还没有核实的", "还没有公示的", "已经撤回的", "别的社区的")
    for word in (*hidden, *WISHER.values()):
        assert word not in page
    assert Client().post(address).status_code == 404
    secretary.post(f"{path}link/", {"do": "stop"})
    over = Client().get(address)
    assert over.status_code == 410
    assert "收音机" not in over.content.decode()


def test_those_who_take_part_open_it_others_do_not(world, hung, client_of):
    path = board_path(hung)
    cast = world.cast
    for post in (cast.secretary, cast.worker, cast.street_staff, cast.liaison, world.member_post):
        page = client_of(post).get(path)
        assert page.status_code == 200, post
        for word in WISHER.values():
            assert word not in page.content.decode()
    for post in (cast.outsider, cast.other_liaison):
        assert client_of(post).get(path).status_code == 404, post
    assert client_of(world.member_post).get(board_path(cast.other_community)).status_code == 404


def test_the_address_is_made_by_the_community_alone(world, hung, client_of):
    path = f"{board_path(hung)}link/"
    cast = world.cast
    for post, status in ((world.member_post, 403), (cast.liaison, 403), (cast.outsider, 404)):
        assert client_of(post).post(path).status_code == status, post
    assert not SignedLink.objects.filter(action="wish.board").exists()


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_wishes(world, client_of, number, django_assert_num_queries):
    for at in range(number):
        make_wish_claim(make_wish(world.cast.community, title=f"心愿{at}"), member=world.a)
    with django_assert_num_queries(5):
        board = board_of(world.cast.community)
    assert len(board.wishes) == number
