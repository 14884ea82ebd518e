"""What a community shows of its wishes in public: how wishers are called, who claims in short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from partybuild.areas.models import Area
from partybuild.areas.queries import dictionary
from partybuild.calendar import today
from partybuild.fields.codes import mask_name
from wishes.enums import HOLDING, SHOWN, WishState
from wishes.models import Wish, WishClaim

# A wall takes so many.
_MOST = 200
_CLAIMED = (WishState.CLAIMED, WishState.FULFILLED, WishState.CLOSED)
_CAME_TRUE = (WishState.FULFILLED, WishState.CLOSED)


@dataclass(frozen=True)
class BoardWish:
    """One wish as everybody reads it."""

    title: str
    content: str
    category: str
    shown_name: str
    wanted_by: date | None
    state: str
    claimer: str
    contact: str
    contact_phone: str

    @property
    def is_open(self) -> bool:
        """Whether it may be claimed."""
        return self.state == WishState.OPEN

    @property
    def is_done(self) -> bool:
        """Whether it has come true."""
        return self.state in _CAME_TRUE


@dataclass(frozen=True)
class WishBoard:
    """A community's wishes in public, and how many of them are claimed and have come true."""

    wishes: list[BoardWish]
    shown: int
    claimed: int
    fulfilled: int

    @property
    def left_off(self) -> int:
        """How many do not fit on the wall."""
        return self.shown - len(self.wishes)


def on_board(community: Area) -> QuerySet[Wish]:
    """Return the wishes that hang in public, and those that were closed this year."""
    rows: QuerySet[Wish] = Wish.objects.published().filter(
        Q(state__in=SHOWN) | Q(state=WishState.CLOSED, ended_on__year=today().year),
        community=community,
    )
    return rows


def board_of(community: Area) -> WishBoard:
    """Return what hangs on a community's board today: free wishes first, then claimed and fulfilled ones."""
    words = dict(dictionary(community, "wish.class"))
    rows = on_board(community)
    states = list(rows.order_by().values_list("state", flat=True))
    order = {state: at for at, state in enumerate((WishState.OPEN, *_CLAIMED))}
    wishes = sorted(
        rows.order_by("-published_on", "-id"),
        key=lambda each: order[WishState(each.state)],
    )[:_MOST]
    claimers = {
        claim.wish_id: claimer_in_public(claim)
        for claim in WishClaim.objects.filter(wish__in=wishes, state__in=HOLDING)
    }
    return WishBoard(
        wishes=[
            BoardWish(
                title=each.title,
                content=each.content,
                category=str(words.get(each.category, each.category)),
                shown_name=each.shown_name,
                wanted_by=each.wanted_by,
                state=each.state,
                claimer=claimers.get(each.pk, ""),
                contact=each.contact,
                contact_phone=each.contact_phone,
            )
            for each in wishes
        ],
        shown=len(states),
        claimed=sum(state in _CLAIMED for state in states),
        fulfilled=sum(state in _CAME_TRUE for state in states),
    )


def claimer_in_public(claim: WishClaim) -> str:
    """Return who claims as everybody reads it: a unit, or the first character of a member's name."""
    return claim.unit_name if claim.member_id is None else mask_name(claim.member_name)
