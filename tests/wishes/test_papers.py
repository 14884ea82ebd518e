"""The papers about wishes: what they say, for whom they are, and that none names a wisher."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from partybuild.accounts.actors import actor_in
from partybuild.accounts.links import link_url
from partybuild.accounts.services import issue_link
from partybuild.documents.composition import Code, Composition, Table
from partybuild.documents.registry import kind_of
from partybuild.documents.rendering import as_pdf, as_word
from partybuild.documents.services import draft_of
from tests.factories.core import SYSTEM
from tests.factories.wishes import WISHER, make_fulfilled, make_wish, make_wish_claim
from wishes.services import revisit_wish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fifth_of_march(clock):
    clock(2026, 3, 5, 9)


def _draft(key: str, subject: Any) -> tuple[Composition, str]:
    kind = kind_of(key)
    found = kind.find(type(subject)._base_manager.all(), subject.uid)
    paper = draft_of(kind, found)
    assert Composition.of_plain(paper.plain()) == paper
    assert as_pdf(paper).startswith(b"%PDF")
    assert as_word(paper).startswith(b"PK")
    text = json.dumps(paper.plain(), ensure_ascii=False)
    assert [word for word in WISHER.values() if word in text] == []
    return paper, text


def _lines(paper: Composition) -> tuple[tuple[str, ...], ...]:
    (table,) = [block for block in paper.blocks if isinstance(block, Table)]
    return table.rows


def test_the_poster_holds_what_may_be_claimed_and_the_code_once_the_board_is_open(world):
    here = world.cast.community
    make_wish(here)
    make_wish_claim(make_wish(here, title="已有人认领的"), member=world.a)
    make_wish(here, title="还没有公示的", state="verified")
    paper, text = _draft("wish.poster", here)
    assert [line[:3] for line in _lines(paper)] == [("1", "孙奶奶", "想要一台收音机")]
    assert "王书记" in text
    assert [block for block in paper.blocks if isinstance(block, Code)] == []
    link = issue_link(here, action="wish.board", days=30, by=SYSTEM)
    paper, _text = _draft("wish.poster", here)
    [code] = [block for block in paper.blocks if isinstance(block, Code)]
    assert code.address == link_url(link)


def test_the_ledger_tells_each_wish_from_hearing_to_return_visit(world, clock):
    here = world.cast.community
    done = make_fulfilled(make_wish(here), member=world.a)
    revisit_wish(done.wish, visited_on=done.fulfilled_on, means="home", grade="mostly", by=SYSTEM)
    make_wish(here, title="还没有核实的", state="entered")
    paper, text = _draft("wish.ledger", here)
    first, second = _lines(paper)
    assert first[1:] == (
        "孙奶奶", "想要一台收音机", "生活物品", "3月5日", "3月5日", "3月5日", "3月5日",
        done.claimer, "3月5日", "基本满意", "已办结",
    )  # fmt: skip
    assert second[2] == "还没有核实的"
    assert set(second[5:11]) == {""}
    assert "征集2条，公示1条，认领1条，兑现1条" in text
    # The year after holds what was not over, with its own year.
    clock(2027, 1, 4, 9)
    paper, _text = _draft("wish.ledger", here)
    ((_number, _name, title, _category, heard, *_more),) = _lines(paper)
    assert (title, heard) == ("还没有核实的", "2026年3月5日")


def test_the_claim_sheet_is_for_member_and_unit_to_sign(world):
    here = world.cast.community
    by_member = make_wish_claim(make_wish(here), member=world.a)
    by_unit = make_wish_claim(make_wish(here), unit=world.cast.unit)
    waiting = make_wish_claim(make_wish(here), member=world.b, accepted=False)
    _paper, text = _draft("wish.claim", by_member)
    for word in ("安一", "孙奶奶", "王书记", "0574-88880001", "签名", here.name):
        assert word in text
    _paper, text = _draft("wish.claim", by_unit)
    assert "认领单位" in text
    assert world.cast.unit.name in text
    kind = kind_of("wish.claim")
    by = actor_in(world.cast.secretary)
    assert kind.is_for(by_member, by)
    assert not kind.is_for(waiting, by)


def test_lists_are_for_those_who_keep_wishes_here(world):
    for key in ("wish.poster", "wish.ledger"):
        kind = kind_of(key)
        cast = world.cast
        posts = (cast.secretary, cast.worker, cast.street_staff, cast.liaison, world.member_post)
        assert [kind.is_for(cast.community, actor_in(post)) for post in posts] == [
            True, True, False, False, False,
        ]  # fmt: skip
        assert not kind.is_for(cast.other_community, actor_in(cast.secretary))


def test_pages_offer_the_papers(world, client_of):
    claim = make_wish_claim(make_wish(world.cast.community), member=world.a)
    secretary = client_of(world.cast.secretary)
    board = secretary.get(f"/wishes/board/{world.cast.community.uid}/").content.decode()
    panel = board[board.index('id="documents"') :]
    assert "微心愿台账" in panel
    assert "岗位设置表" not in panel
    assert (
        f"/wishes/board/{world.cast.community.uid}/" in secretary.get("/wishes/").content.decode()
    )
    for post in (world.cast.secretary, world.member_post):
        assert "微心愿认领单" in client_of(post).get(claim.get_absolute_url()).content.decode()
    draft = reverse("documents:document-draft", args=("wish.claim", claim.uid, "pdf"))
    posts = (world.cast.secretary, world.member_post, world.cast.outsider, world.cast.other_liaison)
    assert [client_of(post).get(draft).status_code for post in posts] == [200, 200, 404, 404]
