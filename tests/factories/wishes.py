"""Wishes as far as a test needs them."""

from __future__ import annotations

from typing import Any

from partybuild.areas.models import Area
from partybuild.calendar import today
from tests.factories.core import SYSTEM
from wishes.models import Wish, WishClaim
from wishes.services import (
    accept_claim,
    enter_wish,
    fulfil_claim,
    propose_claim,
    publish_wish,
    verify_wish,
)

WISHER = {
    "name": "孙桂英",
    "phone": "13900005678",
    "address": "望江苑3幢2单元501室",
    "circumstances": "独居，低保，行动不便",
}
TEXTS = {
    "title": "想要一台收音机",
    "content": "平时爱听越剧，旧收音机坏了。",
    "shown_name": "孙奶奶",
    "category": "goods",
    "contact": "王书记",
    "contact_phone": "0574-88880001",
    "channel": "visit",
}


def make_wish(community: Area, *, state: str = "open", **values: Any) -> Wish:
    """Return a wish that hangs in public, or one that is not so far: entered, verified."""
    wisher = {**WISHER, **values.pop("wisher", {})}
    wish = enter_wish(community=community, wisher=wisher, by=SYSTEM, **{**TEXTS, **values})
    if state == "entered":
        return wish
    wish = verify_wish(wish, phoned_on=today(), visited_on=today(), agreed_to_show=True, by=SYSTEM)
    return wish if state == "verified" else publish_wish(wish, by=SYSTEM)


def make_wish_claim(wish: Wish, *, accepted: bool = True, **whose: Any) -> WishClaim:
    """Return a claim by `member` or `unit`, accepted unless asked otherwise."""
    claim = propose_claim(wish, by=SYSTEM, **whose)
    return accept_claim(claim, by=SYSTEM) if accepted else claim


def make_fulfilled(wish: Wish, **whose: Any) -> WishClaim:
    """Return a claim that has made a wish come true."""
    claim = make_wish_claim(wish, **whose)
    return fulfil_claim(claim, fulfilled_on=today(), result="已送到家中。", by=SYSTEM)
