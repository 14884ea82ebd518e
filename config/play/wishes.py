"""Small wishes: heard, checked, shown, claimed by members and units, fulfilled, asked again, dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from config.play.city import PlayCity, PlayCommunity
from config.play.days import NEVER, Days
from members.enums import Side
from members.models import MemberPlace
from partybuild import calendar
from partybuild.access import Actor, require
from partybuild.evaluations.enums import Satisfaction
from wishes.enums import ClaimState, VisitMeans, WishState
from wishes.exceptions import WishNotOpen
from wishes.models import Wish, WishClaim
from wishes.queries.wishes import FULFIL_DUTY, REVISIT_DUTY, VERIFY_DUTY
from wishes.services import (
    accept_claim,
    decline_claim,
    decline_wish,
    enter_wish,
    fulfil_claim,
    leave_claim,
    propose_claim,
    publish_wish,
    revisit_wish,
    show_wisher,
    verify_wish,
    withdraw_wish,
)

WISHES_PER_COMMUNITY = 4
# What goes differently, by the community's place in the street.
NEVER_CHECKS, NEVER_ASKS_AGAIN, WITHDRAWS = 7, 8, 3
_TEXTS = (
    ("goods", "想要一台收音机", "平时爱听戏，旧的坏了。"),
    ("repair", "帮忙换一盏厨房的灯", "灯管坏了，够不着。"),
    ("company", "想请人教着用手机", "想学会跟外地的孩子视频。"),
    ("study", "周末有人辅导功课", "家里老人辅导不了。"),
    ("health", "有人陪着去医院配药", "每月一次，上下车不方便。"),
    ("culture", "想要一副象棋", "凉亭下常有人下棋。"),
)


@dataclass
class Wishes:
    """What residents of every community wish for, and what becomes of it."""

    city: PlayCity
    days: Days
    dice: Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = self.days.dice("wishes")

    def write(self) -> None:
        """Put the quarter's wishes on the calendar."""
        for number, community in enumerate(self.city.communities):
            for turn in range(WISHES_PER_COMMUNITY):
                self.days.on(
                    self.days.start(2 + 2 * turn),
                    lambda community=community, number=number, turn=turn: (  # type: ignore[misc]
                        self._enter(community, number, turn)
                    ),
                )

    def _later(self, wait: int, deed: Callable[[], None]) -> None:
        self.days.on(self.days.after(calendar.today(), wait), deed)

    # -- The community hears of it, checks and shows it ---------------------------------------------
    def _enter(self, community: PlayCommunity, number: int, turn: int) -> None:
        require(community.worker, "wish.change")
        category, title, content = _TEXTS[(number + turn) % len(_TEXTS)]
        wish = enter_wish(
            community=community.area,
            wisher={
                "name": f"许愿人{number}某",
                "phone": f"1990008{number:02d}{turn:02d}",
                "address": f"东苑{turn + 1}幢{number + 1}01室",
                "circumstances": "独居",
            },
            category=category,
            title=title,
            content=content,
            shown_name="王奶奶",
            contact=community.worker.name,
            contact_phone="0399-8700 0000",
            channel=self.dice.choice(("visit", "grid", "self", "phone")),
            by=community.worker,
        )
        self.days.done["wishes heard"] += 1
        if number == NEVER_CHECKS and turn == 0:
            self.days.leave(VERIFY_DUTY, community.committee, "does not check", subject=wish)
            return
        self._later(self.dice.choice((1, 2, 3)), lambda: self._check(wish, community, number, turn))

    def _check(self, wish: Wish, community: PlayCommunity, number: int, turn: int) -> None:
        require(community.worker, "wish.wisher")
        # Whoever calls has to see the number: each look is written down.
        show_wisher(wish, by=community.worker)
        if self.dice.random() < 0.08:
            decline_wish(wish, reason="金额较大，转社会救助办理", by=community.secretary)
            self.days.done["wishes declined"] += 1
            return
        day = calendar.today()
        verify_wish(wish, phoned_on=day, visited_on=day, agreed_to_show=True, by=community.worker)
        publish_wish(wish, by=community.secretary)
        self.days.done["wishes shown"] += 1
        for _turn in range(2):
            self._later(1 + self.dice.randrange(4), lambda: self._propose(wish, community))
        self._later(7, lambda: self._decide(wish, community))
        if number % WITHDRAWS == WITHDRAWS - 1 and turn == 3:
            self._later(9, lambda: self._withdraw(wish, community))

    def _withdraw(self, wish: Wish, community: PlayCommunity) -> None:
        wish.refresh_from_db()
        if wish.is_unfinished:
            withdraw_wish(wish, reason="家人已经买好", by=community.worker)
            self.days.done["wishes withdrawn"] += 1

    # -- A member or a unit offers ------------------------------------------------------------------
    def _propose(self, wish: Wish, community: PlayCommunity) -> None:
        wish.refresh_from_db()
        if wish.state != WishState.OPEN:
            return
        if community.units and self.dice.random() < 0.4:
            unit = self.dice.choice(community.units)
            require(unit.liaison, "wish.claim")
            standing = WishClaim.objects.standing().filter(
                wish=wish, unit=unit.organization, member=None
            )
            if not standing.exists():
                propose_claim(wish, unit=unit.organization, by=unit.liaison)
                self.days.done["wishes claimed by units"] += 1
            return
        places = list(
            MemberPlace.objects.filter(side=Side.COMMUNITY, community=community.area)
            .exclude(member__wish_claims__in=WishClaim.objects.standing().filter(wish=wish))
            .select_related("member__person")
            .order_by("pk")
        )
        if not places:
            return
        member = self.dice.choice(places).member
        voice = self.city.voice(member.pk)
        by: Actor = voice or community.worker
        require(by, "wish.claim" if voice else "wish.claim_proxy")
        propose_claim(wish, member=member, channel="" if voice else "phone", by=by)
        self.days.done["wishes claimed by members"] += 1

    def _decide(self, wish: Wish, community: PlayCommunity) -> None:
        claims = WishClaim.objects.proposed().filter(wish=wish).order_by("pk")
        first = claims.select_related("wish__community", "member__person").first()
        if first is None:
            return
        require(community.secretary, "wish.decide")
        if self.dice.random() < 0.1:
            decline_claim(first, reason="时间不合适，另行安排", by=community.secretary)
            self._later(1, lambda: self._decide(wish, community))
            return
        try:
            claim = accept_claim(first, by=community.secretary)
        except WishNotOpen:
            return
        self.days.done["wishes handed on"] += 1
        if self.days.habit(self.dice) == NEVER:
            bearer = claim.member.person if claim.member is not None else claim.unit
            assert bearer is not None
            self.days.leave(FULFIL_DUTY, bearer, "does not fulfil", subject=claim)
            return
        if self.dice.random() < 0.1:
            self._later(3, lambda: self._leave(claim, community))
            return
        wait = 2 + self.dice.randrange(8)
        self._later(wait, lambda: self._fulfil(claim, community))

    def _leave(self, claim: WishClaim, community: PlayCommunity) -> None:
        claim.refresh_from_db()
        if claim.state != ClaimState.ACCEPTED:
            return
        by, channel = self._voice_of(claim, community)
        leave_claim(claim, reason="近期外出", channel=channel, by=by)
        self.days.done["wishes given up"] += 1
        # It hangs out again, and somebody else takes it.
        wish = claim.wish
        self._later(1, lambda: self._propose(wish, community))
        self._later(4, lambda: self._decide(wish, community))

    def _voice_of(self, claim: WishClaim, community: PlayCommunity) -> tuple[Actor, str]:
        if claim.member is not None:
            voice = self.city.voice(claim.member_id or 0)
        else:
            voice = next(
                each.liaison for each in self.city.units if each.organization.pk == claim.unit_id
            )
        return (voice, "") if voice is not None else (community.worker, "phone")

    # -- It comes true, and the community asks again ------------------------------------------------
    def _fulfil(self, claim: WishClaim, community: PlayCommunity) -> None:
        claim.refresh_from_db()
        if claim.state != ClaimState.ACCEPTED:
            return
        by, channel = self._voice_of(claim, community)
        fulfil_claim(
            claim, fulfilled_on=calendar.today(), result="已送到家中。", channel=channel, by=by
        )
        self.days.done["wishes fulfilled"] += 1
        number = self.city.communities.index(community)
        if number == NEVER_ASKS_AGAIN:
            self.days.leave(
                REVISIT_DUTY, community.committee, "does not ask again", subject=claim.wish
            )
            return
        self._later(self.dice.choice((1, 3, 5)), lambda: self._ask_again(claim, community))

    def _ask_again(self, claim: WishClaim, community: PlayCommunity) -> None:
        wish = claim.wish
        wish.refresh_from_db()
        if wish.state != WishState.FULFILLED:
            return
        require(community.worker, "wish.decide")
        first = not wish.revisits.exists()
        grade = Satisfaction.DISSATISFIED if first and self.dice.random() < 0.15 else None
        revisit_wish(
            wish,
            visited_on=calendar.today(),
            means=self.dice.choice(VisitMeans.values),
            grade=grade or self.dice.choice((Satisfaction.SATISFIED, Satisfaction.MOSTLY)),
            words="还差一点" if grade else "",
            by=community.worker,
        )
        self.days.done["wishes asked about again"] += 1
        if grade:
            self._later(3, lambda: self._fulfil(claim, community))
